"""`vertex-residency`, or `python -m availability`: answers without Pulumi, cloud or credentials."""

import gc
import os
import sys


def script() -> int:
    """Runs the command line, which it loads first. Returns the exit status."""
    # A start is mostly imports, and this process ends before there is garbage worth collecting.
    gc.disable()
    # Looking for pydantic's plugins reads the metadata of every installed package, at each start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

    from availability.command_line.cli import main  # after what speeds it up

    return main()


if __name__ == "__main__":
    sys.exit(script())
