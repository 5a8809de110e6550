"""What is served where on Vertex AI, and what a residency allows. Pure Python and pydantic."""

__version__ = "0.1.0"
"""The version of the distribution `vertex-residency`, which `pyproject.toml` reads here."""
