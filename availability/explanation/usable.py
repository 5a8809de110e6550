"""Which models may be used under a constraint, and which rules refuse the others."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace

from availability.explanation.answers import warning_json
from availability.explanation.newer import newer_facts
from availability.explanation.warnings import stale_snapshot, warnings_of
from availability.facts.names import all_models
from availability.facts.snapshot import Snapshot, Stage
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule
from availability.placement.warnings import Warning, WarningId

_ENDING = {WarningId.RETIRING, WarningId.NOT_BEFORE_PASSED, WarningId.NEWER_FACTS}


@dataclass(frozen=True)
class Usable:
    """Every model of the snapshot, placed or refused."""

    snapshot: Snapshot
    placed: tuple[tuple[Placement, tuple[Warning, ...]], ...]
    """The publishers in the order of the snapshot, and of each publisher the best first."""
    refused: tuple[tuple[Refusal, tuple[Rule, ...]], ...]
    """In the order of the snapshot, each with the rules that it breaks, what decides first."""
    warnings: tuple[Warning, ...] = ()
    """What holds for all of them."""

    @property
    def counts(self) -> tuple[tuple[Rule, int], ...]:
        """(rule, how many models it decides against), the most first."""
        first = Counter(rules[0] for _, rules in self.refused)
        return tuple(sorted(first.items(), key=lambda pair: -pair[1]))


def usable_models(
    request: Request,
    snapshot: Snapshot,
    today: dt.date,
    newer: Snapshot | None = None,
    *,
    pinned: bool = True,
) -> Usable:
    """Places every model as the request asks; the model that it names does not matter.

    Best first is what a platform team would build on: models that neither end soon nor are
    previews, then previews, then what is deprecated, about to be shut down or past its last
    promise, or another thing by what a `newer` snapshot knows; among these the order of the
    snapshot. `pinned` says whether somebody chose the snapshot, or follows the newest.
    """
    placed: list[tuple[Placement, tuple[Warning, ...]]] = []
    refused: list[tuple[Refusal, tuple[Rule, ...]]] = []
    for named in all_models(snapshot):
        name = f"{named.entry.publisher}/{named.id}"
        result = place(replace(request, model=name), snapshot, today)
        if isinstance(result, Placement):
            warnings = warnings_of(result, snapshot, today)
            warnings += newer_facts(result, newer, today) if newer else ()
            placed.append((result, warnings))
        else:
            refused.append((result, result.deciding))
    publishers = list(dict.fromkeys(entry.publisher for entry in snapshot.entries))
    placed.sort(key=lambda pair: (publishers.index(pair[0].named.entry.publisher), _concern(*pair)))
    return Usable(
        snapshot, tuple(placed), tuple(refused), stale_snapshot(snapshot, today, pinned=pinned)
    )


def _concern(placement: Placement, warnings: tuple[Warning, ...]) -> int:
    """How far from what a team would build on: 0 is not at all."""
    ids = {warning.id for warning in warnings}
    if ids & _ENDING or placement.named.model.stage is Stage.DEPRECATED:
        return 2
    return int(WarningId.PREVIEW_MODEL in ids)


def usable_document(usable: Usable) -> dict[str, object]:
    """`{snapshot, warnings: [{id, text}], models: [...], refused: [{id, publisher, rules}]}`.

    Models are in the order of `usable`; the warnings hold for all of them. A model is `{id,
    publisher, name, family, stage, retires, notBefore, location, boundary, alternates, warnings:
    [id]}`; what is not said is None.
    """
    return {
        "snapshot": usable.snapshot.id,
        "warnings": [warning_json(warning) for warning in usable.warnings],
        "models": [_model(*pair) for pair in usable.placed],
        "refused": [
            {
                "id": refusal.named.id,
                "publisher": refusal.named.entry.publisher,
                "rules": [rule.value for rule in rules],
            }
            for refusal, rules in usable.refused
            if refusal.named
        ],
    }


def _model(placement: Placement, warnings: tuple[Warning, ...]) -> dict[str, object]:
    entry, model = placement.named.entry, placement.named.model
    return {
        "id": model.id,
        "publisher": entry.publisher,
        "name": entry.name,
        "family": entry.family.value,
        "stage": model.stage.value if model.stage else None,
        "retires": model.retires.isoformat() if model.retires else None,
        "notBefore": model.not_before.isoformat() if model.not_before else None,
        "location": placement.location,
        "boundary": placement.boundary,
        "alternates": list(placement.alternates),
        "warnings": warning_ids(warnings),
    }


def warning_ids(warnings: tuple[Warning, ...]) -> list[str]:
    """Each id once, in the order of the warnings."""
    return list(dict.fromkeys(warning.id.value for warning in warnings))
