"""Compares what a stack declared before with what it declares now.

A preview, which reads what was declared from the stack's outputs, and a review of the files both
compare by this, and so say the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from availability.explanation.answers import Answer
from availability.explanation.headline import headline
from availability.explanation.lifecycle import will_end
from availability.explanation.moves import moved_text
from availability.explanation.names import counted
from availability.input.errors import NAMESPACE
from availability.placement.request import Placement, Refusal
from availability.places.areas import countries_of, everywhere, jurisdiction, term_area
from availability.places.geography import country_name, places
from availability.places.residency import Guarantee, Residency
from availability.stack.config import Deployment
from availability.stack.deciding import spots_of_refusal
from availability.stack.plan import Plan
from availability.stack.review.changes import Change, ChangeKind, in_order
from availability.stack.review.declared import Declared, DeclaredDeployment
from availability.stack.review.renames import renames
from availability.stack.review.safeguards import safeguard_changes

_CODE = 2
"""The letters of a country code."""
OWN_ACCOUNT = "its own service account"
"""Who calls a deployment that names no callers."""


@dataclass(frozen=True)
class Comparison:
    """What changes for a stack, and what is worth a word besides."""

    changes: tuple[Change, ...]
    """What has to be decided first."""
    unchanged: tuple[str, ...]
    """The deployments of which nothing that is compared has changed."""
    otherwise: tuple[tuple[str | None, str], ...]
    """(deployment, its keys that have changed) where that opens nothing and moves nothing; None
    for the stack as a whole."""


def compare(before: Declared, plan: Plan) -> Comparison:
    """What changes for the stack of a plan since it was declared as `before`."""
    return _Compared(before, plan).result


def new_stack(plan: Plan) -> tuple[Change, ...]:
    """The changes of a stack that was not there before."""
    names = ", ".join(deployment.name for deployment, _ in plan.answers)
    declared = Declared.of(plan)
    said = _asked_once(declared)
    text = f"the stack is new, with {counted(len(plan.answers), 'deployment')}: {names} ({said})"
    change = Change(ChangeKind.ADDED, plan.stack, None, None, plan.stack, text)
    return in_order([change, *_new_deployments(plan, plan.answers, declared)])


def removed_stack(before: Declared, stack: str) -> Change:
    """The change of a stack that is not there any more."""
    names = ", ".join(before.deployments)
    text = (
        f"the stack is gone, with {counted(len(before.deployments), 'deployment')}: {names}. "
        "What it has in the cloud stays until it is destroyed"
    )
    return Change(ChangeKind.REMOVED, stack, None, stack, None, text)


def _asked_once(declared: Declared) -> str:
    """Every residency that a stack's deployments have, in words."""
    texts = dict.fromkeys(one.residency.text for one in declared.deployments.values())
    return f"residency {'; '.join(texts)}"


@dataclass(frozen=True)
class _Pair:
    """A deployment before and after, by its new name."""

    stack: str
    deployment: Deployment
    answer: Answer
    before: DeclaredDeployment
    after: DeclaredDeployment

    @property
    def name(self) -> str:
        return self.deployment.name

    def change(
        self,
        kind: ChangeKind,
        before: str | None,
        after: str | None,
        text: str,
        key: str | None = None,
    ) -> Change:
        """A change of the deployment, and its key where the kind doesn't say which."""
        path = self.deployment.path(key) if key else None
        return Change(kind, self.stack, self.name, before, after, f"{self.name}: {text}", path)


