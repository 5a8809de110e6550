"""Measures what the project costs, and prints it beside its goals.

What can't be measured says so in its row. Nothing passes or fails by a time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import calls, cold, engine, gateway, stacks
from bench.figures import FIGURES, LARGE_SIZES, SIZES, Part
from bench.measured import Failed, Measured
from bench.processes import adopt_orphans, usage
from bench.results import Found, failed, kept, merged, save


def measured(part: Part) -> Iterator[tuple[str, Measured]]:
    """Figure of the part -> what was measured of it."""
    match part:
        case Part.ENGINE:
            return engine.measured(SIZES, (engine.Side.OURS, engine.Side.NODES))
        case Part.ENGINE_LARGE:
            return engine.measured(LARGE_SIZES)
        case Part.COLD:
            return cold.measured()
        case Part.STACKS:
            return stacks.measured()
        case Part.WARM:
            return calls.warm()
        case Part.REFUSALS:
            return calls.refusals()
        case Part.MODELS:
            return calls.models()
        case Part.LITELLM:
            return gateway.measured()


def found(part: Part, results: Iterator[tuple[str, Measured]]) -> dict[str, Found]:
    """Figure of the part -> what was found of it: where measuring fails, why."""
    seen: dict[str, Found] = {}
    why = Failed("it was left out")
    try:
        for figure, one in results:
            print(f"  {figure}: {one.value:.4g}", file=sys.stderr, flush=True)
            seen[figure] = one
    except Exception as error:  # what else is measured is not to be lost
        why = failed(error)
    return {figure.id: seen.get(figure.id, why) for figure in FIGURES if figure.part is part}


def main() -> None:
    """Prints the table, and writes it where it is asked to."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    usual = [part for part in Part if not part.is_large]
    parser.add_argument(
        "parts",
        nargs="*",
        type=Part,
        metavar="PART",
        help=f"only these of {', '.join(Part)} (default: all but the large one)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to this file")
    parser.add_argument(
        "--write",
        action="store_true",
        help="write them to bench/results.json and bench/README.md; what is not measured now stays",
    )
    options = parser.parse_args()
    adopt_orphans()
    # As `make setup` does: else a start would compile what has changed, or all of it each time.
    usage([sys.executable, "-m", "compileall", "-q", "availability", "components", "sandbox"])
    results: dict[str, Found] = {}
    today = dt.datetime.now(dt.UTC).date()
    for part in options.parts or usual:
        print(f"measuring: {part}", file=sys.stderr, flush=True)
        results |= found(part, measured(part))
        if options.json:
            save(merged({"figures": {}, "answers": {}}, results, today), options.json)
        if options.write:
            save(merged(kept(), results, today))
    show(results)
    if options.write:
        from bench.page import write_page

        write_page()


def show(results: dict[str, Found]) -> None:
    """Prints the table."""
    from rich.console import Console  # processes start with the memory of this one: late
    from rich.table import Table
    from rich.text import Text

    from bench.page import HEADER, cells

    table = Table(*HEADER, title="What the project costs", title_justify="left")
    for figure in FIGURES:
        if figure.id in results:
            table.add_row(*map(Text, cells(figure, results[figure.id])))
    Console(width=None if sys.stdout.isatty() else 180).print(table)


if __name__ == "__main__":
    main()
