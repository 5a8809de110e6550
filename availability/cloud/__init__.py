"""What a stack asks of Google Cloud besides its models: a file or folder a feature."""
