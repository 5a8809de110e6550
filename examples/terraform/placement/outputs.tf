output "location" {
  description = "The region, eu, us or global."
  value       = data.external.placement.result.location
}

output "endpoint_url" {
  description = "Where requests go; null where no URL form is documented for the model."
  value       = data.external.placement.result.endpoint_url != "" ? data.external.placement.result.endpoint_url : null
}

output "model_resource" {
  description = "projects/PROJECT/locations/LOCATION/publishers/PUBLISHER/models/MODEL"
  value       = data.external.placement.result.model_resource
}

output "boundary" {
  description = "The smallest area that a published commitment keeps the processing in; null for none."
  value       = data.external.placement.result.boundary != "" ? data.external.placement.result.boundary : null
}
