"""What a placement relies on: the facts that it was decided by, and what none of them covers.

Nothing is said here that no page says: where processing is kept, a fact of `Subject.PROCESSING` has
the page that commits to it, and where nobody commits, a sentence says that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from availability.explanation import statements
from availability.explanation.committed import KINDS, kept_apart, on_tuning
from availability.explanation.names import joined, notice_text, place_name
from availability.explanation.notices import notices_about
from availability.explanation.statements import Fact, Subject
from availability.facts.controls import Cover, covers
from availability.facts.covered import NOT_LISTED, capabilities_of, covered, endpoint_kind
from availability.facts.needs import Need
from availability.facts.processing import boundary
from availability.facts.snapshot import Citation, EndpointKind, Snapshot, Verdict
from availability.placement.request import Placement
from availability.places.areas import jurisdiction
from availability.places.residency import Guarantee

_LOST = "a page lists it, and its copies have lost what they say"


def relied_on(placement: Placement, snapshot: Snapshot) -> tuple[Fact, ...]:
    """The facts about the placed model, its location, and what the deployment asks of both."""
    return tuple(_relied_on(placement, snapshot))


def _relied_on(placement: Placement, snapshot: Snapshot) -> Iterator[Fact]:
    named, location, request = placement.named, placement.location, placement.request
    yield from statements.served(named, location, snapshot)
    yield from statements.row(named, snapshot)
    yield from statements.preview(named, location, snapshot)
    yield statements.geography(request.residency, location, snapshot)
    yield from _processing(placement)
    yield from _covered(placement, snapshot)
    yield from statements.no_promise(snapshot)
    for need in request.needs:
        yield from _need(need, placement, snapshot)
    yield from _corpora(placement, snapshot)
    for cover in covers(named, request.needs, request.controls, snapshot):
        yield _control(cover, named.id)
    for notice in notices_about(placement, snapshot):
        text = f"{notice.about or named.id}: {notice_text(notice)}."
        yield Fact(Subject(notice.kind.value), text, notice.cite)
    yield from statements.lifecycle(named)


def not_covered(placement: Placement, snapshot: Snapshot) -> tuple[Fact, ...]:
    """What no commitment speaks of, or denies, and what nobody asked to be held to."""
    return tuple(_not_covered(placement, snapshot))


def _not_covered(placement: Placement, snapshot: Snapshot) -> Iterator[Fact]:
    yield from _not_kept(placement, snapshot)
    yield from _tuning_not_kept(placement)
    if placement.boundary is not None:
        yield from _not_declared(placement, snapshot)
    text = "Data at rest: a commitment on processing says nothing about it."
    yield Fact(Subject.AT_REST, text)
    for text, cite in kept_apart(snapshot):
        yield Fact(Subject.RETENTION, f"Retention: {text}.", cite)


def _not_kept(placement: Placement, snapshot: Snapshot) -> Iterator[Fact]:
    """Why nothing holds the processing, or the stack to it."""
    request, location = placement.request, placement.location
    if placement.uncovered:
        for need in placement.uncovered:
            cite = covered(placement.named, need, location, snapshot).cite
            text = f"No published commitment covers {need}: with it, no page says where requests"
            yield Fact(Subject.COVERED, f"{text} to {location} are processed.", cite)
    elif placement.boundary is None:
        yield statements.uncommitted(request, location)
    else:
        yield from _wider(placement, placement.boundary, "The commitment on processing")
        if request.residency.guarantee is Guarantee.ENDPOINT:
            text = (
                "Nothing holds this deployment to the commitment on processing: its residency asks "
                "for the endpoint alone (guarantee: endpoint)."
            )
            yield Fact(Subject.PROCESSING, text)


def _wider(placement: Placement, area: str, what: str) -> Iterator[Fact]:
    """For a commitment to more than the residency allows."""
    residency = placement.request.residency
    if not residency.keeps(area):
        text = f"{what} is to {area}, which is more than the area {residency.area_text}."
        yield Fact(Subject.PROCESSING, text)


def _not_declared(placement: Placement, snapshot: Snapshot) -> Iterator[Fact]:
    """What is left out of the commitment, or unknown, of capabilities that are not declared."""
    if not placement.named.entry.family.is_gemini:
        text = "The commitment on processing does not cover what the model's card does not list."
        yield Fact(Subject.COVERED, text)
        return
    needs = placement.request.needs
    known = capabilities_of(endpoint_kind(placement.location), snapshot)
    if not known:
        text = f"Snapshot {snapshot.id} does not say which capabilities the commitment covers."
        yield Fact(Subject.COVERED, text)
    others = {
        verdict: [Need(word) for word in words if word not in needs]
        for verdict, words in known.items()
    }
    yield from _denied(others.get(Verdict.NO, ()), placement, snapshot)
    yield from _unknown(others.get(Verdict.UNKNOWN, ()), placement, snapshot)


def _denied(needs: Iterable[Need], placement: Placement, snapshot: Snapshot) -> Iterator[Fact]:
    """What a page leaves out of the commitment, and that it leaves out what it does not list."""
    kind = endpoint_kind(placement.location)
    for need in needs:
        cite = covered(placement.named, need, placement.location, snapshot).cite
        yield Fact(Subject.COVERED, f"Not covered for {KINDS[kind]}: {need}.", cite)
    for statement in snapshot.covered:
        if statement.capability == NOT_LISTED and statement.endpoint in (kind, EndpointKind.ANY):
            text = f"Not covered for {KINDS[kind]}: whatever Google's page does not list."
            yield Fact(Subject.COVERED, text, statement.cite)


def _unknown(needs: Iterable[Need], placement: Placement, snapshot: Snapshot) -> Iterator[Fact]:
    """What pages list, and nobody can read whether it is covered: a fact for each list."""
    by_list: dict[Citation | None, list[Need]] = {}
    for need in needs:
        cite = covered(placement.named, need, placement.location, snapshot).cite
        of_list = cite and Citation(source=cite.source, heading=cite.heading)
        by_list.setdefault(of_list, []).append(need)
    for of_list, words in by_list.items():
        for_kind = f"for {KINDS[endpoint_kind(placement.location)]}"
        text = f"Whether these are covered {for_kind} is unknown: {joined(words)}."
        text += " A page lists them, and its copies have lost what they say." if of_list else ""
        yield Fact(Subject.COVERED, text, of_list)


def _processing(placement: Placement) -> Iterator[Fact]:
    """The commitments on requests, and those that do not count because pages disagree."""
    named, location = placement.named, placement.location
    for fact in statements.processing(placement.request, named, location):
        if fact.what is Subject.PROCESSING:
            yield fact
    for pair in named.model.contradicted:
        if not pair.tuning and pair.area in (location, jurisdiction(location)):
            text = f"A page commits the processing of {named.id} to {pair.area}, which does not "
            text += "count, because another one leaves it out."
            yield Fact(Subject.CONTRADICTION, text, pair.affirms)
            text = f"A page leaves {pair.area} out for {named.id}: the stricter one counts."
            yield Fact(Subject.CONTRADICTION, text, pair.denies)


def _covered(placement: Placement, snapshot: Snapshot) -> Iterator[Fact]:
    """Of each declared need, whether the commitment on requests covers it."""
    named, location, request = placement.named, placement.location, placement.request
    if boundary(named, location, request.context_size) is None:
        return
    for need in request.needs:
        answer = covered(named, need, location, snapshot)
        text = _covers("the commitment on processing", need, answer.verdict, answer.cite)
        yield Fact(Subject.COVERED, text[0].upper() + text[1:], answer.cite)


def _need(need: Need, placement: Placement, snapshot: Snapshot) -> Iterator[Fact]:
    """Whether it is offered; of tuning also where jobs run, and where they are processed."""
    named, location = placement.named, placement.location
    said = tuple(statements.capability(need, named, location, snapshot))
    if not any(fact.what is Subject.NEED for fact in said):
        where = place_name(location, snapshot)
        yield Fact(Subject.NEED, f"No source says whether {named.id} offers {need} in {where}.")
    yield from said
    if need is Need.TUNING:
        yield from _tuning(placement)


def _tuning(placement: Placement) -> Iterator[Fact]:
    named, location = placement.named, placement.tuning_location
    if location is None:
        yield Fact(Subject.TUNING, f"No source says where tuning jobs of {named.id} run.")
    else:
        yield Fact(Subject.TUNING, f"Tuning jobs of this deployment run in {location}.")
    for commitment in on_tuning(placement):
        yield statements.committed_to(commitment, named, location or placement.location)


def _tuning_not_kept(placement: Placement) -> Iterator[Fact]:
    """Of needed tuning, that nobody commits to where its jobs are processed, or to more."""
    if Need.TUNING not in placement.request.needs:
        return
    areas = [one.area for one in on_tuning(placement) if one.area != "global"]
    if not areas:
        yield Fact(Subject.TUNING, "No source commits to where tuning jobs are processed.")
    elif not any(placement.request.residency.keeps(area) for area in areas):
        yield from _wider(placement, areas[0], "The commitment on tuning jobs")


def _corpora(placement: Placement, snapshot: Snapshot) -> Iterator[Fact]:
    """Where corpora lie, if they are needed."""
    if Need.RAG_CORPUS not in placement.request.needs:
        return
    location = placement.rag_location
    if location is None:
        yield Fact(Subject.CORPORA, "No source says where corpora of the RAG engine lie.")
        return
    text = f"Corpora of the RAG engine lie in {location}."
    for region in snapshot.rag_regions:
        if region.location == location:
            yield Fact(Subject.CORPORA, text, region.cite)


def _control(cover: Cover, model: str) -> Fact:
    """Whether a security control covers a part of the model's service."""
    what = f"{cover.feature} of {model}"
    text = _covers(cover.control, what, cover.verdict, cover.cite)
    return Fact(Subject.CONTROL, text, cover.cite)


def _covers(what: str, part: str, verdict: Verdict, cite: Citation | None) -> str:
    """Whether a commitment or a control covers a part of a service, as a page has it."""
    match verdict:
        case Verdict.YES:
            return f"{what} covers {part}."
        case Verdict.PREVIEW:
            return f"{what} covers {part}, as a preview."
        case Verdict.NO:
            return f"{what} does not cover {part}."
        case Verdict.UNKNOWN:
            why = _LOST if cite else "no source says it"
            return f"Whether {what} covers {part} is unknown: {why}."
