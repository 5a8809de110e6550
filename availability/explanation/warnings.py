"""Warnings: what is placed, and still ought to be known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from availability.explanation.age import FOLLOWED_STALE_AFTER, STALE_AFTER, how_old, how_to_refresh
from availability.explanation.committed import kept_within, on_tuning
from availability.explanation.lifecycle import blocked_from, will_end
from availability.explanation.names import cited, joined, successor
from availability.explanation.notices import notices
from availability.explanation.rules.offered import contradiction
from availability.explanation.rules.said import what_is_waived
from availability.facts.capabilities import capabilities
from availability.facts.controls import covers
from availability.facts.covered import covered
from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.snapshot import Snapshot, Stage, Verdict
from availability.facts.spelling import written
from availability.input.errors import shown
from availability.placement.clients import litellm_argument, litellm_goes_to
from availability.placement.endpoints import FORMS, form_of
from availability.placement.needed import tuning_jobs
from availability.placement.request import Placement, Refusal, Request
from availability.placement.warnings import Acknowledged, Warning, WarningId
from availability.places.residency import Guarantee


def warnings_of(
    result: Placement | Refusal, snapshot: Snapshot, today: dt.date
) -> tuple[Warning, ...]:
    """The warnings about one deployment by the snapshot's own facts, in the order of the ids.

    Those that a person has acknowledged are left out; `acknowledged` has them.
    """
    if isinstance(result, Placement):
        about, request = tuple(_about(result, snapshot)), result.request
        said = (
            tuple(_less_acknowledged(about, request, today)) if request.acknowledgements else about
        )
        idle = _idle_acknowledgements(about, request, today)
        return (*said, *_waived(result, snapshot, today), *idle)
    contradictions = _contradictions(result.request, result.named, snapshot) if result.named else ()
    return (*contradictions, *_waived(result, snapshot, today))


def acknowledged(
    result: Placement | Refusal, snapshot: Snapshot, today: dt.date
) -> tuple[Acknowledged, ...]:
    """The warnings about one deployment that a person has acknowledged; none of a refused one."""
    if isinstance(result, Refusal) or not result.request.acknowledgements:
        return ()
    known = {one.warning: one for one in result.request.acknowledgements if one.holds(today)}
    return tuple(
        Acknowledged(warning, known[warning.id])
        for warning in _about(result, snapshot)
        if warning.id in known
    )


def _less_acknowledged(
    warnings: Iterable[Warning], request: Request, today: dt.date
) -> Iterator[Warning]:
    """The warnings that nobody has acknowledged, or only until a day that is past."""
    known = {one.warning: one for one in request.acknowledgements}
    for warning in warnings:
        by = known.get(warning.id)
        if by is None:
            yield warning
        elif not by.holds(today):
            text = f"{warning.text} It was acknowledged until {by.until} only. Reason: {by.reason}"
            yield Warning(warning.id, text, warning.item)


def _idle_acknowledgements(
    warnings: Iterable[Warning], request: Request, today: dt.date
) -> Iterator[Warning]:
    """Every acknowledgement of what does not occur: none is to be forgotten."""
    occurring = {warning.id for warning in warnings}
    for one in request.acknowledgements:
        if one.warning in occurring:
            continue
        said = f"The acknowledgement of {one.warning}"
        said += (
            f" until {one.until} is not needed now"
            if one.holds(today)
            else f" has expired on {one.until} and has no effect"
        )
        yield Warning(WarningId.WAIVED, f"{said}. Reason: {one.reason}", one.warning)


def stale_snapshot(snapshot: Snapshot, today: dt.date, *, pinned: bool) -> tuple[Warning, ...]:
    """For a snapshot that is old on that day; else nothing.

    One that was chosen may be older than one that is followed because it is the newest.
    """
    age = today - snapshot.date
    if age <= (STALE_AFTER if pinned else FOLLOWED_STALE_AFTER):
        return ()
    text = (
        f"{how_old(snapshot, today)} Models come, move and are shut down faster than that. "
        f"{how_to_refresh()}."
    )
    return (Warning(WarningId.STALE_SNAPSHOT, text),)


def floating_snapshot(snapshot: Snapshot) -> Warning:
    """For a stack that does not pin its snapshot."""
    return Warning(
        WarningId.FLOATING_SNAPSHOT,
        f"No snapshot is pinned: the newest bundled one decides, now {snapshot.id}, and an upgrade "
        f"may move what is placed. To pin it, set snapshot to {snapshot.id}.",
    )


def judged_by(day: dt.date) -> Warning:
    """For a stack whose file names the day to judge by."""
    return Warning(
        WarningId.AS_OF,
        f"Judged as of {day} (asOf), not today: what is shut down later, and a waiver that ends "
        "later, changes nothing here. Remove asOf to be judged by the day of each preview.",
    )


def unknown_region(region: str) -> Warning:
    """For a `gcp:region` that no list of Google's regions here has."""
    return Warning(
        WarningId.INVALID_PREFERENCE,
        f"gcp:region is {shown(region)}, which is no region known here: distances decide nothing.",
    )


