"""A plan as a comment in Markdown, with all that was typed in code.

In code nothing is read but the end of it: no HTML, no link, no image (CommonMark 0.31, code spans
and fenced code blocks), and GitHub looks for no mentions and no references to issues there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from availability.explanation.answers import Answer
from availability.explanation.committed import kept_within
from availability.explanation.headline import headline
from availability.explanation.names import counted, joined, place_name
from availability.input.errors import BadInput
from availability.input.printed import cut, plain, plain_line
from availability.input.wrap import wrapped
from availability.placement.request import Placement, Refusal
from availability.placement.warnings import Warning, WarningId
from availability.report.changes import where_all_is, without_change
from availability.report.findings import Checked, Finding
from availability.report.fitting import Cut, Part, fitted
from availability.report.refusals import Listing, location_lines, refusal_lines
from availability.report.text import deciding_line
from availability.stack.config import Deployment
from availability.stack.plan import Plan

if TYPE_CHECKING:  # few plans are compared with another version
    from availability.stack.review.review import Review

_NAME = 100
"""The most characters of a name in a heading or a cell."""


def code_span(text: str) -> str:
    """The text as code within a line."""
    text = plain(text) or " "
    fence = "`" * (_longest_run(text) + 1)
    # A backtick at either end needs a blank beside it, and blanks at both ends are taken away.
    inner = f" {text} " if text[0] in "` " or text[-1] in "` " else text
    return f"{fence}{inner}{fence}"


def code_cell(text: str) -> str:
    r"""The text as code in the cell of a table, in which `|` needs a backslash and ends code, too.

    Readers do not agree on `\|` as it is typed: there, the backslash is shown as an escape.
    """
    return code_span(plain(text).replace("\\|", r"\x5c|")).replace("|", r"\|")


def prose(text: str) -> str:
    """The text as words within a line or a cell: what our own sentences and pages' titles are.

    Signs of Markdown and of HTML stand for themselves. What a person typed belongs in code: readers
    look for mentions and addresses in words.
    """
    return _SIGNS.sub(r"\\\g<0>", plain(text))


def link(text: str, url: str) -> str:
    """The words as a link to an address."""
    return f"[{prose(text)}](<{quote(url, safe=_OF_URLS)}>)"


_SIGNS = re.compile(r"[\\`*_\[\]<>|~&$]")
"""What begins something else than words: code, emphasis, links, HTML, cells, formulas."""
_OF_URLS = ":/?#[]@!$&'()*+,;=%~"
"""What stays as it is of an address, besides letters, digits and `-._`."""


def code_block(lines: Sequence[str]) -> list[str]:
    """The lines as a block of code."""
    shown = [plain_line(line) for line in lines]
    fence = "`" * max(3, 1 + max(map(_longest_run, shown), default=0))
    return [f"{fence}text", *shown, fence]


def shortened(text: str | None, most: int = _NAME) -> str:
    """The text, or the beginning of one that is too long for its place; empty for None."""
    return cut(plain(text or ""), most)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def markdown(checked: Sequence[Checked], review: Review | None = None) -> str:
    """A comment for a pull request: a table of all deployments, then what is refused.

    With a review, what has to be decided comes first, then what else has changed, and the plans of
    stacks that have not are folded up. It fits into a comment of GitHub, and says what is left out.
    """
    see = where_all_is(review)
    if review is None:
        return fitted([part for one in checked for part in _parts(one)], see)
    from availability.report.review_markdown import review_parts

    calm = without_change(checked, review)
    told = [part for one in checked if one.path not in calm for part in _parts(one)]
    folded = _folded([one for one in checked if one.path in calm])
    return fitted([*review_parts(review), *told, *folded], see)


def _folded(calm: Sequence[Checked]) -> list[Part]:
    """The plans of stacks that have not changed, to be unfolded by who wants them."""
    if not calm:
        return []
    count = f"{len(calm)} stack{'s' if len(calm) > 1 else ''}"
    start = f"<details><summary>Plans of {count} without a change</summary>"
    inner = [part for one in calm for part in _parts(one, Cut.UNCHANGED)]
    return [Part([start, ""]), *inner, Part(["</details>", ""])]


def _parts(checked: Checked, placed: Cut = Cut.PLACED) -> list[Part]:
    """A stack's plan; `placed` is how its table is called if all of it is placed."""
    plan = checked.outcome
    if isinstance(plan, BadInput):
        return _unreadable(checked)
    refused = len(plan.refused)
    verdict = f"{refused} of {len(plan.answers)} refused" if refused else "all placed"
    mark = ":x:" if refused else ":white_check_mark:"
    name, snapshot = code_span(shortened(plan.stack)), plan.snapshot.id
    heading = f"### {mark} Stack {name}: {verdict} (snapshot {snapshot})"
    table = Part([*_table(plan), ""], {Cut.TABLES if refused else placed: []})
    refusals = [
        _refusal(deployment, answer, deciding_line(deployment, answer, checked.stack))
        for deployment, answer in plan.refused
    ]
    return [Part([heading, ""], {Cut.STACKS: []}), table, *_warnings(plan), *refusals]


