"""An alternative in a sentence: what changes, and where the model would be placed by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from availability.explanation.lifecycle import how_long
from availability.explanation.names import joined, place_name, title
from availability.explanation.rules.unknown import known_later
from availability.facts.capabilities import capabilities
from availability.facts.names import Named, UnknownModel, resolve_model
from availability.facts.snapshot import Snapshot
from availability.placement.request import Placement, Refusal, Request
from availability.places.residency import Guarantee, Residency

if TYPE_CHECKING:  # only a refusal has alternatives
    from availability.explanation.alternatives.joint import JointAlternative
    from availability.explanation.alternatives.single import Alternative, Key


def alternative(alternative: Alternative, refusal: Refusal, snapshot: Snapshot) -> str:
    """One alternative in a sentence, with where it would be placed."""
    from availability.explanation.alternatives.single import Key

    old, known = refusal.request, refusal.named is not None
    said = " and ".join(
        _change(key, old, alternative.request, alternative.named, known) for key in alternative.keys
    )
    said = said[0].upper() + said[1:]
    if alternative.placement is None:
        return f"{said}: it is refused, too, for other reasons."
    if alternative.widens:
        said += " (a compliance decision for a person to take)"
    where = place_name(alternative.placement.location, snapshot)
    unsaid = _unsaid(alternative.placement, snapshot) if Key.MODEL in alternative.keys else ""
    return f"{said}: placed in {where}.{unsaid}{_made_again(alternative, refusal)}"


def _unsaid(placement: Placement, snapshot: Snapshot) -> str:
    """What no source says of another model: nobody is to take it for known."""
    known = capabilities(placement.named, snapshot)
    needs = known.unsaid(placement.request.needs, placement.location)
    if not needs:
        return ""
    return f" Whether {placement.named.id} offers {joined(list(needs))} is unknown."


def _made_again(alternative: Alternative, refusal: Refusal) -> str:
    """What another embedding model means for vectors that are there already."""
    from availability.explanation.alternatives.single import KINDS, Key

    old = refusal.named
    if old is None or Key.MODEL not in alternative.keys:
        return ""
    if not KINDS[old.entry.family].makes_vectors:
        return ""
    return f" Vectors of {old.id} can't be compared with its own: they have to be made again."


def joint_alternative(
    alternative: JointAlternative, old: Mapping[str, Request], snapshot: Snapshot
) -> str:
    """One alternative of a group in a sentence, with the deployments that it changes.

    `old` are the requests of the group by name, as they are refused.
    """
    from availability.explanation.alternatives.single import Key

    changes: dict[str, list[str]] = {}
    for name, key in alternative.changes:
        new = alternative.requests[name]
        named, known = resolve_model(new.model, snapshot), _is_one_model(old[name].model, snapshot)
        changes.setdefault(name, []).append(_change(key, old[name], new, named, known))
    said = [f"for {name}, {joined(words)}" for name, words in changes.items()]
    said += [_regrouping(alternative)] if alternative.regroups else []
    text = joined(said)
    text = text[0].upper() + text[1:]
    if not alternative.placements:
        return f"{text}: it is refused, too, for other reasons."
    if alternative.widens:
        text += " (a compliance decision for a person to take)"
    models = {name for name, key in alternative.changes if key is Key.MODEL}
    unsaid = [
        _unsaid(placement, snapshot)
        for name, placement in alternative.placements.items()
        if name in models
    ]
    said_once = "".join(dict.fromkeys(unsaid))
    return f"{text}: {_placed_together(alternative, snapshot)}.{said_once}"


def _regrouping(alternative: JointAlternative) -> str:
    kept = {name for group in alternative.groups for name in group}
    gone = [name for name in alternative.requests if name not in kept]
    if len(gone) < len(alternative.requests):
        return f"leave {joined(gone)} out of the shared location"
    return f"no longer keep {joined(gone)} together"


def _placed_together(alternative: JointAlternative, snapshot: Snapshot) -> str:
    """Where each of a group would be."""
    where: dict[str, list[str]] = {}
    for name, placement in alternative.placements.items():
        where.setdefault(placement.location, []).append(name)
    if len(where) == 1:
        [(location, names)] = where.items()
        every = "both" if len(names) == 2 else f"all {len(names)}"
        return f"{every} placed in {place_name(location, snapshot)}"
    parts = [
        f"{joined(names)} placed in {place_name(place, snapshot)}" for place, names in where.items()
    ]
    return ", ".join(parts)


def _is_one_model(model: str, snapshot: Snapshot) -> bool:
    try:
        resolve_model(model, snapshot)
    except UnknownModel:
        return False
    return True


def _change(key: Key, old: Request, request: Request, named: Named, known: bool) -> str:
    """One change in words; `named` is the model after it, and `known` whether it was one before."""
    from availability.explanation.alternatives.single import Key

    match key:
        case Key.MODEL:
            return (
                f"use {named.id} of {named.entry.publisher} ({how_long(named)})"
                if known
                else f"write {title(named)}"
            )
        case Key.RESIDENCY if request.has_stack_residency:
            return _without_own(old.residency, request.residency)
        case Key.RESIDENCY:
            return _widening(old.residency, request.residency)
        case Key.LOCATION:
            return f"pin {request.location}" if request.location else "pin no location"
        case Key.ALLOW_PREVIEW:
            return "allow previews"
        case Key.CONTEXT_SIZE:
            return f"declare contextSize {request.context_size}, if no request is longer"
        case Key.NEEDS:
            gone = [need.value for need in old.needs if need not in request.needs]
            return f"do without {joined(gone)}"


def _without_own(old: Residency, stack: Residency) -> str:
    """That the stack's residency is to hold, and what is given up by that."""
    said = f"remove its own residency, so that the stack's holds, {stack.text}"
    lost = old.guarantee is Guarantee.ML_PROCESSING and stack.guarantee is not old.guarantee
    return said + (f", and no longer ask for {old.guarantee}" if lost else "")


