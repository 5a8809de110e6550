"""A stand-in for the Google Cloud provider, as an executable that the Pulumi engine starts.

From the engine inwards: `provider` speaks the engine's protocol, `checks` and `diff` are what the
provider decides by itself (input, replacement), `shapes` and `computed` say what Google makes of
each type, `cloud` is the cloud: its resources in SQLite, and what its APIs refuse. `catalog` is
the table of types behind all of them.
"""
