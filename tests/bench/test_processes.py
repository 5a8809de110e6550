"""A command's processor time and memory, of all of its processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.processes import ROOT, CommandFailed, usage

BURN = "import time\nwhile time.process_time() < 0.3: pass\n"
"""A program that takes 0.3 seconds of the processor, and says nothing about how fast it is."""


def test_the_time_is_that_of_a_process_and_of_its_children():
    nested = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}], check=True)"
    assert usage([sys.executable, "-c", nested]).cpu >= 0.3


def test_the_time_is_that_of_orphans_too():
    left = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {BURN!r}])"
    program = (
        "import sys\nfrom bench.processes import adopt_orphans, usage\nadopt_orphans()\n"
        f"print(usage([sys.executable, '-c', {left!r}]).cpu)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) >= 0.3


def test_the_memory_is_that_of_the_largest_process():
    large = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'b\"x\" * 90_000_000'])"
    assert 90_000_000 < usage([sys.executable, "-c", large]).peak < 150_000_000


def test_the_memory_of_who_measures_is_not_told():
    ours = b"x" * 90_000_000
    assert usage([sys.executable, "-c", "pass"]).peak < len(ours) / 2


def test_what_a_command_prints_is_kept():
    assert usage([sys.executable, "-c", "print('three')"]).output == "three\n"


def test_a_command_that_fails_says_its_last_line():
    words = [sys.executable, "-c", "raise SystemExit('no cloud')"]
    with pytest.raises(CommandFailed, match=r"status 1: no cloud$"):
        usage(words)
    assert usage(words, statuses=(1,)).cpu > 0
