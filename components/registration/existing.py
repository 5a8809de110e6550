"""What is in the cloud already, and how it is told that it is this very stack's.

A call may have its effect and never be answered: the connection breaks, the provider dies. Then
the cloud has what the state doesn't know of, and creating it again fails for ever. A stack with
`takeOver` imports it, see `take_over` beside this file. Which types can be looked up is said in
`availability.cloud.resource_types`, and how a resource carries the mark of its place in the program
is said here.

Only what carries its mark is taken over. A resource that moved to another component without an
alias has another place: importing it there would be followed by deleting it here, and the two are
one in the cloud.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pulumi

from availability.cloud.resource_types import ResourceType
from components.registration.identifiers import short_hash


def import_id(kind: ResourceType, inputs: Mapping[str, object]) -> str | None:
    """What the provider imports a resource by; None where its inputs don't say it."""
    template = kind.row.import_id
    known = {key: value for key, value in inputs.items() if isinstance(value, str) and value}
    try:
        return template.format_map(known) if template else None
    except KeyError:
        return None


def root_urn(kind: str, name: str, *, inside: str | None = None) -> str:
    """The URN of a component at the root of the program, or of what is `inside` of that type."""
    types = f"{inside}${kind}" if inside else kind
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{types}::{name}"


def mark_of(urn: str, name: str) -> str:
    """Eight hexadecimal digits that say which resource of a program it is of.

    `urn` is that of the resource's parent, and `name` its own name.
    """
    return short_hash(urn, name)


@dataclass(frozen=True)
class Marks:
    """The marks of a component's children."""

    component: pulumi.ComponentResource
    opts: pulumi.ResourceOptions | None
    """The component's own, which tell where it is."""

    def of(self, name: str) -> pulumi.Input[str]:
        """The mark of the child with this name; plain text where the component is at the root."""
        if self.opts is None or self.opts.parent is None:
            component = self.component
            urn = root_urn(component.pulumi_resource_type, component.pulumi_resource_name)
            return mark_of(urn, name)
        # Not the output itself: a child that depends on its parent would wait for itself.
        later = pulumi.Output.from_input(self.component.urn.future())
        return later.apply(lambda known: mark_of(known or "", name))

    def text(self, text: str, name: str, longest: int = 256) -> pulumi.Input[str]:
        """A description with a mark, of at most so many characters."""
        return changed(self.of(name), lambda digits: marked_text(text, digits, longest))

    def name(self, name: str, *also: pulumi.Input[str]) -> pulumi.Input[str]:
        """A name with a mark, see `marked_name`."""
        given = (self.of(name), *also)
        if all(isinstance(part, str) for part in given):
            return marked_name(*map(str, given))
        return pulumi.Output.all(*given).apply(lambda known: marked_name(*known))

    def label(self, name: str) -> pulumi.Input[dict[str, pulumi.Input[str]]]:
        """Labels with a mark, in the grammar of Google's "Requirements for labels"."""
        return {LABEL: self.of(name)}


LABEL: Final = "vertex-residency"


def marked_text(text: str, mark: str, longest: int = 256) -> str:
    """A text that ends with the mark; it is cut where it would be longer than that."""
    return f"{text[: longest - len(mark) - 3]} ({mark})"


def marked_name(mark: str, *also: str) -> str:
    """A name with a mark: 14 lower-case letters and digits, the first a letter, or 20 with `also`.

    It is for what has no better place, and short enough for a forwarding rule to Google's APIs. To
    move such a resource to another component replaces it, alias or not. With other values of `also`
    it is another name, so that a replacement can be there before the old one goes.
    """
    return f"vertex{mark}{short_hash(*also)[:6] if also else ''}"


def changed(value: pulumi.Input[str], change: Callable[[str], str]) -> pulumi.Input[str]:
    """What becomes of a text: at once where it is plain, else as soon as it is known."""
    return (
        change(value) if isinstance(value, str) else pulumi.Output.from_input(value).apply(change)
    )
