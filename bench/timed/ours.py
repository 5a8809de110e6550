"""What pyperf times of the program: `python -m bench.timed.ours FIGURE -o FILE`.

The clock is that of the processor, because others use the machine, too.
"""

# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import argparse
import itertools
import time
from typing import Any

import pyperf

from availability.facts.library import load, newest
from availability.placement.place import place
from availability.placement.request import Request
from bench.pairs import pair_requests
from bench.requests import TODAY, all_requests

PROCESSES, VALUES = 9, 3


def main() -> None:
    """Times the mean of a placement."""
    runner: Any = pyperf.Runner(
        processes=PROCESSES,
        values=VALUES,
        program_args=("-m", "bench.timed.ours"),
        add_cmdline_args=_with_figure,
    )
    runner.argparser.add_argument("figure", choices=REQUESTS)
    figure: str = runner.parse_args().figure
    snapshot = load(newest())
    requests: list[Request] = [*REQUESTS[figure](snapshot)]

    def taken(loops: int) -> float:
        start = time.process_time()
        for _ in itertools.repeat(None, loops):
            for request in requests:
                place(request, snapshot, TODAY)
        return time.process_time() - start

    runner.bench_time_func(figure, taken, inner_loops=len(requests))


def _with_figure(command: list[str], options: argparse.Namespace) -> None:
    """Says to a process of pyperf's which figure it is for."""
    command.append(options.figure)


REQUESTS = {"placement": all_requests, "pair": pair_requests}
"""Figure -> the requests that are placed, of a snapshot."""


if __name__ == "__main__":
    main()
