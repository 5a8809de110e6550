"""What is refused, and what could not be read: the reasons, and what would be valid."""

from __future__ import annotations

from collections.abc import Iterator

from availability.explanation.headline import headline
from availability.explanation.overview import overview, proof
from availability.explanation.reasons import grouped_reasons
from availability.input.errors import BadInput
from availability.placement.request import Refusal
from availability.report.html.elements import Child, Element, element, listed
from availability.report.html.parts import Section, commands, counted, details, name
from availability.report.html.shown import Report, Shown
from availability.report.text import problem_lines

_FEW = 5
"""The most refusals that stand on the page with all of their fixes in sight."""


def unreadable(report: Report) -> Section | None:
    """The stacks that can't be read, each with its mistakes."""
    articles: list[Child] = []
    for stack, checked in report.stacks:
        if isinstance(checked.outcome, BadInput):
            lines = problem_lines(checked.outcome, checked.file)
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
    snapshot = shown.snapshot
    told = f"{headline(refusal, snapshot)}."
    rest = [*proof(refusal, snapshot), overview(refusal, snapshot)] if refusal.named else []
    fixes = list(_what_is_valid(shown, refusal))
    valid = fixes if is_open else [details("What would be valid", *fixes)]
    return element(
        "article",
        element("h3", name(shown.label)),
        element("p", told, class_="lead"),
        *valid,
        *(element("p", sentence) for sentence in rest if sentence != told),
        _reasons(refusal, shown),
        class_="refused",
    )


def _what_is_valid(shown: Shown, refusal: Refusal) -> Iterator[Element]:
    from availability.explanation.alternatives.words import nothing_works, told_elsewhere

    answer = shown.answer
    if answer.told_by is not None:
        yield element("p", told_elsewhere(answer.told_by))
    elif answer.fixes:
        unknown = refusal.named is None and answer.shared is None
        yield element("h4", "Did you mean" if unknown else "What would be valid")
        yield commands(answer.fixes)
    else:
        yield element("p", nothing_works(refusal, shared=answer.shared is not None))


def _reasons(refusal: Refusal, shown: Shown) -> Element | None:
    groups = grouped_reasons(refusal, shown.snapshot)
    if not groups:
        return None
    about = sum(len(locations) for _, locations in groups)
    title = f"All {counted(about, 'location')}, each with its reasons" if about else "The reasons"
    return details(title, reason_list(groups), is_open=not about)


def reason_list(groups: list[tuple[str, tuple[str, ...]]]) -> Element:
    """What stands against which locations, in groups."""
    return listed(
        [
            [sentence, element("span", f": {', '.join(locations)}" if locations else "")]
            for sentence, locations in groups
        ]
    )
