"""A request with its answer, as the documents that `--json` prints and the program exports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from availability.explanation.reasons import reason
from availability.explanation.warnings import acknowledged, warnings_of
from availability.facts.needs import Need
from availability.facts.snapshot import Snapshot
from availability.placement.endpoints import (
    PROJECT_PLACEHOLDER,
    endpoint_url,
    environment,
    model_resource,
    openai_model_of,
)
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.warnings import Acknowledged, Warning

if TYPE_CHECKING:  # only a refusal needs them
    from availability.explanation.alternatives.fixes import Fixer, StackFixer
    from availability.explanation.alternatives.joint import JointAlternative
    from availability.explanation.alternatives.single import Alternative
    from availability.explanation.alternatives.steps import Step
    from availability.placement.groups import Groups
    from availability.places.residency import Residency


@dataclass(frozen=True)
class ShownAlternative:
    """An alternative as it is shown."""

    changes: tuple[tuple[str, object], ...]
    """(key, its new value as it stands in JSON)."""
    text: str
    command: str | None
    """What makes it so; None for a near miss that is refused, too."""
    steps: tuple[Step, ...] = ()
    """What the command changes in a stack's configuration; empty where there is no stack."""


@dataclass(frozen=True)
class Answer:
    """What became of a request. Of a refusal, with everything that would make it valid."""

    result: Placement | Refusal
    snapshot: Snapshot
    warnings: tuple[Warning, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    fixer: Fixer | None = None
    shared: tuple[ShownAlternative, ...] | None = None
    """What would make its whole group valid, where it shares its location with others."""
    told_by: str | None = None
    """The deployment of its group whose text tells them, where that is another one."""
    host: str | None = None
    """The host that the stack's network reaches its location by; None for the usual one."""
    acknowledged: tuple[Acknowledged, ...] = ()
    """What would be among the warnings if nobody had acknowledged it."""

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
        return tuple(
            (shown.text, shown.command)
            for shown in self.shown_alternatives
            if shown.command is not None
        )

    @cached_property
    def shown_alternatives(self) -> tuple[ShownAlternative, ...]:
        """The alternatives as they are shown, nearest first; none of a placement."""
        if self.shared is not None:
            return self.shared
        if not isinstance(self.result, Refusal):
            return ()
        return tuple(self._shown(alternative, self.result) for alternative in self.alternatives)

    def _shown(self, alternative: Alternative, refusal: Refusal) -> ShownAlternative:
        from availability.explanation.alternatives import words
        from availability.explanation.alternatives.fixes import change_value

        fixer = self.fixer if alternative.placement is not None else None
        keys, request = alternative.keys, alternative.request
        return ShownAlternative(
            tuple((key.value, change_value(key, request)) for key in keys),
            words.alternative(alternative, refusal, self.snapshot),
            fixer.command(keys, request) if fixer else None,
            fixer.steps(keys, request) if fixer else (),
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
    return explained(judged(request, snapshot, today, newer), today, fixer)


def explained(verdict: Answer, today: dt.date, fixer: Fixer | None = None) -> Answer:
    """A verdict, with what would make it valid where it is a refusal.

    Fixes are made by the `fixer`.
    """
    if isinstance(verdict.result, Placement):
        return verdict
    from availability.explanation.alternatives.single import alternatives

    found = alternatives(verdict.result, verdict.snapshot, today)
    return replace(verdict, alternatives=found, fixer=fixer)


def judged(
    request: Request, snapshot: Snapshot, today: dt.date, newer: Snapshot | None = None
) -> Answer:
    """The answer to a request without what would make a refused one valid."""
    result = place(request, snapshot, today)
    warnings = warnings_of(result, snapshot, today)
    if newer is not None:
        from availability.explanation.newer import newer_facts  # only an old snapshot needs it

        warnings = (*warnings, *newer_facts(result, newer, today))
        if isinstance(result, Refusal) and result.named is None:
            result = replace(result, newer=newer)
    return Answer(result, snapshot, warnings, acknowledged=acknowledged(result, snapshot, today))


def shown_joint_alternatives(
    alternatives: Iterable[JointAlternative],
    requests: Mapping[str, Request],
    written: Groups,
    fixer: StackFixer,
    snapshot: Snapshot,
) -> tuple[ShownAlternative, ...]:
    """What would make a group valid, as the deployment of the `fixer` has it.

    `requests` are those of the group by name, as they are refused, and `written` all groups of the
    stack. The keys of other deployments start with `deployments.NAME.`.
    """
    from availability.explanation.alternatives import words
    from availability.explanation.alternatives.fixes import change_value

    shown: list[ShownAlternative] = []
    for alternative in alternatives:
        changes = [
            (
                key.value if name == fixer.deployment else f"deployments.{name}.{key}",
                change_value(key, alternative.requests[name]),
            )
            for name, key in alternative.changes
        ]
        if alternative.regroups:
            changes.append(
                ("colocate", [list(group) for group in alternative.groups if group] or None)
            )
        steps = fixer.joint_steps(alternative, written) if alternative.placements else ()
        command = fixer.command_of(steps) if steps else None
        text = words.joint_alternative(alternative, requests, snapshot)
        shown.append(ShownAlternative(tuple(changes), text, command, steps))
    return tuple(shown)


def to_json(answer: Answer, project: str | None) -> dict[str, object]:
    """`{model, placement, refusal, warnings}`; placement or refusal is None.

    Where warnings are acknowledged these are `acknowledged`: `{id, until, reason, text}` each.
    """
    result = answer.result
    document: dict[str, object] = {
        "model": answer.model,
        "placement": (
            _placement(result, project, answer.host) if isinstance(result, Placement) else None
        ),
        "refusal": _refusal(answer, result) if isinstance(result, Refusal) else None,
        "warnings": [warning_json(warning) for warning in answer.warnings],
    }
    if answer.acknowledged:
        document["acknowledged"] = [_acknowledged_json(known) for known in answer.acknowledged]
    return document


def _acknowledged_json(known: Acknowledged) -> dict[str, str]:
    by = known.by
    about = {"id": by.warning.value, "until": by.until.isoformat(), "reason": by.reason}
    return {**about, "text": known.warning.text}


def residency_json(residency: Residency) -> dict[str, object]:
    """`{within, excluding, guarantee}`, with the guarantee that holds."""
    return {
        "within": list(residency.within),
        "excluding": list(residency.excluding),
        "guarantee": residency.guarantee.value,
    }


def warning_json(warning: Warning) -> dict[str, str]:
    """`{id, text}`."""
    return {"id": warning.id.value, "text": warning.text}


def _placement(placement: Placement, project: str | None, through: str | None) -> dict[str, object]:
    named, location, where = placement.named, placement.location, project or PROJECT_PLACEHOLDER
    document: dict[str, object] = {
        "location": location,
        "endpointUrl": endpoint_url(named, location, where, through=through),
        "modelResource": model_resource(named, location, where),
        "boundary": placement.boundary,
        "alternates": list(placement.alternates),
        "environment": environment(named, location, where, through=through),
        "openaiModel": openai_model_of(named),
    }
    if Need.TUNING in placement.request.needs:
        document["tuningLocation"] = placement.tuning_location
    if Need.RAG_CORPUS in placement.request.needs:
        document["ragLocation"] = placement.rag_location
    return document


def _refusal(answer: Answer, refusal: Refusal) -> dict[str, object]:
    return {
        "reasons": [
            {
                "location": location,
                "rule": rule.value,
                "text": reason(refusal, location, rule, answer.snapshot),
            }
            for location, rule in refusal.reasons
        ],
        "alternatives": [
            {
                "changes": [{"key": key, "value": value} for key, value in shown.changes],
                "text": shown.text,
            }
            for shown in answer.shown_alternatives
        ],
        "fixes": [{"text": text, "command": command} for text, command in answer.fixes],
    }
