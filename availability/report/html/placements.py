"""Where each deployment is placed, as a table."""

from __future__ import annotations

from availability.explanation.committed import committed, kept_within, not_covered
from availability.explanation.lifecycle import how_long
from availability.explanation.names import adequacy_text, asked_text, place_name, title
from availability.explanation.ranking import won_because
from availability.placement.request import Placement
from availability.report.html.elements import Child, element
from availability.report.html.parts import Cell, Section, badge, details, name, note, table
from availability.report.html.shown import Report, Shown

_COLUMNS = (
    "Deployment",
    "Model",
    "Location",
    "Processing",
    "Residency asked for",
    "Failover, in order",
    "Model ends",
)


def placements(report: Report) -> Section | None:
    """A row a deployment, of those that are placed."""
    placed = report.placed
    if not placed:
        return None
    rows = [_row(shown, placement) for shown, placement in placed]
    body: list[Child] = [table("Deployments that are placed", _COLUMNS, rows)]
    if any(not placement.boundary for _, placement in placed):
        text = (
            "“Not committed”: no published commitment says where requests are processed. "
            "The endpoint's location is no promise about it."
        )
        body.append(note(text))
    return Section("placements", "Placements", tuple(body))


def _row(shown: Shown, placement: Placement) -> list[Cell]:
    named, snapshot, request = placement.named, shown.snapshot, placement.request
    because = won_because(placement, snapshot)
    asked = asked_text(request.residency, takes_guarantee=request.takes_guarantee)
    return [
        name(shown.label),
        title(named),
        [place_name(placement.location, snapshot), _small(because)],
        _processing(shown, placement),
        [asked, _small(adequacy_text(request.residency, countries=True))],
        ", ".join(placement.alternates) or "none",
        how_long(named),
    ]


def _processing(shown: Shown, placement: Placement) -> list[Child]:
    if (kept := kept_within(placement)) is None:
        return [badge("not committed", "quiet")]
    said = committed(placement, shown.snapshot, brief=True)
    left_out = not_covered(placement, shown.snapshot)
    more = [f"Committed {said}"] if said else []
    more += [f"Not covered: {left_out}."] if left_out else []
    return [
        badge(f"kept {kept}", "good"),
        details("By what, and what is left out", *map(_small, more)) if more else None,
    ]


def _small(text: str) -> Child:
    return element("small", text) if text else None
