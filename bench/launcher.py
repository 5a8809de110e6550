"""Runs a command, and writes to a file how it ended and what it took: `FILE COMMAND…`.

The most memory that a process had starts with that of the process that made it. This one has little
of its own, so that what it says is the command's.
"""

import os
import signal
import sys

LONGEST = 3600
"""Seconds after which a command is ended, because it hangs."""

pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)


def _end(_number: int, _frame: object) -> None:
    os.kill(pid, signal.SIGKILL)


signal.signal(signal.SIGALRM, _end)
signal.alarm(LONGEST)
_, ended, took = os.wait4(pid, 0)
words = os.waitstatus_to_exitcode(ended), took.ru_utime + took.ru_stime, took.ru_maxrss
with open(sys.argv[1], "w") as file:  # noqa: PTH123 -- pathlib takes memory
    file.write(" ".join(map(str, words)))
