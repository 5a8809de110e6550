"""What a cell of a table of ticks says.

A copy without a single tick has lost them: what its table says stays unknown, and it is never read
as a table of "no".
"""

from __future__ import annotations

from availability.facts.snapshot import Verdict
from availability.ingest.document import Cell, Mark

_VERDICTS = {
    Mark.YES: Verdict.YES,
    Mark.NO: Verdict.NO,
    Mark.PREVIEW: Verdict.PREVIEW,
    Mark.NOT_APPLICABLE: Verdict.NO,
}


def verdict_of(cell: Cell, *, ticked: bool) -> Verdict | None:
    """The verdict of a cell: a blank one says no where its table is `ticked`, and nothing else.

    None where it holds other words than ticks do.
    """
    if cell.mark is Mark.BLANK:
        return Verdict.NO if ticked else Verdict.UNKNOWN
    return _VERDICTS[cell.mark] if cell.mark else None
