"""Changes that would make a refused request valid, and commands that make them."""
