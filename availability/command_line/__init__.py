"""The commands of `python -m availability`."""
