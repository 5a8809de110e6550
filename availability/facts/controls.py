"""Which of Google Cloud's security controls cover what a deployment uses of a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.snapshot import (
    Citation,
    Control,
    ControlStatement,
    Feature,
    Snapshot,
    Verdict,
)

FEATURES: dict[Need, Feature] = {
    Need.BATCH_PREDICTION: Feature.BATCH,
    Need.TUNING: Feature.TUNING,
    Need.CONTEXT_CACHING: Feature.CONTEXT_CACHING,
    Need.RAG_CORPUS: Feature.RAG,
}
"""The features that are used by a need. Requests to the model are online in any case."""


@dataclass(frozen=True)
class Cover:
    """What the sources say of one control of one feature: the strictest of it."""

    feature: Feature
    control: Control
    verdict: Verdict
    cite: Citation | None
    """None where no source speaks of it."""


def covers(
    named: Named, needs: Iterable[Need], controls: Iterable[Control], snapshot: Snapshot
) -> Iterator[Cover]:
    """What is known of each control for each feature that the needs use, features first."""
    features = dict.fromkeys([Feature.ONLINE, *(FEATURES[one] for one in needs if one in FEATURES)])
    wanted = tuple(controls)
    statements = (*named.model.controls, *snapshot.controls)
    for feature in features:
        for control in wanted:
            yield _strictest(feature, control, statements)


def _strictest(feature: Feature, control: Control, statements: Iterable[ControlStatement]) -> Cover:
    about = [one for one in statements if (one.feature, one.control) == (feature, control)]
    for verdict in (Verdict.NO, Verdict.PREVIEW, Verdict.YES):
        for one in about:
            if one.verdict is verdict:
                return Cover(feature, control, verdict, one.cite)
    return Cover(feature, control, Verdict.UNKNOWN, about[0].cite if about else None)
