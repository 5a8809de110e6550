"""The policies of the pack, and how they read what the engine hands over."""