class _Compared:
    """One comparison, with what its parts share."""

    def __init__(self, before: Declared, plan: Plan) -> None:
        self.before, self.plan, self.after = before, plan, Declared.of(plan)
        old, new = before.deployments, self.after.deployments
        gone = {name: old[name] for name in old if name not in new}
        fresh = {name: new[name] for name in new if name not in old}
        self.renamed = renames(gone, fresh)
        """New name -> old name."""
        self.gone = [name for name in gone if name not in self.renamed.values()]
        self.fresh = [name for name in fresh if name not in self.renamed]

    @cached_property
    def result(self) -> Comparison:
        changes = [*self._stack_changes()]
        unchanged: list[str] = []
        otherwise: list[tuple[str | None, str]] = []
        told = {change.key for change in changes}
        if fields := _other_stack_fields(self.before, self.after, told):
            otherwise.append((None, fields))
        for deployment, answer in self.plan.answers:
            if deployment.name in self.fresh:
                continue
            pair = self._pair(deployment, answer)
            found = [*self._changes(pair)]
            changes += found
            if found:
                continue
            if fields := _other_fields(pair.before, pair.after):
                otherwise.append((pair.name, fields))
            else:
                unchanged.append(pair.name)
        return Comparison(in_order(changes), tuple(unchanged), tuple(otherwise))

    def _pair(self, deployment: Deployment, answer: Answer) -> _Pair:
        name = deployment.name
        before = self.before.deployments[self.renamed.get(name, name)]
        return _Pair(self.plan.stack, deployment, answer, before, self.after.deployments[name])

    def _stack_changes(self) -> Iterator[Change]:
        stack = self.plan.stack
        yield from safeguard_changes(stack, self.before, self.after)
        yield from self._widened_by_new()
        answers = [pair for pair in self.plan.answers if pair[0].name in self.fresh]
        for deployment, answer in answers:
            declared = self.after.deployments[deployment.name]
            yield _added(stack, deployment, declared, answer)
        yield from _new_deployments(self.plan, answers, self.after)
        for name in self.gone:
            yield _removed(stack, name, self.before.deployments[name])

    def _widened_by_new(self) -> Iterator[Change]:
        """New deployments that reach further than any deployment of the stack did."""
        known = [
            declared.residency.at(self.before.snapshot)
            for declared in self.before.deployments.values()
        ]
        reached = frozenset[str]().union(*(residency.area for residency in known))
        for name in self.fresh:
            residency = self.after.deployments[name].residency.at(self.after.snapshot)
            if residency.area <= reached:
                continue
            was = "; ".join(dict.fromkeys(one.area_text for one in known))
            text = (
                f"{name}: {was} -> {residency.area_text}: it is new, and may be served where "
                f"nothing of the stack was allowed before{_more(residency.area - reached)}"
            )
            stack, now = self.plan.stack, residency.area_text
            yield Change(ChangeKind.WIDENED, stack, name, was, now, text)

    def _changes(self, pair: _Pair) -> Iterator[Change]:
        """The changes of a deployment that was there before."""
        if pair.name in self.renamed:
            yield _renamed(pair, self.renamed[pair.name])
        yield from self._widened(pair)
        yield from _guarantee_lost(pair)
        yield from _controls_lost(pair)
        yield from _waivers_added(pair.stack, pair.deployment, pair.before, pair.after)
        yield from _callers_added(pair)
        yield from _model_changed(pair)
        result = pair.answer.result
        if isinstance(result, Refusal):
            if pair.before.location is not None:
                yield _refused(pair.stack, pair.deployment, pair.answer, pair.before.location)
            return
        yield from _commitment_lost(pair)
        yield from self._moved(pair, result)
        yield from self._retiring(pair)

    def _widened(self, pair: _Pair) -> Iterator[Change]:
        before = pair.before.residency.at(self.before.snapshot)
        after = pair.after.residency.at(self.after.snapshot)
        if not (more := _opened(before, after)):
            return
        was, now = before.area_text, after.area_text
        if was == now:
            was, now = f"{was} in {before.year}", f"{now} in {after.year}"
        text = f"{was} -> {now}: it may be served in places that were not allowed{_more(more)}"
        yield pair.change(ChangeKind.WIDENED, was, now, text)

    def _moved(self, pair: _Pair, placement: Placement) -> Iterator[Change]:
        was, now = pair.before.location, placement.location
        if was in (None, now):
            return
        by = self.before.snapshot.isoformat()
        text = moved_text(placement, was, pair.answer.snapshot, by)
        yield pair.change(ChangeKind.MOVED, was, now, text)

    def _retiring(self, pair: _Pair) -> Iterator[Change]:
        days, named = self.after.retirement_warning, pair.answer.result.named
        if named is None or not _retires_within(pair.after.retires, days, self.plan.today):
            return
        same = pair.before.model == pair.after.model and pair.before.retires == pair.after.retires
        earlier = self.before.retirement_warning
        if same and _retires_within(pair.before.retires, earlier, self.plan.today):
            return
        yield _retiring(pair.stack, pair.deployment, pair.answer, self.plan.today)


def _new_deployments(
    plan: Plan, answers: Iterable[tuple[Deployment, Answer]], after: Declared
) -> Iterator[Change]:
    """What is worth a look of new deployments: waivers, refusals, and models that retire soon."""
    for deployment, answer in answers:
        declared = after.deployments[deployment.name]
        yield from _waivers_added(plan.stack, deployment, None, declared)
        if isinstance(answer.result, Refusal):
            yield _refused(plan.stack, deployment, answer, None)
        elif _retires_within(declared.retires, plan.config.keys.retirement_warning, plan.today):
            yield _retiring(plan.stack, deployment, answer, plan.today)


