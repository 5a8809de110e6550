"""Which keys of a stack decide: what a refusal, and what a warning, is about.

Each answer is a list of spots, the one that says most first. What is not written is left to the
next one, so that a deployment without a residency of its own leads to its stack's, and a default
that nobody has written leads to the deployment's name, which comes last.
"""

from __future__ import annotations

from availability.facts.needs import Need
from availability.input.errors import NAMESPACE
from availability.placement.request import Refusal
from availability.placement.rules import Rule
from availability.placement.warnings import Warning
from availability.stack.config import Deployment
from availability.stack.keys import DeploymentKeys, StackKeys
from availability.stack.shape import names_of
from availability.stack.written import Spot

_OF_STACKS = frozenset(names_of(DeploymentKeys)) & frozenset(names_of(StackKeys)) - {"residency"}
"""The keys that a deployment has from its stack, without a path inside of them."""


def spots_of_refusal(deployment: Deployment, refusal: Refusal) -> list[Spot]:
    """What a refusal of a deployment is about: of all that stands against it, what decides."""
    return [*_of_rule(deployment, refusal, decides(refusal)), spot_of_name(deployment)]


def decides(refusal: Refusal) -> Rule:
    """The one rule that decides: what to change first to be placed.

    A pin decides where another location would do, and a group where one alone would be placed.
    """
    if refusal.by_partners:
        return Rule.COLOCATION
    if Rule.PINNED in refusal.location_rules and _is_valid_elsewhere(refusal):
        return Rule.PINNED
    return next(rule for rule in refusal.deciding if rule is not Rule.PINNED)


def _is_valid_elsewhere(refusal: Refusal) -> bool:
    """Whether it would be placed if nothing were pinned."""
    others = (where for rule, where in refusal.location_rules.items() if rule is not Rule.PINNED)
    return not refusal.model_rules and bool(frozenset(refusal.universe).difference(*others))


def spots_of_warning(deployment: Deployment, warning: Warning) -> list[Spot]:
    """What a warning about a deployment is about."""
    entry = _accepted(deployment, warning.item or "") or _accepted(deployment, warning.id)
    if entry:
        spots = [entry]
    elif warning.item in [*Need]:
        spots = spots_of_key(deployment, "needs", warning.item)
    elif warning.id.own_key:
        spots = spots_of_key(deployment, warning.id.own_key, warning.item)
    else:
        spots = spots_of_stack_warning(warning)
    return [*spots, spot_of_name(deployment)]


def spots_of_stack_warning(warning: Warning) -> list[Spot]:
    """What a warning about a stack as a whole is about."""
    return [Spot(warning.item), Spot(warning.id.key)] if warning.item else [Spot(warning.id.key)]


def spot_of_name(deployment: Deployment) -> Spot:
    """The name of a deployment, which is written wherever the deployment is."""
    return Spot(f"{NAMESPACE}:deployments.{deployment.name}", key=True)


def spots_of_key(deployment: Deployment, key: str, item: str | None = None) -> list[Spot]:
    """Where the value of a deployment's key may be written: its own, or its stack's.

    `residency` is the area and `residency.guarantee` the guarantee, which have a rule of their own:
    the residency of a deployment replaces the stack's, but for a guarantee that it does not name.
    """
    match key:
        case "residency":
            return _residency(deployment, "within", of_stack=deployment.keys.residency is None)
        case "residency.guarantee":
            takes = deployment.request.takes_guarantee or deployment.keys.residency is None
            return _residency(deployment, "guarantee", of_stack=takes)
        case _:
            own = Spot(deployment.path(key), item)
            return [own, Spot(f"{NAMESPACE}:{key}", item)] if key in _OF_STACKS else [own]


def _residency(deployment: Deployment, part: str, *, of_stack: bool) -> list[Spot]:
    """A part of the residency, which as a text has no parts."""
    path = f"{NAMESPACE}:residency" if of_stack else deployment.path("residency")
    return [Spot(f"{path}.{part}"), Spot(path)]


def _of_rule(deployment: Deployment, refusal: Refusal, rule: Rule) -> list[Spot]:
    # A waiver that holds would have kept the rule from refusing.
    if expired := _accepted(deployment, rule):
        return [expired]
    if rule is Rule.COLOCATION:
        return [Spot(deployment.group)] if deployment.group else []
    if need := _need(refusal, rule):
        return spots_of_key(deployment, "needs", need)
    about = Rule.PINNED if rule is Rule.NOT_SERVED and refusal.request.location else rule
    return [spot for key in about.keys for spot in spots_of_key(deployment, key)]


def _need(refusal: Refusal, rule: Rule) -> Need | None:
    """The need that decides, where one does."""
    if rule is Rule.CAPABILITY:
        return _need_not_offered(refusal)
    return _need_outside(refusal) if rule is Rule.RESIDENCY else None


def _accepted(deployment: Deployment, what: str) -> Spot | None:
    """The entry of `accept` for a rule or a warning."""
    for index, entry in enumerate(deployment.request.accept):
        if what == entry.about:
            return Spot(deployment.path(f"accept[{index}]"))
    return None


def _need_not_offered(refusal: Refusal) -> Need | None:
    """The first need that the model offers nowhere, or not at each location that serves it."""
    needs = refusal.request.needs
    lacking = [*refusal.not_offered, *(need for need in needs if need in refusal.lacking)]
    return next(iter(lacking), None)


def _need_outside(refusal: Refusal) -> Need | None:
    """The need whose jobs or corpora lie outside of an area that the endpoint lies in."""
    served = refusal.named.entry.served if refusal.named else frozenset[str]()
    if not any(refusal.request.residency.holds(location) for location in served):
        return None
    outside = {Need.TUNING: refusal.tuned_outside, Need.RAG_CORPUS: refusal.corpora_outside}
    return next((need for need, places in outside.items() if places), None)
