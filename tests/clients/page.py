"""The tables of `docs/clients.md`, from the code's own and from what a run saw."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from availability.facts.library import load, snapshot_ids
from availability.facts.names import all_models
from availability.placement.clients import (
    CLIENTS,
    VARIABLES,
    Client,
    litellm_argument,
    litellm_goes_to,
)
from tests.paths import ROOT

PAGE = ROOT / "docs" / "clients.md"


@dataclass(frozen=True)
class Seen:
    """What a run saw of a client."""

    version: str
    judged: str
    """Where it was called, or that it was read."""


def variables_table() -> str:
    """The variables, what each holds and who reads it."""
    rows = [
        (
            f"`{variable.name}`",
            variable.holds.value,
            variable.models.value,
            ", ".join(client.name for client in CLIENTS if variable.name in client.reads),
        )
        for variable in VARIABLES
    ]
    return _table(("variable", "holds", "set for", "read by"), rows)


def clients_table(seen: dict[str, Seen]) -> str:
    """The clients as a run saw them, by their names."""
    header = ("client", "package", "version", "reads", "pass beside it", "judged by")
    return _table(header, [_client_row(client, seen[client.name]) for client in CLIENTS])


def litellm_table() -> str:
    """The pairs of model and location that LiteLLM calls elsewhere, in every snapshot."""
    rows = {
        (f"`{named.id}`", location, elsewhere, f"`{litellm_argument(named, location)}`"): None
        for snapshot in snapshot_ids()
        for named in all_models(load(snapshot))
        for location in sorted(named.entry.served)
        if (elsewhere := litellm_goes_to(named, location))
    }
    return _table(("model", "placed in", "called in", "set before the first call"), rows)


def part(name: str, text: str) -> str:
    """What stands between the markers of that name in the page."""
    return _between(name).split(text)[2]


def with_part(name: str, text: str, content: str) -> str:
    """The page with something else between these markers."""
    before, start, _, end, after = _between(name).split(text)
    return f"{before}{start}{content}{end}{after}"


def seen_in(table: str) -> dict[str, Seen]:
    """What the run saw that made this table of clients."""
    rows = [line.strip("| ").split(" | ") for line in table.strip().splitlines()[2:]]
    return {row[0]: Seen(row[2], row[5]) for row in rows}


def _between(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name}: [^\n]*-->\n)(.*?)(<!-- end of {name} -->)", re.DOTALL)


def _client_row(client: Client, seen: Seen) -> tuple[str, ...]:
    arguments: dict[str, list[str]] = {}
    for kind, text in client.arguments.items():
        arguments.setdefault(text, []).append(kind)
    beside = "; ".join(
        f"`{text}`" if len(kinds) == 3 else f"`{text}` ({', '.join(kinds)})"
        for text, kinds in arguments.items()
    )
    registry = "npm" if client.npm else "PyPI"
    return (
        client.name,
        f"`{client.package}` ({registry}), {client.source}",
        seen.version,
        ", ".join(f"`{name}`" for name in client.reads),
        beside or "nothing",
        seen.judged,
    )


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = tuple(header)
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
