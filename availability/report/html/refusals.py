"""What is refused, and what could not be read: the reasons, and what would be valid."""

from __future__ import annotations

from collections.abc import Iterator

from availability.explanation.headline import headline
from availability.explanation.names import counted
from availability.explanation.newer import by_later_facts
from availability.explanation.overview import overview, proof
from availability.explanation.reasons import grouped_reasons
from availability.input.errors import BadInput
from availability.placement.request import Refusal
from availability.report.html.elements import Child, Element, element, listed
from availability.report.html.parts import Section, commands, details, name
from availability.report.html.shown import Report, Shown
from availability.report.text import deciding_line, problem_lines

_FEW = 5
"""The most refusals that stand on the page with all of their fixes in sight."""


def unreadable(report: Report) -> Section | None:
    """The stacks that can't be read, each with its mistakes."""
    articles: list[Child] = []
    for stack, checked in report.stacks:
        if isinstance(checked.outcome, BadInput):
            lines = problem_lines(checked.outcome, checked.stack)
            text = element("pre", element("code", *_lines(lines)))
            articles.append(element("article", element("h3", stack), text, class_="refused"))
    if not articles:
        return None
    what = "Nothing else on this page is about these stacks: what is wrong with them comes first."
    return Section("unreadable", "Stacks that cannot be read", (element("p", what), *articles))


def _lines(lines: list[str]) -> Iterator[Child]:
    """Lines of a block, kept apart: a text alone would have its line breaks escaped."""
    for line in lines:
        yield element("span", line, class_="line")


def refusals(report: Report) -> Section | None:
    """The deployments that are refused, each with its reasons and its fixes."""
    few = len(report.refused) <= _FEW
    articles = [_refused(shown, refusal, is_open=few) for shown, refusal in report.refused]
    return Section("refused", "Refused", tuple(articles)) if articles else None


def _refused(shown: Shown, refusal: Refusal, *, is_open: bool) -> Element:
    told = f"{headline(refusal, shown.snapshot)}."
    line = deciding_line(shown.deployment, shown.answer, shown.checked.stack)
    more = [*_later(shown, refusal), *_what_is_valid(shown, refusal), *_rest(shown, refusal, told)]
    return element(
        "article",
        element("h3", name(shown.label)),
        element("p", told, class_="lead"),
        element("p", element("code", line)) if line else None,
        *(more if is_open else [details("What would be valid, and why", *more)]),
        class_="refused",
    )


def _rest(shown: Shown, refusal: Refusal, told: str) -> Iterator[Element]:
    """Why it is refused, without the sentence that was told already."""
    if refusal.named is not None:
        for sentence in [*proof(refusal, shown.snapshot), overview(refusal, shown.snapshot)]:
            if more := sentence.removeprefix(told).strip():
                yield element("p", more)
    groups = grouped_reasons(refusal, shown.snapshot)
    if groups:
        about = sum(len(locations) for _, locations in groups)
        title = f"All {counted(about, 'location')}, each with its reasons"
        yield details(title if about else "The reasons", reason_list(groups), is_open=not about)


def _later(shown: Shown, refusal: Refusal) -> Iterator[Element]:
    """What a newer snapshot makes of the name."""
    if later := by_later_facts(refusal, shown.answer.fixer):
        said, command = later
        yield commands([(said, command)]) if command else element("p", said)


def _what_is_valid(shown: Shown, refusal: Refusal) -> Iterator[Element]:
    from availability.explanation.alternatives.words import heading, nothing_works, told_elsewhere

    answer, shared = shown.answer, shown.answer.shared is not None
    if answer.told_by is not None:
        yield element("p", told_elsewhere(answer.told_by))
    elif answer.fixes:
        yield element("h4", heading(refusal, answer.snapshot, shared=shared))
        yield commands(answer.fixes)
    else:
        yield element("p", nothing_works(refusal, shared=shared))


def reason_list(groups: list[tuple[str, tuple[str, ...]]]) -> Element:
    """What stands against which locations, in groups."""
    return listed(
        [
            [sentence, element("span", f": {', '.join(locations)}" if locations else "")]
            for sentence, locations in groups
        ]
    )
