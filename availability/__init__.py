"""What is served where on Vertex AI, and what a residency allows. Pure Python and pydantic."""
