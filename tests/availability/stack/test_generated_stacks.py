"""Any stack file is placed, refused or answered with clear errors by `plan`, and at once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

MOST_SECONDS = 5.0
MOST_KILOBYTES = 300_000

WORKER = """
import contextlib, io, json, sys, time
from pathlib import Path
from availability.command_line.cli import main
from tests.generated_stacks import garbled, generated, write

folder, start, stop = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
found = []
for seed in range(start, stop):
    made = generated(seed)
    if seed % 2:
        made.text = garbled(seed)
    path = write(folder, made)
    out, err = io.StringIO(), io.StringIO()
    before = time.process_time()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(["plan", str(path), "--as-of", "2026-10-12"])
        except Exception as error:
            status = f"{type(error).__name__}: {error}"
    said = out.getvalue() + err.getvalue()
    found.append([seed, status, time.process_time() - before, "Traceback" in said, bool(said)])
# Not `ru_maxrss`, which begins with the memory of the process that started this one.
peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
print(json.dumps({"found": found, "kilobytes": peak}))
"""


def check(folder: Path, start: int, stop: int) -> None:
    """Plans the stacks of these seeds in a process of its own, half of them garbled."""
    words = [sys.executable, "-c", WORKER, str(folder), str(start), str(stop)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    document = json.loads(done.stdout)
    wrong = [
        (seed, status, seconds)
        for seed, status, seconds, traceback, said in document["found"]
        if status not in (0, 1, 2) or seconds > MOST_SECONDS or traceback or not said
    ]
    assert wrong == []
    assert {status for _, status, *_ in document["found"]} == {0, 1, 2}
    assert document["kilobytes"] < MOST_KILOBYTES


def test_generated_stack_files_are_placed_refused_or_clear_errors(tmp_path: Path) -> None:
    check(tmp_path, 0, 80)


@pytest.mark.soak
@pytest.mark.parametrize("start", range(0, 10_000, 1_000))
def test_ten_thousand_generated_stack_files_are_placed_refused_or_clear_errors(
    start: int, tmp_path: Path
) -> None:
    check(tmp_path, start, start + 1_000)
