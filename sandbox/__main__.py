"""`python -m sandbox`: see `sandbox.cli`."""

import sys

from .advice import own_command
from .interruption import INTERRUPTED, Interrupted, Interruption
from .printing import complain, flush


def run() -> int:
    """Run the command line; answers its exit status. Signals are heard from here on."""
    interruption = Interruption()
    interruption.listen()
    try:
        from .cli import main  # takes a second, in which Ctrl-C is to end quietly, too

        return main(interruption=interruption)
    except Interrupted as why:
        again = own_command(*sys.argv[1:])
        complain(
            f"interrupted ({why.signal.name}): what was finished is kept, and nothing goes on in "
            f"the background. Run it again: {again}"
        )
        return INTERRUPTED
    except BrokenPipeError:  # the reader, `head` for one, has seen enough
        return 0
    finally:
        interruption.stop_listening()
        flush()


if __name__ == "__main__":
    sys.exit(run())