def _opened(before: Residency, after: Residency) -> frozenset[str]:
    """The places that come on top: atoms of the area, and countries that have no region yet."""
    if before.area == everywhere():
        return frozenset()
    return (after.area - before.area) | (_countries(after) - _countries(before))


def _countries(residency: Residency) -> frozenset[str]:
    """Of the countries that the terms name, those in which Google has no region."""
    inside = frozenset[str]().union(*map(countries_of, residency.within))
    outside = frozenset[str]().union(*map(countries_of, residency.excluding))
    return frozenset(code for code in inside - outside if not term_area(code))


def _more(atoms: Iterable[str], shown: int = 3) -> str:
    """Some of the places that come on top, in words."""
    codes = {code: country_name(code) or code for code in atoms if len(code) == _CODE}
    known = sorted(atoms, key=lambda atom: (atom not in places(), atom))
    names = [codes.get(atom, atom) for atom in known]
    left = len(names) - shown
    some = ", ".join(names[:shown] if left > 1 else names)
    return f" ({some}{f' and {left} more' if left > 1 else ''})"


def _added(
    stack: str, deployment: Deployment, declared: DeclaredDeployment, answer: Answer
) -> Change:
    where = declared.location or "no location, refused"
    callers = ", ".join(declared.callers) or OWN_ACCOUNT
    text = (
        f"{deployment.name}: new: {answer.model} in {where}, residency "
        f"{declared.residency.text}, called by {callers}"
    )
    return Change(ChangeKind.ADDED, stack, deployment.name, None, declared.location, text)


def _removed(stack: str, name: str, declared: DeclaredDeployment) -> Change:
    where = f" in {declared.location}" if declared.location else ""
    text = f"{name}: gone: {declared.model}{where}"
    return Change(ChangeKind.REMOVED, stack, name, declared.location, None, text)


def _renamed(pair: _Pair, old: str) -> Change:
    text = (
        f"was {old}: what the deployment has in the cloud is made anew under the new name, and "
        "callers have to follow"
    )
    return pair.change(ChangeKind.RENAMED, old, pair.name, text)


def _refused(stack: str, deployment: Deployment, answer: Answer, was: str | None) -> Change:
    result = answer.result
    if not isinstance(result, Refusal):
        raise TypeError("a placement is no refusal")
    text = f"{deployment.name}: {headline(result, answer.snapshot)}"
    path = spots_of_refusal(deployment, result)[0].path
    return Change(ChangeKind.REFUSED, stack, deployment.name, was, None, text, path)


def _guarantee_lost(pair: _Pair) -> Iterator[Change]:
    was, now = pair.before.residency.guarantee, pair.after.residency.guarantee
    if was is Guarantee.ML_PROCESSING and now is not was:
        text = (
            f"{was} -> {now}: no published commitment on where processing happens is asked for "
            "any more"
        )
        yield pair.change(ChangeKind.GUARANTEE_LOST, was, now, text)


def _commitment_lost(pair: _Pair) -> Iterator[Change]:
    was, now = pair.before.boundary, pair.after.boundary
    if was is None or pair.before.location is None or _still_kept(was, now):
        return
    text = f"processing was committed to stay within {was}, and "
    text += f"is committed to stay within {now} now" if now else "nothing is committed now"
    yield pair.change(ChangeKind.COMMITMENT_LOST, was, now, text)


def _still_kept(was: str, now: str | None) -> bool:
    """Whether processing is still kept within an area, or within the next region of the same law.

    From one region to another of one jurisdiction, or of one country, it is a move, and told there.
    """
    if now is None:
        return False
    if term_area(now) <= term_area(was):
        return True
    both = [places().get(was), places().get(now)]
    if any(place is None or place.kind != "region" for place in both):
        return False
    law = jurisdiction(was)
    countries = {place.country_code for place in both if place}
    return len(countries) == 1 or (law is not None and law == jurisdiction(now))


def _controls_lost(pair: _Pair) -> Iterator[Change]:
    gone = [word for word in pair.before.controls if word not in pair.after.controls]
    if gone:
        was, now = _listed(pair.before.controls), _listed(pair.after.controls)
        text = f"{_listed(gone)} is not asked for any more"
        yield pair.change(ChangeKind.CONTROL_WEAKENED, was, now, text)


