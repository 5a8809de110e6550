"""What a page says of a model in sentences: callouts, notes and paragraphs.

Only sentences whose meaning is known are read. They are Google's stock phrases for the end of a
model, for who may still use it, and for what is kept of its prompts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from availability.facts.snapshot import NoticeKind, Stage, Verdict
from availability.ingest.document import Line
from availability.ingest.families import publisher_of
from availability.ingest.reading import Reading
from availability.ingest.statements import Capable, Dated, ModelNamed, Noticed
from availability.ingest.vocabulary import DATE_TEXT, TERMS, read_day

_D = f"(?P<day>{DATE_TEXT})"
_SINCE = f"(?P<since>{DATE_TEXT})"
_ENDS = re.compile(
    rf"(?:will be|is|are)(?: deprecated and)?(?: also)? "
    rf"(?:retired|discontinued|removed|shut down)(?: on| as of)? {_D}"
)
_DEPRECATED = re.compile(
    rf"deprecated as of {_SINCE}|As of (?P<from>{DATE_TEXT}), .{{0,120}}?\b(?:is|are) deprecated"
)
_DISCONTINUED = re.compile(rf"As of {_D}, .{{0,160}}?\b(?:is|are) (?:discontinued|retired)\b")
_CLOSED = re.compile(
    rf"(?:As of|Starting) {_D}, .{{0,160}}?(?:only available (?:for|to) existing customers"
    rf"|not available in projects that have no prior usage|(?:closed|not available) to new projects)"
)
_EXISTING_ONLY = re.compile(r"available (?:to|for) existing customers only", re.IGNORECASE)
_UNDATED = re.compile(r"\b(?:is|are) deprecated\b")
_NOT_BEFORE = re.compile(
    rf"(?:Retirement Date: (?:Not sooner than|No sooner than|Not before)|"
    rf"available until at least) {_D}",
    re.IGNORECASE,
)
_RETIREMENT = re.compile(rf"^Retirement Date: {_D}\.?$", re.IGNORECASE)
_INSTEAD = re.compile(
    r"(?:update your application to use|migrate (?:any workflows )?to(?: [\w ,]+ such as)?|"
    r"projects should use|use) $",
    re.IGNORECASE,
)
_KEPT = re.compile(r"(?:stored|retained|kept)\b[^.]*? up to (?P<days>\d+) days")
_SHARED = re.compile(r"enable (?:prompt-response )?sharing\b[^.]* with (?P<whom>[A-Z]\w+)")
_ALLOWLIST = re.compile(r"\ballow-?list|\bprivate preview\b", re.IGNORECASE)
_NOT_ON = re.compile(
    r"(?P<what>Provisioned Throughput(?: \(PT\))?|PT|Batch predictions?) "
    r"(?:is not|isn't|are not|aren't) supported (?:on|for) $"
)
_CONSEQUENCE = re.compile(r"deprecated and removed|discontinu|service disruption", re.IGNORECASE)
_OF_A_TABLE = re.compile(r"\bfollowing table\b")
_MODEL = re.compile(r"(?:[a-z0-9-]+/)?(?P<id>[a-z][a-z0-9]*(?:[-_.@][a-z0-9.]+)+)")


@dataclass
class _Facts:
    """The dates that one line gives to its models."""

    stage: str = ""
    deprecated: str = ""
    retires: str = ""
    not_before: str = ""
    closed_since: str = ""
    successors: str = ""

    def __bool__(self) -> bool:
        return any(vars(self).values())


def model_notes(reading: Reading, ids: Sequence[tuple[str, str]], lines: Iterable[Line]) -> None:
    """What lines about these models say of their end, of who may use them, and of what is kept."""
    for line in lines:
        text = line.text
        if _OF_A_TABLE.search(text):
            continue  # whom it is about stands in the table, with what they are replaced by
        about = _about(reading, line, ids)
        if facts := _facts(line):
            if facts.deprecated and not facts.stage:
                facts.stage = Stage.DEPRECATED
            cite = reading.cite(line.number, _heading(reading, line))
            for publisher, model in about:
                if (publisher, model) not in ids:
                    reading.add(ModelNamed(publisher, model, model, "", cite))
                bare = Dated(publisher, model, "", "", "", "", "", "", "", cite)
                reading.add(replace(bare, **vars(facts)))
        notices: list[tuple[NoticeKind, str, int | None]] = []
        if match := _KEPT.search(text):
            days = int(match["days"])
            what = f"prompts and responses are kept for up to {days} days to look for abuse"
            notices.append((NoticeKind.RETENTION, what, days))
        if match := _SHARED.search(text):
            what = (
                f"prompts and responses have to be shared with {match['whom']}, for each location"
            )
            notices.append((NoticeKind.SHARING, what, None))
        if _EXISTING_ONLY.search(text):
            what = "available only to customers who used it before"
            notices.append((NoticeKind.PRIOR_USAGE, what, None))
        if _ALLOWLIST.search(text):
            what = "only projects on an allowlist can use it"
            notices.append((NoticeKind.ALLOWLIST, what, None))
        for kind, what, days in notices:
            cite = reading.cite(line.number, _heading(reading, line))
            for publisher, model in about:
                reading.add(Noticed(publisher, model, "", kind, what, days, cite))


def _facts(line: Line) -> _Facts:
    text = line.text
    facts = _Facts()
    if (match := _ENDS.search(text)) or (match := _DISCONTINUED.search(text)):
        facts.retires = _iso(match["day"])
    if match := _DEPRECATED.search(text):
        facts.deprecated = _iso(match["since"] or match["from"])
    elif _UNDATED.search(text) and not facts.retires:
        facts.stage = Stage.DEPRECATED
    if match := _CLOSED.search(text):
        facts.closed_since = _iso(match["day"])
    if match := _NOT_BEFORE.search(text):
        facts.not_before = _iso(match["day"])
    elif match := _RETIREMENT.search(text):
        facts.retires = _iso(match["day"])
    if facts and (successor := _successor(line)):
        facts.successors = successor
    return facts


def _before(line: Line, code: str) -> str:
    """What stands before an id; another one may begin in the same way."""
    match = re.search(rf"(?<![\w.@-]){re.escape(code)}(?![\w@-]|\.\w)", line.text)
    return line.text[: match.start()] if match else line.text.split(code)[0]


def _successor(line: Line) -> str | None:
    """The first id behind words that tell to use it."""
    for code in line.codes:
        if _INSTEAD.search(_before(line, code)) and (match := _MODEL.fullmatch(code)):
            return match["id"]
    return None


def _about(reading: Reading, line: Line, ids: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The models that a line names before it tells what to use instead; else those of its card."""
    known = {model: publisher for publisher, model in ids}
    named: list[tuple[str, str]] = []
    for code in line.codes:
        if _INSTEAD.search(_before(line, code)):
            break
        if match := _MODEL.fullmatch(code):
            model = match["id"]
            if re.search(r"\d", model):
                publisher = known.get(model) or publisher_of(model, reading.document)
                named.append((publisher, model))
    return named or list(ids)


