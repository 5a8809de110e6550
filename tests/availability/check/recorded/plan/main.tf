# What the plans beside this folder are of, made by OpenTofu 1.12.6: `tofu plan -out FILE`, with
# -var location=europe-west4 -var secret_location=europe-west1 for the one that is inside, and
# `tofu show -json FILE`.

variable "location" {
  type    = string
  default = "us-central1"
}

variable "secret_location" {
  type      = string
  sensitive = true
  default   = "us-east4"
}

resource "terraform_data" "plain" {
  input = "https://${var.location}-aiplatform.googleapis.com"
}

resource "terraform_data" "nested" {
  input = {
    model = "projects/acme/locations/${var.location}/publishers/mistralai/models/mistral-medium-3"
    name  = "chat"
  }
}

resource "terraform_data" "hidden" {
  input = {
    host = "https://${var.secret_location}-aiplatform.googleapis.com"
  }
}

resource "terraform_data" "later" {
  input = "https://${terraform_data.plain.id}-aiplatform.googleapis.com"
}

resource "terraform_data" "without" {
  input = "https://example.com"
}

module "search" {
  source   = "./search"
  for_each = { first = "europe-west4", second = var.location }
  location = each.value
  after    = terraform_data.plain.id
}
