"""Elements of a page, in which a text can be nothing but text.

A page is a tree of the standard library's elements, and that library writes it: no module puts
markup together from pieces of text, so no name that somebody typed can become markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from availability.input.printed import plain

Element = ElementTree.Element
Child = Element | str | None
"""What may stand in an element; None is nothing, so that a part can be left out where it stands."""

_ID = re.compile(r"[^a-z0-9]+")


def element(tag: str, *children: Child, **attributes: str | None) -> Element:
    """An element with its children; an attribute that is None is left out.

    `class_` is written as `class` and `aria_label` as `aria-label`. Every text is made plain.
    """
    made = Element(tag, _attributes(attributes))
    return add(made, *children)


def add(parent: Element, *children: Child) -> Element:
    """The element with more children at its end."""
    for child in children:
        if isinstance(child, str):
            _add_text(parent, plain(child))
        elif child is not None:
            parent.append(child)
    return parent


def _attributes(given: dict[str, str | None]) -> dict[str, str]:
    return {
        name.rstrip("_").replace("_", "-"): plain(value)
        for name, value in given.items()
        if value is not None
    }


def _add_text(parent: Element, text: str) -> None:
    if len(parent):
        last = parent[-1]
        last.tail = (last.tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def joined(parts: Iterable[Child], separator: str) -> list[Child]:
    """The parts with the separator between them."""
    made: list[Child] = []
    for part in parts:
        made += [separator, part] if made else [part]
    return made


def listed(items: Iterable[Child | list[Child]], **attributes: str | None) -> Element:
    """A list without numbers, an item a part."""
    lines = [element("li", *(item if isinstance(item, list) else [item])) for item in items]
    return element("ul", *lines, **attributes)


def heard(text: str) -> Element:
    """A text that is read out, and not shown."""
    return element("span", text, class_="heard")


def anchor(*words: str) -> str:
    """An id of an element, of the words that tell it from the others."""
    return "-".join(filter(None, (_ID.sub("-", word.lower()).strip("-") for word in words)))


def written(page: Element) -> str:
    """The page as it is written to a file."""
    return "<!doctype html>\n" + ElementTree.tostring(page, "unicode", method="html") + "\n"
