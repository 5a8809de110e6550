"""How resources are registered: bindings, options, identifiers, and what exists already."""
