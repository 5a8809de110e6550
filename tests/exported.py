"""What a stack exports of a deployment, by the design."""

EXPORTED = {
    "model",
    "location",
    "endpointUrl",
    "modelResource",
    "alternates",
    "boundary",
    "environment",
    "openaiModel",
    "serviceAccount",
    "warnings",
}
