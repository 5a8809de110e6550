"""The results as people read them: a table to print, and the parts of `bench/README.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from bench.figures import FIGURES, Figure, Unit, megabytes, seconds
from bench.measured import Failed, Measured, Peak, memory_exponent
from bench.processes import ROOT
from bench.results import Found, Json, found_in, kept

PAGE = ROOT / "bench" / "README.md"
HEADER = ("Figure", "Measured", "Middle half", "Ours / theirs", "Goal", "Met", "Peak memory, MB")
NOT_MET = "## What is not met, and why"
"""The heading under which every goal that is not met has its reason."""


def cells(figure: Figure, found: Found) -> tuple[str, ...]:
    """The row of a figure."""
    goal = "" if figure.goal is None else f"<= {figure.unit.shown(figure.goal)}"
    if isinstance(found, Failed):
        return figure.what, f"not measured: {found.why}", "", "", goal, "", ""
    met = {True: "yes", False: "no", None: ""}[figure.is_met(found.value)]
    times = (found.ours, found.theirs)
    shown = figure.unit.shown(found.value)
    return (
        figure.what,
        f"{shown} ({found.note})" if found.note else shown,
        _middle(figure.unit, found),
        " / ".join(seconds(time) for time in times if time is not None),
        goal,
        met,
        _memory(found.peaks),
    )


def _middle(unit: Unit, found: Measured) -> str:
    if found.runs == 1:
        return ""
    return f"{unit.shown(found.low)} to {unit.shown(found.high)}, {found.runs} runs"


def _memory(peaks: tuple[Peak, ...]) -> str:
    """The peaks, by size where there are several, and how what is on top of the first grows."""
    if len(peaks) < 2:
        return ", ".join(megabytes(peak.memory) for peak in peaks)
    memory = ", ".join(megabytes(peak.memory) for peak in peaks)
    sizes = ", ".join(f"{peak.size:,}" for peak in peaks)
    grows = memory_exponent(peaks)
    return f"{memory} at {sizes}" + (f": n^{grows:.2f}" if grows is not None else "")


def founds(results: Json) -> dict[str, Found]:
    """Figure -> what the results say of it."""
    return {figure: found_in(row) for figure, row in results["figures"].items()}


def results_table(found: Mapping[str, Found]) -> str:
    """The table of the page."""
    rows = [
        (f"`{figure.id}`", *cells(figure, found[figure.id]))
        for figure in FIGURES
        if figure.id in found
    ]
    return table(("Id", *HEADER), rows)


def how_list() -> str:
    """How each figure is measured."""
    return "".join(
        f"- {', '.join(f'`{figure.id}`' for figure in figures)}: {how}\n"
        for how, figures in groupby(FIGURES, key=lambda figure: figure.how)
    )


def circumstances_text(results: Json) -> str:
    """On what the results were measured, in words."""
    machine, versions = results["machine"], results["versions"]
    days = sorted({row["day"] for row in results["figures"].values()}) or ["no day"]
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    named = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    return (
        f"Measured on {when} on {machine['cores']} cores of {machine['cpu']}, {machine['system']}: "
        f"{named}.\n"
    )


def answers_table(results: Json) -> str:
    """The digests of all answers."""
    rows = [
        (snapshot, f"{digest['answers']:,}", f"`{digest['sha256']}`")
        for snapshot, digest in results["answers"].items()
    ]
    return table(("Snapshot", "Answers", "SHA-256 of them all"), rows)


def parts(results: Json) -> dict[str, str]:
    """What is generated of the page, by the names of its markers."""
    return {
        "circumstances": circumstances_text(results),
        "results": results_table(founds(results)),
        "how": how_list(),
        "answers": answers_table(results),
    }


def page(text: str, results: Json) -> str:
    """The page with these results. Raises ValueError where a marker is missing."""
    for name, content in parts(results).items():
        start, end = f"<!-- {name}: generated -->\n", f"<!-- end of {name} -->"
        between = re.compile(f"({re.escape(start)}).*?({re.escape(end)})", re.DOTALL)
        text, count = between.subn(lambda found, new=content: f"{found[1]}{new}{found[2]}", text)
        if count != 1:
            raise ValueError(f"{PAGE.name} has no part {name}, or several")
    return text


def write_page() -> None:
    """Writes the page from the results that are kept, and prints whose reasons it lacks."""
    results = kept()
    text = page(PAGE.read_text(encoding="utf-8"), results)
    PAGE.write_text(text, encoding="utf-8")
    if missing := unexplained(text, founds(results)):
        section = NOT_MET.removeprefix("## ")
        print(f"{PAGE.name} gives no reason under {section!r} for: {', '.join(missing)}")


def unexplained(text: str, found: Mapping[str, Found]) -> list[str]:
    """The figures that miss their goal, and whose reason the page does not give."""
    _, _, reasons = text.partition(NOT_MET)
    section = reasons.partition("\n## ")[0]
    return [
        figure.id
        for figure in FIGURES
        if (one := found.get(figure.id)) is not None
        and (isinstance(one, Failed) or figure.is_met(one.value) is False)
        and f"`{figure.id}`" not in section
    ]


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    columns = tuple(header)
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
