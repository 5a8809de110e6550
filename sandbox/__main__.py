"""`python -m sandbox`: see `sandbox.cli`."""

import sys

from .cli import main

if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader, `head` for one, has seen enough
        sys.stderr.close()
