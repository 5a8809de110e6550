variable "model" {
  description = "The model: an id, PUBLISHER/ID or a display name."
  type        = string
}

variable "residency" {
  description = "Where requests may be served: eu, us, country codes or locations. any allows all."
  type        = list(string)

  validation {
    condition     = length(var.residency) > 0
    error_message = "Name at least one place; any allows all."
  }
}

variable "excluding" {
  description = "Places that are taken out of the residency again."
  type        = list(string)
  default     = []
}

variable "guarantee" {
  description = "endpoint, or ml-processing for a published commitment on processing."
  type        = string
  default     = null
}

variable "needs" {
  description = "Capabilities that are relied on, such as context-caching."
  type        = list(string)
  default     = []
}

variable "location" {
  description = "A pin: no other location will do."
  type        = string
  default     = null
}

variable "project" {
  description = "The Google Cloud project of the URL."
  type        = string
  default     = null
}

variable "snapshot" {
  description = "The date of the facts to decide by; pin it where nothing may move unasked."
  type        = string
  default     = null
}

variable "command" {
  description = "The command that decides."
  type        = list(string)
  default     = ["vertex-residency", "terraform"]
}