def _listed(words: Iterable[str]) -> str | None:
    return ", ".join(words) or None


def _waivers_added(
    stack: str,
    deployment: Deployment,
    before: DeclaredDeployment | None,
    after: DeclaredDeployment,
) -> Iterator[Change]:
    known = {waiver.accepts: waiver.until for waiver in before.waivers} if before else {}
    for index, waiver in enumerate(after.waivers):
        was = known.get(waiver.accepts)
        if was is not None and waiver.until <= was:
            continue
        given = "is accepted" if was is None else f"is accepted longer, not until {was} but"
        text = f"{deployment.name}: {waiver.accepts} {given} until {waiver.until}: {waiver.reason}"
        path = deployment.path(f"accept[{index}]")
        until = f"{waiver.accepts} until {waiver.until}"
        old = None if was is None else f"{waiver.accepts} until {was}"
        yield Change(ChangeKind.WAIVER_ADDED, stack, deployment.name, old, until, text, path)


_Members = Callable[[DeclaredDeployment], tuple[str, ...]]
_ADMITTED: tuple[tuple[str, str, _Members], ...] = (
    ("callers", "may call it", lambda declared: declared.callers),
    ("serviceAccountUsers", "may act as its account", lambda one: one.service_account_users),
    ("workloadIdentityUsers", "may act as its account", lambda one: one.workload_identity_users),
)
"""(key, what its members may do, the members)."""


def _callers_added(pair: _Pair) -> Iterator[Change]:
    for key, may, members in _ADMITTED:
        was, now = members(pair.before), members(pair.after)
        more = [member for member in now if member not in was]
        if more:
            text = f"{', '.join(more)} {may}, and might not before"
            before = _listed(was) or (OWN_ACCOUNT if key == "callers" else None)
            yield pair.change(ChangeKind.CALLER_ADDED, before, _listed(now), text, key)
    if pair.before.callers and not pair.after.callers:
        text = f"{OWN_ACCOUNT} may call it, and did not exist before"
        was = _listed(pair.before.callers)
        yield pair.change(ChangeKind.CALLER_ADDED, was, OWN_ACCOUNT, text, "callers")


def _model_changed(pair: _Pair) -> Iterator[Change]:
    was, now = pair.before.model, pair.after.model
    if was != now:
        yield pair.change(ChangeKind.MODEL_CHANGED, was, now, f"{was} -> {now}")


def _retires_within(day: dt.date | None, days: int, today: dt.date) -> bool:
    return day is not None and (day - today).days <= days


def _retiring(stack: str, deployment: Deployment, answer: Answer, today: dt.date) -> Change:
    named = answer.result.named
    if named is None or named.model.retires is None:
        raise TypeError("nothing is known of when it retires")
    day = named.model.retires
    left = (day - today).days
    text = f"{deployment.name}: {named.id} is {will_end(named.entry, day)}, in {left} days"
    return Change(ChangeKind.RETIRING, stack, deployment.name, None, day.isoformat(), text)


def _other_fields(before: DeclaredDeployment, after: DeclaredDeployment) -> str:
    """The names of what has changed besides, as a stack's file has them."""
    names = {
        "residency": "residency",
        "pin": "location",
        "needs": "needs",
        "controls": "controls",
        "callers": "callers",
        "service_account_users": "serviceAccountUsers",
        "workload_identity_users": "workloadIdentityUsers",
        "waivers": "accept",
        "location": "placed again",
        "boundary": "processing",
        "retires": "retirement date",
    }
    changed = [
        name for field, name in names.items() if getattr(before, field) != getattr(after, field)
    ]
    return ", ".join([*changed, *_changed_settings(before.settings, after.settings)])


def _changed_settings(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    """The keys whose value is another one; of a key that one side doesn't know nothing is said."""
    yield from (key for key in after if key in before and before[key] != after[key])


def _other_stack_fields(before: Declared, after: Declared, told: Container[str | None]) -> str:
    """The same of a stack as a whole, without the keys of which it is told that they are weaker."""
    names = {
        "snapshot": "snapshot",
        "retirement_warning": "retirementWarning",
        "guardrails": "guardrails",
        "audit_logs": "auditLogs",
        "federation": "federation",
    }
    changed = [
        name
        for field, name in names.items()
        if getattr(before, field) != getattr(after, field) and f"{NAMESPACE}:{name}" not in told
    ]
    return ", ".join([*changed, *_changed_settings(before.settings, after.settings)])
