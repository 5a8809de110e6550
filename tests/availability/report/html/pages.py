"""Pages for tests, and what a browser makes of their text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import cycle, islice
from pathlib import Path

from availability.facts.library import load
from availability.facts.names import all_models
from availability.input.errors import BadInput
from availability.report.findings import Checked
from availability.report.html.page import page
from availability.report.html.shown import Report
from availability.stack.reading import plan_file, read_stack

DAY = dt.date(2026, 11, 27)
SNAPSHOT = "2026-11-12"
RESIDENCIES = (
    "eu",
    "any",
    "us",
    "{within: eu, guarantee: ml-processing}",
    "de",
    "eu-adequate",
    "[jp, asia-pacific]",
    "{within: any, excluding: [us]}",
    "{within: eu, excluding: [europe-west3]}",
)
"""Nine, so that each meets every kind of model in a hundred deployments."""


def stack_text(count: int) -> str:
    """A stack of so many deployments: models of every publisher, under every residency in turn."""
    lines = [
        "config:",
        "  gcp:project: acme-prod",
        "  gcp:region: europe-west4",
        f'  vertex-residency:snapshot: "{SNAPSHOT}"',
        "  vertex-residency:residency: eu",
        "  vertex-residency:deployments:",
    ]
    models = [named for named in all_models(load(SNAPSHOT)) if not named.is_retired(DAY)]
    chosen = zip(islice(cycle(models), count), cycle(RESIDENCIES), strict=False)
    for number, (named, residency) in enumerate(chosen):
        lines += [f"    app-{number:02d}:", f'      model: "{named.entry.publisher}/{named.id}"']
        lines.append(f"      residency: {residency}")
        if number % 7 == 3:
            accept = '{rule: preview, until: 2027-03-01, reason: "the review is under way"}'
            lines += ["      allowPreview: false", f"      accept: [{accept}]"]
    return "\n".join(lines) + "\n"


def checked(path: Path) -> Checked:
    """What becomes of a stack file on the day of the tests, unless it names one."""
    stack = None
    try:
        stack = read_stack(path)
        named = "vertex-residency:asOf" in stack.file.values
        return Checked(path, stack, plan_file(stack, {}, None if named else DAY))
    except BadInput as error:
        return Checked(path, stack, error)


def report_of(folder: Path, **texts: str) -> Report:
    """The report about stacks that are written into a folder: name -> text of the file."""
    paths = [folder / f"Pulumi.{name}.yaml" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return Report(tuple(map(checked, paths)), DAY)


@dataclass
class Node:
    """An element as a reader of HTML finds it."""

    tag: str
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list["Node | str"])

    @property
    def text(self) -> str:
        """All of its text."""
        parts = (one if isinstance(one, str) else one.text for one in self.children)
        return "".join(parts)

    def all(self, *tags: str) -> list[Node]:
        """What is inside of it by that name, in order; everything without a name."""
        return [node for node in self if not tags or node.tag in tags]

    def __iter__(self) -> Iterator[Node]:
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child


VOID = {"meta", "br", "hr", "img", "input", "link", "col", "source"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        assert len(node.attributes) == len(attrs), f"an attribute of {tag} stands there twice"
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(text: str) -> Node:
    """The page as a tree, by the standard library's reader; it has to be well-formed."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1, f"never closed: {[node.tag for node in reader.open[1:]]}"
    return reader.open[0]


def made(report: Report) -> Node:
    """The page of a report as a tree."""
    return parsed(page(report))
