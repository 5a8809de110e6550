# Where a model is placed: the command vertex-residency decides it while Terraform plans, without
# credentials and without a network. A refusal fails the plan, with what would be valid.

terraform {
  required_version = ">= 1.3"
  required_providers {
    external = {
      source  = "hashicorp/external"
      version = "~> 2.3"
    }
  }
}

data "external" "placement" {
  program = var.command

  # What is not given must not be there: the command takes an empty text for a mistake.
  query = {
    for key, value in {
      model     = var.model
      residency = join(",", var.residency)
      excluding = length(var.excluding) > 0 ? join(",", var.excluding) : null
      guarantee = var.guarantee
      needs     = length(var.needs) > 0 ? join(",", var.needs) : null
      location  = var.location
      project   = var.project
      snapshot  = var.snapshot
    } : key => value if value != null
  }
}
