"""What a page says of a model in sentences: callouts, notes and paragraphs.

Only sentences whose meaning is known are read. They are Google's stock phrases for the end of a
model, for who may still use it, and for what is kept of its prompts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from availability.facts.snapshot import NoticeKind, Stage, Verdict
from availability.ingest.dates import DATE_TEXT, NoDate, days_of, iso_day
from availability.ingest.document import Line, Table
from availability.ingest.families import publisher_of
from availability.ingest.reading import Reading
from availability.ingest.statements import Capable, Dated, Key, ModelNamed, Noticed, dated
from availability.ingest.vocabulary import TERMS

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
    r"|not available in projects that have no prior usage"
    r"|(?:closed|not available) to new projects)"
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
_DENIAL = re.compile(
    r"\b(?:no|not|none|never|nor|neither|cannot|without)\b|n['’]t\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?]\s")
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
class _Dates:
    """The dates that one line gives to its models, by the fields of `Dated`."""

    stage: str = ""
    deprecated: str = ""
    retires: str = ""
    not_before: str = ""
    closed_since: str = ""
    successors: str = ""

    def __bool__(self) -> bool:
        return any(vars(self).values())


_Notice = tuple[NoticeKind, str, int | None]
"""What a line tells whoever uses its models: kind, text in our words, and days."""


# Lines about models


def model_notes(reading: Reading, ids: Sequence[Key], lines: Iterable[Line]) -> None:
    """What lines about these models say of their end, of who may use them, and of what is kept.

    A line that names models is about these, and else about all of `ids`. Of a line with a day of no
    calendar, no date is read, and it is reported; so is one that may deny that anything is kept.
    Raises PageError for an id without a publisher, and for a number of days that is none.
    """
    for line in lines:
        if _OF_A_TABLE.search(line.text):
            continue  # Whom it is about stands in the table, with what they are replaced by.
        about = _about(reading, line, ids)
        notices = list(_notices(line))
        is_understood = not _is_keeping_denied(line.text)
        try:
            dates = _dates(line)
        except NoDate:
            dates, is_understood = _Dates(), False
        if not is_understood:
            reading.not_understood(line)
        if not dates and not notices:
            continue
        cite = reading.cite(line.number, reading.document.heading_above(line))
        for publisher, model in about if dates else ():
            if (publisher, model) not in ids:
                reading.add(ModelNamed(publisher, model, model, "", cite))
            reading.add(dated(publisher, model, cite, **vars(dates)))
        for kind, text, days in notices:
            for publisher, model in about:
                reading.add(Noticed(publisher, model, "", kind, text, days, cite))


def _dates(line: Line) -> _Dates:
    """The stage, the dates and the successor that a line states. Raises NoDate."""
    text = line.text
    dates = _Dates()
    if end := _ENDS.search(text) or _DISCONTINUED.search(text):
        dates.retires = iso_day(end["day"])
    if match := _DEPRECATED.search(text):
        dates.deprecated = iso_day(match["since"] or match["from"])
        dates.stage = Stage.DEPRECATED
    elif _UNDATED.search(text) and not dates.retires:
        dates.stage = Stage.DEPRECATED
    if match := _CLOSED.search(text):
        dates.closed_since = iso_day(match["day"])
    if match := _NOT_BEFORE.search(text):
        dates.not_before = iso_day(match["day"])
    elif match := _RETIREMENT.search(text):
        dates.retires = iso_day(match["day"])
    if dates:
        dates.successors = _successor(line)
    return dates


def _notices(line: Line) -> Iterator[_Notice]:
    """What is kept of prompts, with whom they are shared, and who may use a model.

    Raises PageError for a number of days that is none.
    """
    text = line.text
    if (match := _KEPT.search(text)) and not _is_keeping_denied(text):
        days = days_of(match["days"], line.number)
        what = f"prompts and responses are kept for up to {days} days to look for abuse"
        yield NoticeKind.RETENTION, what, days
    if match := _SHARED.search(text):
        what = f"prompts and responses have to be shared with {match['whom']}, for each location"
        yield NoticeKind.SHARING, what, None
    if _EXISTING_ONLY.search(text):
        yield NoticeKind.PRIOR_USAGE, "available only to customers who used it before", None
    if _ALLOWLIST.search(text):
        yield NoticeKind.ALLOWLIST, "only projects on an allowlist can use it", None


def _is_keeping_denied(text: str) -> bool:
    """Whether a sentence about what is kept has a word of denial, and may say the opposite."""
    match = _KEPT.search(text)
    if match is None:
        return False
    *_, sentence = _SENTENCE_END.split(text[: match.end()])
    return _DENIAL.search(sentence) is not None


def _before(line: Line, code: str) -> str:
    """What stands before an id; another one may begin in the same way."""
    match = re.search(rf"(?<![\w.@-]){re.escape(code)}(?![\w@-]|\.\w)", line.text)
    return line.text[: match.start()] if match else line.text.split(code)[0]


def _successor(line: Line) -> str:
    """The first id behind words that tell to use it; empty where there is none."""
    for code in line.codes:
        if _INSTEAD.search(_before(line, code)) and (match := _MODEL.fullmatch(code)):
            return match["id"]
    return ""


def _about(reading: Reading, line: Line, ids: Sequence[Key]) -> list[Key]:
    """The models that a line names before it tells what to use instead; else those of its card."""
    known = {model: publisher for publisher, model in ids}
    named: list[Key] = []
    for code in line.codes:
        if _INSTEAD.search(_before(line, code)):
            break
        if match := _MODEL.fullmatch(code):
            model = match["id"]
            if re.search(r"\d", model):
                publisher = known.get(model) or publisher_of(model, reading.document)
                named.append((publisher, model))
    return named or list(ids)


# The page as a whole


def closing_notes(reading: Reading, ids: dict[str, str]) -> None:
    """What the page says beside its models' blocks: replacements, and what an id lacks.

    `ids` are the page's models, each with its publisher. What the blocks have called a deprecation,
    and the page the end, becomes the end. Raises PageError for an id without a publisher.
    """
    for table in reading.document.tables:
        if table.header.cells[0].text.casefold() == "discontinued endpoints":
            _replacements(reading, ids, table)
    for line in reading.document.lines:
        _lacks(reading, ids, line)
    _ends_that_are_called_deprecations(reading)


def _replacements(reading: Reading, ids: dict[str, str], table: Table) -> None:
    """Which id of the page each row of a table names, and which one in its place."""
    for row in table.body:
        codes = [code for cell in row.cells for code in cell.codes]
        if len(codes) == 2 and codes[0] in ids:
            model, successor = codes
            cite = reading.cite(row.number, "Recommended endpoint migration")
            reading.add(dated(ids[model], model, cite, successors=successor))


def _lacks(reading: Reading, ids: dict[str, str], line: Line) -> None:
    """What a line says that an id does not offer."""
    for code in line.codes:
        lack = _NOT_ON.search(_before(line, code))
        if lack and (match := _MODEL.fullmatch(code)):
            model = match["id"]
            word = re.sub(r" \(PT\)|^PT$", "", lack["what"]) or "Provisioned Throughput"
            publisher = ids.get(model) or publisher_of(model, reading.document)
            cite = reading.cite(line.number, reading.document.heading_above(line))
            reading.add(Capable(publisher, model, TERMS[word.casefold()], Verdict.NO, cite))


def _ends_that_are_called_deprecations(reading: Reading) -> None:
    """A card's only date is called "Deprecation date", and a callout tells what happens then."""
    ends: set[str] = set()
    for line in reading.document.lines:
        if line.quoted and _CONSEQUENCE.search(line.text):
            for day in re.findall(DATE_TEXT, line.text):
                # A day of no calendar is the end of nothing.
                with suppress(NoDate):
                    ends.add(iso_day(day))
    for index, statement in enumerate(reading.statements):
        if isinstance(statement, Dated) and statement.deprecated in ends and not statement.retires:
            reading.statements[index] = replace(
                statement, deprecated="", retires=statement.deprecated
            )
