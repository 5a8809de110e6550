"""A request with its answer, as the documents that `--json` prints and the program exports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from availability import explain
from availability.endpoints import PROJECT_PLACEHOLDER, endpoint_url, environment, model_resource
from availability.facts import Snapshot
from availability.notices import Warning, warnings_of
from availability.placement import Placement, Refusal, Request, place

if TYPE_CHECKING:  # only a refusal needs them
    from availability.fixes import Fixer
    from availability.remedies import Alternative


@dataclass(frozen=True)
class Answer:
    """What became of a request. Of a refusal, with everything that would make it valid."""

    result: Placement | Refusal
    snapshot: Snapshot
    warnings: tuple[Warning, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    fixer: Fixer | None = None

    @property
    def model(self) -> str:
        """The canonical id, or the name as typed where it stands for no one model."""
        return self.result.named.id if self.result.named else self.result.request.model

    @property
    def publisher(self) -> str:
        """Who publishes the model. Raises LookupError where the name stands for no one model."""
        if self.result.named is None:
            raise LookupError(self.model)
        return self.result.named.entry.publisher

    @property
    def fixes(self) -> tuple[tuple[str, str], ...]:
        """(words, command) for each alternative that is valid as a whole, in their order."""
        if self.fixer is None or not isinstance(self.result, Refusal):
            return ()
        return tuple(
            (
                explain.alternative(one, self.result, self.snapshot),
                self.fixer.command(one.keys, one.request),
            )
            for one in self.alternatives
            if one.placement is not None
        )


def answer(
    request: Request,
    snapshot: Snapshot,
    today: dt.date,
    fixer: Fixer | None = None,
    newer: Snapshot | None = None,
) -> Answer:
    """Places the request, and explains a refusal. Fixes are made by the `fixer`.

    A `newer` snapshot decides nothing, and what it knows is a warning.
    """
    result = place(request, snapshot, today)
    warnings = warnings_of(result, snapshot, today)
    if newer is not None:
        from availability.newer import newer_facts  # only an old snapshot needs it

        warnings = (*warnings, *newer_facts(result, newer, today))
    if isinstance(result, Placement):
        return Answer(result, snapshot, warnings)
    from availability.remedies import alternatives

    found = alternatives(result, snapshot, today)
    return Answer(result, snapshot, warnings, found, fixer)


def to_json(one: Answer, project: str | None) -> dict[str, object]:
    """`{model, placement, refusal, warnings}`; placement or refusal is None."""
    result = one.result
    return {
        "model": one.model,
        "placement": _placement(result, project) if isinstance(result, Placement) else None,
        "refusal": _refusal(one, result) if isinstance(result, Refusal) else None,
        "warnings": [warning_json(warning) for warning in one.warnings],
    }


def warning_json(warning: Warning) -> dict[str, str]:
    """`{id, text}`."""
    return {"id": warning.id.value, "text": warning.text}


def _placement(placement: Placement, project: str | None) -> dict[str, object]:
    named, location, where = placement.named, placement.location, project or PROJECT_PLACEHOLDER
    return {
        "location": location,
        "endpointUrl": endpoint_url(named, location, where),
        "modelResource": model_resource(named, location, where),
        "boundary": placement.boundary,
        "alternates": list(placement.alternates),
        "tuningLocation": placement.tuning_location,
        "environment": environment(named, location, where),
    }


def _refusal(one: Answer, refusal: Refusal) -> dict[str, object]:
    from availability.fixes import change_value

    return {
        "reasons": [
            {
                "location": location,
                "rule": rule.value,
                "text": explain.reason(refusal, location, rule, one.snapshot),
            }
            for location, rule in refusal.reasons
        ],
        "alternatives": [
            {
                "changes": [
                    {"key": key.value, "value": change_value(key, alternative.request)}
                    for key in alternative.keys
                ],
                "text": explain.alternative(alternative, refusal, one.snapshot),
            }
            for alternative in one.alternatives
        ],
        "fixes": [{"text": text, "command": command} for text, command in one.fixes],
    }
