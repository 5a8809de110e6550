"""What `refresh` has read, understood, refused and found to be new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from availability.facts.difference import PARTS
from availability.input.printed import plain_line
from availability.input.wrap import wrapped
from availability.report.difference import difference_lines

if TYPE_CHECKING:
    from availability.ingest.refresh import Refreshed

MOST_SHOWN = 20
"""How many lines that were not understood are shown as text; JSON has them all."""


def refresh_document(result: Refreshed, written: list[str]) -> dict[str, object]:
    """What became of the pages, and what changes by them.

    It is `{snapshot, pages, facts: {KIND: COUNT}, notUnderstood, ticksLost, refused, difference,
    written}`. `notUnderstood` are `{url, line, text}`, `refused` `{url, line, message}`,
    `ticksLost` the addresses of pages whose tables have lost their ticks, and `difference` is that
    of `diff`.
    """
    nothing: dict[str, object] = {name: [] for name in PARTS}
    return {
        "snapshot": result.date.isoformat(),
        "pages": result.pages.count,
        "facts": result.counts,
        "notUnderstood": [
            {"url": one.url, "line": one.line, "text": one.text} for one in result.pages.missed
        ],
        "ticksLost": list(result.pages.ticks_lost),
        "refused": [
            {"url": one.url, "line": one.line, "message": one.message} for one in result.refused
        ],
        "difference": result.difference.as_json() if result.difference else nothing,
        "written": written,
    }


def refresh_lines(result: Refreshed, written: list[str]) -> list[str]:
    """The same as text: what is refused comes first, because nothing is written then."""
    lines: list[str] = []
    for page in result.refused:
        line = f" line {page.line}" if page.line else ""
        where = f"{page.url}{line}: " if page.url else ""
        lines += wrapped(f"refused: {where}{page.message}", "", "  ")
    facts = ", ".join(f"{count} {kind}" for kind, count in result.counts.items() if count)
    lines += wrapped(f"{result.pages.count} pages read: {facts or 'no facts'}.", "", "  ")
    if result.pages.ticks_lost:
        pages = ", ".join(url.rsplit("/", 1)[-1] for url in result.pages.ticks_lost)
        text = f"Ticks lost, so that what their tables say stays unknown: {pages}."
        lines += wrapped(text, "", "  ")
    missed = result.pages.missed
    if missed:
        share = f"{len(missed)} of {result.pages.rows} lines of facts"
        lines += wrapped(f"Not understood: {share}.", "", "  ")
        for one in missed[:MOST_SHOWN]:
            line = f":{one.line}" if one.line else ""
            lines.append(plain_line(f"  {one.url}{line} {one.text}"))
        if len(missed) > MOST_SHOWN:
            lines.append(f"  and {len(missed) - MOST_SHOWN} more (--json has them all)")
    if result.difference:
        lines += ["", *difference_lines(result.difference)]
    if result.refused:
        lines += ["", "Nothing was written."]
    else:
        lines += ["", *(plain_line(f"Written: {name}") for name in written)] if written else []
    return lines
