variable "location" {
  type = string
}

variable "after" {
  type = string
}

resource "terraform_data" "host" {
  count            = 1
  input            = ["${var.location}-aiplatform.googleapis.com"]
  triggers_replace = [var.after]
}