def unknown_offline(what: str, key: str | None) -> Warning:
    """For what the engine will know of a stack's configuration, and nobody offline does.

    `key` is the one whose value is unknown; None where any may be.
    """
    return Warning(
        WarningId.UNKNOWN_OFFLINE,
        f"{what}: unknown offline, and `pulumi preview` may place by it otherwise.",
        key,
    )


def _about(placement: Placement, snapshot: Snapshot) -> Iterator[Warning]:
    request, named = placement.request, placement.named
    yield from _processing(placement)
    yield from _lifecycle(placement)
    yield from notices(placement, snapshot)
    yield from _capability(placement, snapshot)
    yield from _unknown_commitment(placement, snapshot)
    yield from _unknown_control(placement, snapshot)
    yield from _contradictions(request, named, snapshot)
    for wish in request.prefer:
        if wish not in placement.valid:
            yield Warning(
                WarningId.INVALID_PREFERENCE,
                f"The preferred location {wish} is not valid for {named.id} here and was passed "
                "over.",
                wish,
            )
    in_name = written(request.model).location
    if in_name and in_name != placement.location:
        yield Warning(
            WarningId.LOCATION_IN_NAME,
            f"The name of the model has the location {shown(in_name)}, which pins nothing: it is "
            f"placed in {placement.location}. The key location pins one.",
        )
    if named.entry.publisher != "google":
        yield Warning(
            WarningId.PARTNER_TERMS,
            f"{named.entry.publisher} publishes {named.id}: before the first request somebody with "
            "roles/consumerprocurement.entitlementManager has to accept the publisher's terms on "
            "its card in Model Garden, once a project. No deployment does that.",
        )
    if form_of(named) is None:
        yield Warning(
            WarningId.NO_URL,
            f"No endpoint URL is documented for {named.id}: {FORMS[named.entry.call]}.",
        )
    yield from _clients(placement)


def _clients(placement: Placement) -> Iterator[Warning]:
    """The clients that the environment alone doesn't hold to the placement."""
    named, location = placement.named, placement.location
    if named.entry.publisher == "mistralai":
        yield Warning(
            WarningId.CLIENT_NEEDS_LOCATION,
            "Mistral's own client, MistralGCP, reads no location from its environment and calls "
            f'europe-west4: pass region="{location}" to it.',
        )
    if (elsewhere := litellm_goes_to(named, location)) is not None:
        yield Warning(
            WarningId.CLIENT_NEEDS_LOCATION,
            f"LiteLLM's cost map doesn't list {location} for {named.id}, so that it calls "
            f"{elsewhere}: {litellm_argument(named, location)} holds it to {location}.",
        )


def _processing(placement: Placement) -> Iterator[Warning]:
    residency, named = placement.request.residency, placement.named
    if residency.guarantee is Guarantee.ENDPOINT:
        yield Warning(WarningId.ENDPOINT_GUARANTEE, _endpoint_guarantee(placement))
        return
    kept = (one.area for one in on_tuning(placement) if one.area != "global")
    if Need.TUNING in placement.request.needs and not any(map(residency.keeps, kept)):
        yield Warning(
            WarningId.ENDPOINT_GUARANTEE,
            f"ml-processing holds for requests: no source commits to where tuning jobs of "
            f"{named.id} are processed.",
            Need.TUNING,
        )


def _unknown_commitment(placement: Placement, snapshot: Snapshot) -> Iterator[Warning]:
    """The needs of which no readable source says whether the commitment covers them."""
    request, named, location = placement.request, placement.named, placement.location
    if request.residency.guarantee is not Guarantee.ML_PROCESSING:
        return
    needs: list[Need] = []
    sources: list[str] = []
    for need in request.needs:
        if need is Need.TUNING:  # the commitments on tuning jobs say it
            continue
        answer = covered(named, need, location, snapshot)
        if answer.verdict is Verdict.UNKNOWN:
            needs.append(need)
            sources += [cited(answer.cite, snapshot)] if answer.cite else []
    if needs:
        said = joined(dict.fromkeys(sources))
        them = "it" if len(needs) == 1 else "them"
        lost = f" {said} lists {them}, and its copies have lost what it says." if said else ""
        yield Warning(
            WarningId.UNKNOWN_COMMITMENT,
            f"Whether the commitment on processing of {named.id} in {location} covers "
            f"{joined(needs)} is unknown, and not refused.{lost}",
            needs[0],
        )


def _unknown_control(placement: Placement, snapshot: Snapshot) -> Iterator[Warning]:
    """The controls of which no readable source says whether they cover what is used."""
    request, named = placement.request, placement.named
    unknown = [
        cover
        for cover in covers(named, request.needs, request.controls, snapshot)
        if cover.verdict is Verdict.UNKNOWN
    ]
    if not unknown:
        return
    said = joined(f"{cover.control} of {cover.feature}" for cover in unknown)
    sources = joined(dict.fromkeys(cited(one.cite, snapshot) for one in unknown if one.cite))
    lost = f" {sources} has a row on it, and its copies have lost what it says." if sources else ""
    yield Warning(
        WarningId.UNKNOWN_CONTROL,
        f"Whether security controls cover what is used of {named.id} is unknown for {said}, and "
        f"not refused.{lost}",
        unknown[0].control,
    )


