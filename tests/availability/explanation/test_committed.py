"""What a placement's commitment keeps, and what of the deployment it leaves out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from availability.explanation.committed import kept_within
from availability.facts.library import load, newest
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.placement.place import place
from availability.placement.request import Placement, Request
from availability.places.residency import Residency
from tests.availability.cli_runs import run

SNAPSHOT = load(newest())
TODAY = dt.date(2026, 10, 12)


@pytest.mark.parametrize("within", ["eu", "us"])
def test_tuning_jobs_are_kept_only_where_a_commitment_speaks_of_them(within: str) -> None:
    said: set[bool] = set()
    for named in all_models(SNAPSHOT):
        name = f"{named.entry.publisher}/{named.id}"
        result = place(Request(name, Residency.parse(within), (Need.TUNING,)), SNAPSHOT, TODAY)
        if not isinstance(result, Placement) or result.boundary is None:
            continue
        on_tuning = any(one.tuning and one.area == within for one in named.model.commitments)
        left_out = "" if on_tuning else ", not its tuning jobs"
        assert kept_within(result) == f"within {result.boundary}{left_out}"
        said.add(on_tuning)
    assert said == {True, False}


STACK = """\
config:
  gcp:project: acme-prod
  vertex-residency:residency: eu
  vertex-residency:snapshot: 2026-11-12
  vertex-residency:deployments:
    tuned: {model: gemini-3.5-flash, needs: tuning}
    chat: {model: gemini-2.5-flash, needs: tuning}
"""


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_every_table_says_so(form: str, tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(STACK)
    said = run("plan", str(path), "--as-of", "2026-10-12", "--format", form).out
    assert said.count("within eu, not its tuning jobs") >= 1
    evidence = run("evidence", str(path), "--as-of", "2026-10-12").out
    assert "| kept within eu, not its tuning jobs |" in evidence
    assert "| kept within eu |" in evidence
