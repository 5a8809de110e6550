"""The page of 2025-05-12 and the files beside it, read by plain string splitting.

Shares no code with `availability`: what the tests compare the project's own reading with.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.paths import ROOT

FOLDER = ROOT / "availability" / "snapshots" / "2025-05-12"
PAGE = FOLDER / "deployments-and-endpoints-2025-05-12.md"
TICK = "\N{HEAVY CHECK MARK}"


@dataclass
class NaiveRow:
    """A row of the matrix over all its tables: location -> whether it has a tick there."""

    name: str
    ids: tuple[str, ...]
    cells: dict[str, bool] = field(default_factory=dict[str, bool])

    @property
    def served(self) -> set[str]:
        return {location for location, tick in self.cells.items() if tick}


@dataclass
class NaivePage:
    rows: dict[tuple[str, tuple[str, ...]], NaiveRow]
    locations: list[str]
    tables: int
    table_rows: int
    global_list: list[str]
    limitations: list[str]


def squeeze(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@cache
def naive_page() -> NaivePage:
    page = NaivePage({}, [], 0, 0, [], [])
    heading, columns = "", list[str]()
    for raw in PAGE.read_text(encoding="utf-8").split("\n"):
        line = squeeze(raw)
        if line.startswith("#"):
            heading, columns = line.strip("# "), []
        elif line.startswith("- ") and heading == "Supported models":
            page.global_list.append(line[3:].split("]")[0])
        elif line.startswith("- ") and heading == "Limitations":
            page.limitations.append(line[2:])
        elif line.startswith("| ---"):
            continue
        elif line.startswith("| |") and not columns:
            page.tables += 1
            columns = [part.split(")")[0] for part in line.split("(")[1:]]
            page.locations += [one for one in columns if one not in page.locations]
        elif line.startswith("|"):
            page.table_rows += 1
            _add(page, line, columns)
    return page


def _add(page: NaivePage, line: str, columns: list[str]) -> None:
    first, *cells = (cell.strip() for cell in line[1:].split("|"))
    ids = tuple(first.split("`")[1::2])
    name = first.split("`")[0].strip().removesuffix("(").strip()
    row = page.rows.setdefault((name, ids), NaiveRow(name, ids))
    for index, location in enumerate(columns):
        row.cells[location] = index < len(cells) and cells[index] == TICK


def csv_rows(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@dataclass(frozen=True)
class NaiveModel:
    publisher: str
    id: str
    name: str
    served: frozenset[str]
    aliases: tuple[str, ...] = ()

    @property
    def preview(self) -> bool:
        return "(Preview)" in self.name or "-preview-" in self.id


@cache
def naive_models() -> tuple[NaiveModel, ...]:
    """Every id of the matrix with where it is served, the model of the prose last."""
    known: dict[str, list[dict[str, str]]] = {}
    for row in csv_rows(FOLDER / "model_ids.csv"):
        if row["confidence"] != "low":
            known.setdefault(squeeze(row["page_name"]), []).append(row)
    found: list[NaiveModel] = []
    names: set[str] = set()
    for row in naive_page().rows.values():
        names.add(row.name)
        on_list = ["global"] if row.name in naive_page().global_list else []
        served = frozenset([*row.served, *on_list])
        if row.ids:
            found += [NaiveModel("google", one, row.name, served) for one in row.ids]
        else:
            found += [_from_csv(one, served) for one in known[row.name]]
    for name in naive_page().global_list:
        if name not in names:
            found += [_from_csv(one, frozenset(["global"])) for one in known[name]]
    return tuple(found)


def _from_csv(row: dict[str, str], served: frozenset[str]) -> NaiveModel:
    aliases = tuple(row["aliases"].split())
    return NaiveModel(row["publisher"], row["model_id"], squeeze(row["page_name"]), served, aliases)


@cache
def naive_commitments() -> frozenset[tuple[str, str]]:
    """(model id, jurisdiction) of the statement about Claude."""
    return frozenset(
        (row["model_id"], row["location"].split(" ")[0])
        for row in csv_rows(FOLDER / "ml_processing.csv")
    )


@cache
def naive_regions() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in csv_rows(ROOT / "availability" / "data" / "regions.csv")}
