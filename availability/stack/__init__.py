"""A stack as it is configured: its keys, its file, and the plan that comes of them."""
