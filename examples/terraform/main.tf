# A chat service of which the requests have to stay in the European Union.

variable "project" {
  description = "The Google Cloud project."
  type        = string
}

module "chat" {
  source    = "./placement"
  model     = "gemini-3.8-flash"
  residency = ["eu"]
  guarantee = "ml-processing"
  needs     = ["context-caching"]
  project   = var.project
  snapshot  = "2026-11-12"
}

# What a service reads: google_cloud_run_v2_service takes it as its environment.
output "environment" {
  description = "The variables that hold Google's client to the placement."
  value = {
    GOOGLE_GENAI_USE_VERTEXAI = "true"
    GOOGLE_CLOUD_PROJECT      = var.project
    GOOGLE_CLOUD_LOCATION     = module.chat.location
  }
}

output "endpoint_url" {
  description = "Where requests go."
  value       = module.chat.endpoint_url
}
