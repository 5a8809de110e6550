"""The commands of `vertex-residency`, which is `python -m availability` in a checkout."""
