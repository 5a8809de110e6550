"""A Google Cloud that answers on this machine, and the engine that deploys to it.

`python -m sandbox preview STACK` runs the real Pulumi engine on the project's real program. Only
the provider for Google Cloud is an emulator (`sandbox.emulator`), so no account is needed. All
state lies under one directory (`.sandbox/`), apart from anything of the user's own.
"""
