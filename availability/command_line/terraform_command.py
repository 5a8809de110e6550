"""The command `terraform`: a placement for the `external` data source of Terraform and OpenTofu.

HashiCorp's documentation of the provider `external` has the protocol: a flat JSON object of texts
on standard input, another one on standard output, and for an error its words on standard error and
a status that is not 0.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast

from availability.command_line.commands import collect, snapshot_of
from availability.command_line.console import write_error, write_json
from availability.command_line.status import PLACED, REFUSED
from availability.facts.library import newer_than
from availability.input import clock
from availability.input.errors import BadInput, Problem, shown
from availability.placement.request import Placement, Request

_REQUIRED = ("model", "residency")
KEYS = (*_REQUIRED, "excluding", "guarantee", "needs", "location", "project", "snapshot")
"""What a query may say."""
_EXPECTED = (
    f"a JSON object with texts for {', '.join(_REQUIRED)} and, where they are needed, "
    f"{', '.join(KEYS[len(_REQUIRED) :])}"
)


def terraform(options: argparse.Namespace) -> int:
    """Answer the query on standard input. Returns the exit status."""
    from availability.explanation import answers
    from availability.input.values import check_project
    from availability.placement.endpoints import (
        PROJECT_PLACEHOLDER,
        endpoint_url,
        model_resource,
    )

    del options  # the protocol has none
    query = _query()
    problems: list[Problem] = []
    snapshot = collect(problems, lambda: snapshot_of(query.get("snapshot"), "snapshot"))
    request = collect(problems, lambda: _request(query))
    project = collect(problems, lambda: _optional(query, "project", check_project))
    if problems or snapshot is None or request is None:
        raise BadInput(problems)
    today = clock.today()
    answer = answers.judged(request, snapshot, today, newer_than(snapshot.id))
    placement = answer.result
    if not isinstance(placement, Placement):
        from availability.explanation.alternatives.fixes import ResolveFixer
        from availability.report.refusals import Listing, refusal_lines

        answer = answers.explained(answer, today, ResolveFixer(project, query.get("snapshot")))
        write_error("\n".join(refusal_lines(answer, listing=Listing.POINTED)))
        return REFUSED
    where = placement.named, placement.location, project or PROJECT_PLACEHOLDER
    # The protocol has texts and nothing else: an empty one stands where there is none.
    write_json(
        {
            "location": placement.location,
            "endpoint_url": endpoint_url(*where) or "",
            "model_resource": model_resource(*where),
            "boundary": placement.boundary or "",
        }
    )
    return PLACED


def _query() -> dict[str, str]:
    """What standard input asks. Raises BadInput for what is no query, with every mistake."""
    stream = cast("object", sys.stdin)
    if stream is None or sys.stdin.isatty():
        message = f"reads its query from standard input: {_EXPECTED}"
        raise BadInput([Problem("terraform", message)])
    try:
        document: object = json.loads(sys.stdin.buffer.read())
    except (ValueError, RecursionError) as error:
        message = f"is no JSON: expected {_EXPECTED}"
        raise BadInput([Problem("standard input", message)]) from error
    if not isinstance(document, Mapping):
        message = f"expected {_EXPECTED}, not {shown(document)}"
        raise BadInput([Problem("standard input", message)])
    query = cast("Mapping[str, object]", document)
    problems = list(_mistakes(query))
    if problems:
        raise BadInput(problems)
    return {key: str(value) for key, value in query.items()}


def _mistakes(query: Mapping[str, object]) -> Sequence[Problem]:
    from availability.input.maps import unknown_key

    problems = [unknown_key(key, key, KEYS) for key in query if key not in KEYS]
    for key, value in query.items():
        if key in KEYS and not isinstance(value, str):
            problems.append(Problem(key, f"expected a text, not {shown(value)}"))
        elif key in KEYS and not str(value).strip():
            problems.append(Problem(key, "empty: name something, or leave the key out"))
    problems += [
        Problem(key, f"missing: a query has {' and '.join(_REQUIRED)}")
        for key in _REQUIRED
        if key not in query
    ]
    return problems


def _request(query: Mapping[str, str]) -> Request:
    """The request of a query. Raises BadInput with every mistake in it."""
    from availability.facts.needs import Need
    from availability.facts.words import check_need
    from availability.input.values import read_words
    from availability.places.residency import Residency
    from availability.places.suggest import check_location

    problems: list[Problem] = []
    residency = collect(
        problems,
        lambda: Residency.build(
            query["residency"],
            query.get("excluding"),
            query.get("guarantee"),
            within_path="residency",
            excluding_path="excluding",
            guarantee_path="guarantee",
        ),
    )
    location = collect(problems, lambda: _optional(query, "location", check_location))
    needs = (
        collect(
            problems,
            lambda: _placed("needs", lambda: read_words(query["needs"], "needs", check_need)),
        )
        if "needs" in query
        else ()
    )
    if problems or residency is None:
        raise BadInput(problems)
    return Request(
        model=query["model"],
        residency=residency,
        needs=tuple(Need(need) for need in needs or ()),
        location=location,
    )


def _optional(
    query: Mapping[str, str], key: str, check: Callable[[str], Problem | str]
) -> str | None:
    """What `check` makes of a key's value; None where it is not given. Raises BadInput."""
    if key not in query:
        return None
    result = check(query[key].strip())
    if isinstance(result, Problem):
        raise BadInput([_under(key, result)])
    return result


_Made = TypeVar("_Made")


def _placed(key: str, make: Callable[[], _Made]) -> _Made:
    """What `make` makes, or its mistakes under the key."""
    try:
        return make()
    except BadInput as error:
        raise BadInput(_under(key, problem) for problem in error.problems) from error


def _under(key: str, problem: Problem) -> Problem:
    return Problem(key, problem.message, problem.suggestions)