def closing_notes(reading: Reading, ids: dict[str, str]) -> None:
    """What the page says beside its models' blocks: replacements, and what an id lacks."""
    document = reading.document
    for table in document.tables:
        header = [cell.text.casefold() for cell in table.header.cells]
        if header[:1] != ["discontinued endpoints"]:
            continue
        for row in table.body:
            codes = [code for cell in row.cells for code in cell.codes]
            if len(codes) == 2 and codes[0] in ids:
                cite = reading.cite(row.number, "Recommended endpoint migration")
                bare = Dated(ids[codes[0]], codes[0], "", "", "", "", "", "", "", cite)
                reading.add(replace(bare, successors=codes[1]))
    for line in document.lines:
        for code in line.codes:
            match = _NOT_ON.search(_before(line, code))
            if match and (found := _MODEL.fullmatch(code)):
                word = re.sub(r" \(PT\)|^PT$", "", match["what"]) or "Provisioned Throughput"
                publisher = ids.get(found["id"]) or publisher_of(found["id"], document)
                cite = reading.cite(line.number, _heading(reading, line))
                need = TERMS[word.casefold()]
                reading.add(Capable(publisher, found["id"], need, Verdict.NO, cite))
    _ends_that_are_called_deprecations(reading)


def _ends_that_are_called_deprecations(reading: Reading) -> None:
    """A card's only date is called "Deprecation date", and a callout tells what happens then."""
    ends = {
        _iso(day)
        for line in reading.document.lines
        if line.quoted and _CONSEQUENCE.search(line.text)
        for day in re.findall(DATE_TEXT, line.text)
    }
    for index, statement in enumerate(reading.statements):
        if isinstance(statement, Dated) and statement.deprecated in ends and not statement.retires:
            reading.statements[index] = replace(
                statement, deprecated="", retires=statement.deprecated
            )


def _heading(reading: Reading, line: Line) -> str | None:
    """The nearest heading above a line."""
    above = [
        other.text
        for other in reading.document.lines
        if other.kind == "heading" and other.number < line.number
    ]
    return above[-1] if above else None


def _iso(text: str) -> str:
    day = read_day(text)
    return day.iso if day else ""