def _lifecycle(placement: Placement) -> Iterator[Warning]:
    named, today = placement.named, placement.today
    model, days = named.model, placement.request.retirement_warning
    # A difference of days, because the sum may be a day that the calendar doesn't have.
    if model.retires and not named.is_retired(today) and (model.retires - today).days <= days:
        left = _days_left((model.retires - today).days)
        end = f"{named.id} is {will_end(named.entry, model.retires)}, {left}."
        yield Warning(WarningId.RETIRING, end + successor(named))
    blocked = blocked_from(named)
    is_blocked = blocked is not None and blocked <= today and not named.is_retired(today)
    if is_blocked and not placement.request.prior_usage:
        yield Warning(
            WarningId.NEW_ACCESS_BLOCKED,
            f"Since {blocked}, a month before its retirement date, projects that never used "
            f"{named.id} can't start to: for online inference, batch and tuning. If this "
            "project did, priorUsage: true says so.",
        )
    if model.not_before and model.not_before <= today and not model.retires:
        yield Warning(
            WarningId.NOT_BEFORE_PASSED,
            f"{named.id} was promised not to be shut down before {model.not_before}: that day has "
            "passed, and no later one is published.",
        )
    in_preview = placement.location in named.entry.preview_locations
    if in_preview or model.is_preview:
        where = f" in {placement.location}" if in_preview else ""
        stage = "experimental" if model.stage is Stage.EXPERIMENTAL else "a preview"
        yield Warning(
            WarningId.PREVIEW_MODEL,
            f"{named.id} is {stage}{where}: pre-GA terms apply, and it may change or go without "
            "the notice that a GA model gets. Google does not support security controls for "
            "preview models.",
        )


def _days_left(days: int) -> str:
    match days:
        case 0:
            return "today"
        case 1:
            return "in 1 day"
        case _:
            return f"in {days} days"


def _capability(placement: Placement, snapshot: Snapshot) -> Iterator[Warning]:
    """The needs of which no source says whether they are offered where it is placed."""
    request, named, location = placement.request, placement.named, placement.location
    known = capabilities(named, snapshot)
    unsaid = known.unsaid(request.needs, location)
    for need in request.needs:
        if known.denies(need, location):
            continue  # waived, and shown as such
        if need in unsaid:
            yield Warning(
                WarningId.UNKNOWN_CAPABILITY,
                f"Snapshot {snapshot.id} does not say whether {named.id} offers {need} in "
                f"{location}: unknown, and not refused.",
                need,
            )
        elif need is Need.TUNING and not tuning_jobs(request, named):
            yield Warning(
                WarningId.UNKNOWN_CAPABILITY,
                f"Snapshot {snapshot.id} does not say where tuning jobs of {named.id} run: "
                "unknown, and not refused.",
                need,
            )


def _contradictions(request: Request, named: Named, snapshot: Snapshot) -> Iterator[Warning]:
    """The disagreements of sources that are about a need and an endpoint inside the area."""
    for pair in capabilities(named, snapshot).contradictions:
        inside = any(request.residency.holds(location) for location in pair.locations)
        if pair.need in request.needs and (inside or not pair.locations):
            text = contradiction(pair, named, snapshot)
            yield Warning(WarningId.CONTRADICTION, text, pair.need)


def _waived(result: Placement | Refusal, snapshot: Snapshot, today: dt.date) -> Iterator[Warning]:
    """Every waiver, whether it is needed or not: none is to be forgotten."""
    for waiver in result.request.waivers:
        if not waiver.holds(today):
            said = f"The waiver of {waiver.rule} has expired on {waiver.until} and has no effect"
        elif result.named is None:
            said = f"The waiver of {waiver.rule} until {waiver.until} has no effect: no such model"
        elif waiver.rule not in result.waived:
            said = f"The waiver of {waiver.rule} until {waiver.until} is not needed now"
        else:
            said = f"Broken and accepted until {waiver.until}: {waiver.rule}"
            said += f" ({what_is_waived(result, result.named, waiver.rule, snapshot)})"
        yield Warning(WarningId.WAIVED, f"{said}. Reason: {waiver.reason}", waiver.rule)


def _endpoint_guarantee(placement: Placement) -> str:
    location = placement.location
    start = f"The endpoint in {location} is no promise about where requests are processed"
    match placement.boundary:
        case None if placement.uncovered:
            return f"{start}, and no published commitment covers {joined(placement.uncovered)}."
        case None:
            return (
                f"{start}, and the snapshot's sources state no commitment for "
                f"{placement.named.id} there."
            )
        case boundary:
            kept = kept_within(placement) or f"within {boundary}"
            return (
                f"{start}. A published commitment keeps it {kept}; "
                "guarantee: ml-processing would hold the stack to such a commitment."
            )
