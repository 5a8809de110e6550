"""All that a snapshot knows of one model, as JSON and as text, each line with its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from availability.explanation.lifecycle import will_end
from availability.facts.names import Named
from availability.facts.snapshot import (
    Citation,
    Commitment,
    Notice,
    NoticeKind,
    Offer,
    Snapshot,
    Stage,
    Verdict,
)
from availability.input.printed import plain_line
from availability.input.wrap import wrapped

CONSUMPTION = frozenset(
    {
        "provisioned-throughput",
        "standard-paygo",
        "priority-paygo",
        "flex-paygo",
        "fixed-quota",
        "shared-model-lineage-quota",
        "single-zone-provisioned-throughput",
    }
)
"""The ways to pay, among what a card lists."""

Cite = dict[str, object]


def facts_document(named: Named | None, snapshot: Snapshot) -> dict[str, object]:
    """`{snapshot, model}`; the model is None where the snapshot has none of that name.

    A model is `{publisher, id, aliases, name, stage, released, deprecated, retires, notBefore,
    replacement, replacements, locations, commitments, capabilities, endpoints, tuningJobs,
    controls, consumption, notices}`. `locations` are `{location, stage, cite}`, `commitments`
    `{area, upTo, tuning, cite}`, `capabilities` `{need, verdict, cite}`, `endpoints` the same with
    a `location`, which is what single endpoints offer or lack, `tuningJobs` `{location, cite}`,
    `controls` `{feature, control, verdict, cite}`, `consumption` `{option, location, verdict,
    cite}` with a location of None where it is about the model as a whole, `notices` `{kind, text,
    cite}`, and `cite` is `{url, title, date, heading, line}`.
    """
    return {"snapshot": snapshot.id, "model": named and _model(named, snapshot)}


def _model(named: Named, snapshot: Snapshot) -> dict[str, object]:
    model, entry = named.model, named.entry

    def cite(said: Citation) -> Cite:
        return _cite(said, snapshot)

    return {
        "publisher": entry.publisher,
        "id": model.id,
        "aliases": list(model.aliases),
        "name": entry.name,
        "stage": model.stage,
        "released": model.released,
        "deprecated": model.deprecated and model.deprecated.isoformat(),
        "retires": model.retires and model.retires.isoformat(),
        "notBefore": model.not_before and model.not_before.isoformat(),
        "replacement": model.successor,
        "replacements": list(model.successors),
        "locations": [
            {"location": place, "stage": stage, "cite": cite(said)}
            for place, stage, said in _locations(named)
        ],
        "commitments": [
            {"area": one.area, "upTo": one.up_to, "tuning": one.tuning, "cite": cite(one.cite)}
            for one in model.commitments
        ],
        "capabilities": [
            {"need": one.need, "verdict": one.verdict, "cite": cite(one.cite)}
            for one in model.capabilities
        ],
        "endpoints": [
            {"need": need, "location": place, "verdict": verdict, "cite": cite(said)}
            for need, place, verdict, said in _endpoints(named, snapshot)
        ],
        "tuningJobs": [
            {"location": place, "cite": cite(said)} for place, said in _tuning_jobs(named)
        ],
        "controls": [
            {
                "feature": one.feature,
                "control": one.control,
                "verdict": one.verdict,
                "cite": cite(one.cite),
            }
            for one in (*model.controls, *snapshot.controls)
        ],
        "consumption": [
            {"option": option, "location": place, "verdict": verdict, "cite": cite(said)}
            for option, place, verdict, said in _consumption(named)
        ],
        "notices": [
            {"kind": one.kind, "text": one.text, "cite": cite(one.cite)}
            for one in _notices(named, snapshot)
        ],
    }


def _cite(cite: Citation, snapshot: Snapshot) -> Cite:
    source = snapshot.sources[cite.source]
    return {
        "url": source.url,
        "title": source.title,
        "date": source.date,
        "heading": cite.heading,
        "line": cite.line,
    }


def _locations(named: Named) -> Iterator[tuple[str, Stage | None, Citation]]:
    for listing in named.entry.listings:
        for place in listing.served:
            yield place, listing.stage or named.model.stage, listing.cite


def _consumption(named: Named) -> Iterator[tuple[str, str | None, Verdict, Citation]]:
    """The ways to pay: of the model as a whole, and at each location that a source speaks of."""
    for said in named.model.capabilities:
        if said.need in CONSUMPTION:
            yield said.need, None, said.verdict, said.cite
    for offer in named.model.offers:
        if offer.need in CONSUMPTION:
            yield from _at_locations(offer, named)


def _at_locations(offer: Offer, named: Named) -> Iterator[tuple[str, str, Verdict, Citation]]:
    """Where a need is offered, and, by a source that names every such place, where it is not."""
    for place in offer.locations:
        yield offer.need, place, Verdict.YES, offer.cite
    if offer.exhaustive:
        for place in sorted(named.entry.served - set(offer.locations)):
            yield offer.need, place, Verdict.NO, offer.cite


def _endpoints(named: Named, snapshot: Snapshot) -> Iterator[tuple[str, str, Verdict, Citation]]:
    """What single endpoints of the model offer, besides ways to pay, and all that they lack."""
    for offer in named.model.offers:
        if offer.need not in CONSUMPTION:
            yield from _at_locations(offer, named)
    for limit in snapshot.limitations:
        served = limit.endpoint in named.entry.served
        if served and limit.applies_to(named.entry.publisher, named.model):
            yield limit.need, limit.endpoint, Verdict.NO, limit.cite


def _tuning_jobs(named: Named) -> Iterator[tuple[str, Citation]]:
    for jobs in named.model.tuning_jobs:
        for place in jobs.locations:
            yield place, jobs.cite


def _notices(named: Named, snapshot: Snapshot) -> Iterator[Notice]:
    """What is said of the model, what its sources contradict, and what the platform keeps."""
    model = named.model
    yield from model.notices
    if closure := model.closure:
        text = f"closed to projects without prior usage since {closure.since}"
        yield Notice(kind=NoticeKind.PRIOR_USAGE, text=text, cite=closure.cite)
    for said in model.contradicted:
        affirms, denies = (snapshot.sources[cite.source] for cite in (said.affirms, said.denies))
        text = (
            f'"{affirms.title}" ({affirms.date}) commits processing to {said.area}, '
            f'"{denies.title}" ({denies.date}) leaves it out; the stricter one counts'
        )
        yield Notice(kind=NoticeKind.CONTRADICTION, text=text, cite=said.denies)
    offered = {one.need for one in model.capabilities if one.verdict.offered}
    for notice in snapshot.notices:
        of_google = notice.about == "platform" and named.entry.publisher == "google"
        if of_google or notice.about in offered:
            about = "" if of_google else f"{notice.about}: "
            yield replace(notice, text=f"{about}{notice.text}")


# As text


def _commitment_text(commitment: Commitment) -> str:
    """``eu: requests of up to 128k tokens``."""
    area = f"{commitment.area}{' (tuning)' if commitment.tuning else ''}"
    if commitment.area == "global":
        return f"{area}: none, processing may happen anywhere"
    return f"{area}: requests of up to {commitment.up_to} tokens" if commitment.up_to else area


@dataclass
class _Sources:
    """Numbers the sources as they come."""

    snapshot: Snapshot
    numbers: dict[str, int] = field(default_factory=dict[str, int])

    def mark(self, cite: Citation) -> str:
        """What stands behind a fact: ``[2, Capabilities, line 64]``."""
        source = self.snapshot.sources[cite.source]
        key = f'"{source.title}" ({source.date}): {source.url}'
        number = self.numbers.setdefault(key, len(self.numbers) + 1)
        where = [cite.heading] if cite.heading else []
        where += [f"line {cite.line}"] if cite.line else []
        return f"[{', '.join([str(number), *where])}]"


def facts_lines(named: Named, snapshot: Snapshot) -> list[str]:
    """The same as text: a block a kind of fact, and the sources with their addresses at the end."""
    sources = _Sources(snapshot)
    model, entry = named.model, named.entry
    lines = wrapped(
        f"{entry.publisher}/{model.id} ({entry.name}), by snapshot {snapshot.id}", "", "  "
    )
    if model.aliases:
        lines += wrapped(f"also called {', '.join(model.aliases)}", "  ", "  ")
    dates = [
        f"stage {model.stage}" if model.stage else "stage not said",
        *([f"released {model.released}"] if model.released else []),
        *([f"deprecated since {model.deprecated}"] if model.deprecated else []),
        *([will_end(entry, model.retires)] if model.retires else []),
        *([f"not shut down before {model.not_before}"] if model.not_before else []),
        *([f"replaced by {' or '.join(model.successors)}"] if model.successors else []),
    ]
    cite = model.lifecycle or model.cite
    lines += wrapped(f"{', '.join(dates)} {sources.mark(cite)}", "  ", "    ")

    def block(title: str, none: str, rows: list[tuple[str, Citation]]) -> None:
        lines.append(f"{title}:")
        if not rows:
            lines.append(f"  {none}")
        for text, said in rows:
            lines.extend(wrapped(f"{text} {sources.mark(said)}", "  ", "    "))

    served = [
        (f"{place}: {stage or 'stage not said'}", said) for place, stage, said in _locations(named)
    ]
    block("Locations", "no source says where it is served", served)
    committed = [(_commitment_text(one), one.cite) for one in model.commitments]
    block("Commitments on processing", "no source states one", committed)
    block(
        "Capabilities",
        "no source speaks of them",
        [
            (f"{one.need}: {one.verdict}", one.cite)
            for one in model.capabilities
            if one.need not in CONSUMPTION
        ],
    )
    if endpoints := list(_endpoints(named, snapshot)):
        rows = [(f"{need} in {place}: {verdict}", said) for need, place, verdict, said in endpoints]
        block("What single endpoints offer", "", rows)
    if jobs := list(_tuning_jobs(named)):
        block("Tuning jobs run in", "", jobs)
    block(
        "Security controls",
        "no source speaks of them",
        [
            (f"{one.control} of {one.feature}: {one.verdict}", one.cite)
            for one in (*model.controls, *snapshot.controls)
        ],
    )
    block(
        "Consumption",
        "no source speaks of it",
        [
            (f"{option}{f' in {place}' if place else ''}: {verdict}", said)
            for option, place, verdict, said in _consumption(named)
        ],
    )
    notices = [(f"{one.kind}: {one.text}", one.cite) for one in _notices(named, snapshot)]
    block("Notices", "none", notices)
    lines.append("Sources:")
    lines += [plain_line(f"  [{number}] {text}") for text, number in sources.numbers.items()]
    return lines
