"""What pyperf times of LiteLLM, in LiteLLM's own environment: `theirs.py -o FILE`.

`BENCH_PAIRS` is a file with the pairs: [[the model's names, the location that is set], …]. With the
only argument `answers` it prints what LiteLLM answers to each.
"""

# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import litellm
import pyperf
from litellm.llms.vertex_ai.vertex_llm_base import VertexBase

PROCESSES, VALUES = 5, 5
INHERITED = "BENCH_PAIRS,LITELLM_LOCAL_MODEL_COST_MAP,LITELLM_LOG"


def known(names: list[str]) -> str:
    """The first of a model's names that LiteLLM's cost map has, else the first of all."""
    costs: dict[str, Any] = litellm.model_cost
    return next((name for name in names if f"vertex_ai/{name}" in costs), names[0])


def main() -> None:
    """Times the mean of an answer, or prints them all."""
    listed: list[tuple[list[str], str]] = json.loads(Path(os.environ["BENCH_PAIRS"]).read_text())
    pairs = [(location, known(names)) for names, location in listed]
    answer = VertexBase.get_vertex_region
    if sys.argv[1:] == ["answers"]:
        print(json.dumps([answer(*pair) for pair in pairs]))
        return

    def taken(loops: int) -> float:
        start = time.process_time()
        for _ in itertools.repeat(None, loops):
            for location, name in pairs:
                answer(location, name)
        return time.process_time() - start

    runner = pyperf.Runner(processes=PROCESSES, values=VALUES)
    runner.parse_args(["--inherit-environ", INHERITED, *sys.argv[1:]])
    runner.bench_time_func("pair-litellm", taken, inner_loops=len(pairs))


if __name__ == "__main__":
    main()
