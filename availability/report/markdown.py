"""A plan as a comment in Markdown, with all that was typed in code.

In code nothing is read but the end of it: no HTML, no link, no image (CommonMark 0.31, code spans
and fenced code blocks), and GitHub looks for no mentions and no references to issues there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from availability.explanation.answers import Answer
from availability.explanation.names import place_name
from availability.input.errors import BadInput
from availability.input.printed import plain, plain_line
from availability.placement.request import Placement
from availability.report.findings import Checked
from availability.report.refusals import Listing, location_lines, refusal_lines
from availability.stack.plan import Plan


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


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def markdown(checked: Iterable[Checked]) -> str:
    """A comment for a pull request: a table of all deployments, then what is refused."""
    parts: list[str] = []
    for checked_stack in checked:
        if isinstance(checked_stack.outcome, BadInput):
            parts += [f"### :x: {code_span(checked_stack.path.as_posix())} cannot be read", ""]
            mistakes = [
                f"- {finding.at.line}:{finding.at.column} {finding.text}"
                for finding in checked_stack.findings
            ]
            parts += [*code_block(mistakes), ""]
            continue
        parts += _plan_markdown(checked_stack.outcome)
    return "\n".join(parts).rstrip()


def _plan_markdown(plan: Plan) -> list[str]:
    refused = len(plan.refused)
    mark = ":x:" if refused else ":white_check_mark:"
    verdict = f"{refused} of {len(plan.answers)} refused" if refused else "all placed"
    lines = [
        f"### {mark} Stack {code_span(plan.stack)}: {verdict} (snapshot {plan.snapshot.id})",
        "",
    ]
    lines += [
        "| deployment | model | location | processing | warnings |",
        "| --- | --- | --- | --- | --- |",
    ]
    for deployment, answer in plan.answers:
        result = answer.result
        if isinstance(result, Placement):
            place = place_name(result.location, plan.snapshot)
            kept = result.boundary or "not committed"
        else:
            place, kept = "**refused**", ""
        warnings = ", ".join(dict.fromkeys(str(warning.id) for warning in answer.warnings))
        model = code_cell(answer.model)
        lines.append(f"| {deployment.name} | {model} | {place} | {kept} | {warnings} |")
    for deployment, answer in plan.refused:
        lines += ["", f"<details open><summary>{deployment.name}</summary>", ""]
        refusal = refusal_lines(answer, deployment.name, listing=Listing.BESIDE)
        lines += [*code_block(refusal), "", *_all_locations(answer), "</details>"]
    return [*lines, ""]


def _all_locations(answer: Answer) -> list[str]:
    """Every location with what stands against it, to be unfolded by who wants it."""
    listed = location_lines(answer)
    if not listed:
        return []
    start = "<details><summary>All locations, each with its reasons</summary>"
    return [start, "", *code_block(listed), "", "</details>", ""]
