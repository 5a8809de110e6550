"""Stacks and plans that do not use this project's components: what in them lies outside."""
