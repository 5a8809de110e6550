"""Whether the answers are the same: a digest of every one, with its reasons, fixes and words.

`python -m bench.answers` prints a digest for each snapshot. A change that is only to make something
faster leaves them as they are. `--write FILE` writes a line for each answer, for `diff`. All of it
takes minutes; `--every 50` looks at a sample, and `--write-results` keeps the digests of all of it
with the benchmarks' results.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from availability.explanation.alternatives.fixes import ResolveFixer
from availability.explanation.answers import answer, to_json
from availability.facts.library import load, newer_than, snapshot_ids
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.facts.snapshot import Snapshot
from availability.placement.request import Placement, Request
from availability.places.residency import Guarantee, Residency
from availability.report.facts import facts_document, facts_lines
from availability.report.refusals import Listing, refusal_lines
from availability.report.tables import matrix_document, models_document
from availability.report.text import placement_lines, ranking_lines, warning_lines
from bench.page import write_page
from bench.requests import TODAY, all_requests
from bench.results import kept, merged, save

PROJECT = "acme-ai"
AT_NEEDS = Residency.parse("eu")
"""The residency that each need is asked under."""


def requests(snapshot: Snapshot) -> Iterator[Request]:
    """Every request: both guarantees, each need, a pin, no preview, and misspelt names."""
    for guarantee in Guarantee:
        yield from all_requests(snapshot, guarantee)
    for named in all_models(snapshot):
        name = f"{named.entry.publisher}/{named.id}"
        yield from (Request(name, AT_NEEDS, (need,)) for need in Need)
        yield Request(name, AT_NEEDS, location="europe-west1")
        yield Request(name, AT_NEEDS, allow_preview=False, prior_usage=True, region="europe-west3")
        yield Request(named.id[1:], AT_NEEDS)
        yield Request(f"{named.id[:-1]}-x", AT_NEEDS, (Need.TUNING,), location="us-central1")


def told(request: Request, snapshot: Snapshot) -> str:
    """All that is answered to a request: the JSON document, and the lines for people."""
    found = answer(
        request, snapshot, TODAY, ResolveFixer(PROJECT, None, TODAY), newer_than(snapshot.id)
    )
    if isinstance(found.result, Placement):
        lines = [*placement_lines(found, PROJECT), *ranking_lines(found.result, snapshot)]
    else:
        lines = [line for listing in Listing for line in refusal_lines(found, listing=listing)]
        lines += warning_lines(found.warnings)
    return json.dumps([to_json(found, PROJECT), lines])


def answers(snapshot: Snapshot, every: int = 1) -> Iterator[tuple[str, str]]:
    """(what is asked, all that is answered) for every request, and for each page of facts."""
    for request in islice(requests(snapshot), 0, None, every):
        shown = replace(request, residency=AT_NEEDS)
        yield f"{request.residency.text}: {shown}", told(request, snapshot)
    for named in all_models(snapshot):
        document = json.dumps(facts_document(named, snapshot), default=str)
        yield f"facts of {named.id}", "\n".join([document, *facts_lines(named, snapshot)])
    yield "models", json.dumps(models_document(snapshot), default=str)
    yield "matrix", json.dumps(matrix_document(snapshot, snapshot.entries), default=str)


def digests(file: Path | None = None, every: int = 1) -> dict[str, dict[str, int | str]]:
    """Snapshot -> how many answers there are, and the SHA-256 of them all.

    Only one of so many answers is looked at with `every`. With a `file`, a line for each answer is
    written to it.
    """
    results: dict[str, dict[str, int | str]] = {}
    lines: list[str] = []
    for snapshot_id in snapshot_ids():
        whole, count = hashlib.sha256(), 0
        for asked, said in answers(load(snapshot_id), every):
            one = hashlib.sha256(f"{asked}\n{said}\n".encode()).hexdigest()
            whole.update(one.encode())
            count += 1
            lines.append(f"{snapshot_id} {one[:16]} {asked}")
        results[snapshot_id] = {"answers": count, "sha256": whole.hexdigest()}
    if file is not None:
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return results


def main() -> None:
    """Prints the digests."""
    parser = argparse.ArgumentParser(prog="python -m bench.answers", description=__doc__)
    parser.add_argument("--write", metavar="FILE", type=Path, help="a line for each answer")
    parser.add_argument(
        "--write-results",
        action="store_true",
        help="write the digests to bench/results.json and bench/README.md",
    )
    parser.add_argument("--every", metavar="N", type=int, default=1, help="only one of N requests")
    options = parser.parse_args()
    if options.write_results and options.every > 1:
        parser.error("the results have the digest of every answer: leave --every out")
    found = digests(options.write, options.every)
    for snapshot_id, digest in found.items():
        print(snapshot_id, digest["answers"], digest["sha256"])
    if options.write_results:
        today = dt.datetime.now(dt.UTC).date()
        save(merged({**kept(), "answers": found}, {}, today))
        write_page()


if __name__ == "__main__":
    main()