def _widening(old: Residency, new: Residency) -> str:
    """What of a residency is given up, all of it: nobody is to lose a guarantee unawares."""
    said: list[str] = []
    if new.within != old.within:
        kept = new.guarantee is Guarantee.ML_PROCESSING
        text = f"widen the residency to {','.join(new.within)}"
        said.append(f"{text} with {new.guarantee}" if kept else text)
        if "eu-adequate-partial" in new.within and "eu-adequate-partial" not in old.within:
            said[-1] += ", partial adequacy decisions included"
    if gone := [term for term in old.excluding if term not in new.excluding]:
        said.append(f"no longer exclude {joined(gone)}")
    if new.guarantee is not old.guarantee:
        said.append(f"no longer ask for {old.guarantee}")
    return " and ".join(said)


def heading(refusal: Refusal, snapshot: Snapshot, *, shared: bool = False) -> str:
    """What the alternatives are: those of a name that stands for no model are models like it."""
    if refusal.named is not None or shared:
        return "What would be valid"
    if known_later(refusal):
        return f"Of snapshot {snapshot.id} these are like it"
    return "Did you mean"


def nothing_works(refusal: Refusal, *, shared: bool = False) -> str:
    """For a refusal without alternatives, or for all of a group that shares its location."""
    if shared:
        return (
            "Nothing would make it valid: no change of one of the deployments that share the "
            "location, no two together, and not giving it up."
        )
    if refusal.named is None:
        return "No model of the snapshot has a name like it."
    return (
        "Nothing would make it valid: no other model of its kind, pin, need, preview or residency, "
        "alone or two together."
    )


def told_elsewhere(name: str) -> str:
    """Points to the member of the group whose message lists the fixes."""
    return f"What would be valid is told of {name}, with which it shares a location."