def _unreadable(checked: Checked) -> list[Part]:
    path = code_span(shortened(checked.path.as_posix()))
    mistakes = [
        f"- {_elsewhere(finding, checked)}{finding.at.line}:{finding.at.column} {finding.text}"
        for finding in checked.findings
    ]
    return [
        Part([f"### :x: {path} cannot be read", ""], {Cut.STACKS: []}),
        Part(
            [*code_block(mistakes), ""],
            {Cut.REFUSALS: [*code_block(mistakes[:1]), ""], Cut.HEADLINES: []},
        ),
    ]


def _elsewhere(finding: Finding, checked: Checked) -> str:
    """The file of a mistake, where it is not the stack's own."""
    return "" if finding.file == checked.path else f"{finding.file.as_posix()}:"


def _table(plan: Plan) -> list[str]:
    lines = [
        "| deployment | model | location | processing | warnings |",
        "| --- | --- | --- | --- | --- |",
    ]
    for deployment, answer in plan.answers:
        result = answer.result
        if isinstance(result, Placement):
            place = place_name(result.location, plan.snapshot)
            kept = kept_within(result) or "not committed"
        else:
            place, kept = "**refused**", ""
        warnings = ", ".join(dict.fromkeys(str(warning.id) for warning in answer.warnings))
        model = code_cell(shortened(answer.model))
        lines.append(f"| {deployment.name} | {model} | {place} | {kept} | {warnings} |")
    return lines


def _warnings(plan: Plan) -> list[Part]:
    """What the ids in the table stand for, to be unfolded: a sentence once, with whom it is of."""
    of: dict[Warning, list[str]] = {warning: [] for warning in plan.warnings}
    for deployment, answer in plan.answers:
        for warning in answer.warnings:
            of.setdefault(warning, []).append(deployment.name)
    if not of:
        return []
    order = list(WarningId)
    said = [
        wrapped(f"{warning.id}{f' ({joined(names)})' if names else ''}: {warning.text}", "", "  ")
        for warning, names in sorted(of.items(), key=lambda pair: order.index(pair[0].id))
    ]
    start = f"<details><summary>{counted(len(said), 'warning')}</summary>"
    # They quote what a person typed, such as a caller, and so stand in code.
    lines = code_block([line for lines in said for line in lines])
    return [Part([start, "", *lines, "", "</details>", ""], {Cut.WARNINGS: []})]


def _refusal(deployment: Deployment, answer: Answer, line: str | None) -> Part:
    """A refusal in full, to be folded up; then without its list, and at last its headline."""
    start = [f"<details open><summary>{deployment.name}</summary>", ""]
    refusal = refusal_lines(answer, deployment.name, line, Listing.BESIDE)
    lines = [*start, *code_block(refusal), ""]
    short = code_block([f"{deployment.name}: {_headline(answer)}"])
    return Part(
        [*lines, *_all_locations(answer), "</details>", ""],
        {
            Cut.LOCATIONS: [*lines, "</details>", ""],
            Cut.REFUSALS: [*short, ""],
            Cut.HEADLINES: [],
        },
    )


def _headline(answer: Answer) -> str:
    refusal = answer.result
    return headline(refusal, answer.snapshot) if isinstance(refusal, Refusal) else ""


def _all_locations(answer: Answer) -> list[str]:
    """Every location with what stands against it, to be unfolded by who wants it."""
    listed = location_lines(answer)
    if not listed:
        return []
    start = "<details><summary>All locations, each with its reasons</summary>"
    return [start, "", *code_block(listed), "", "</details>", ""]
