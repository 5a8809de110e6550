"""What was found in stacks and plans that do not use the components, in the formats of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from availability.check import findings as rules
from availability.check.findings import UNKNOWN_RULE
from availability.explanation.names import counted, residency_text
from availability.facts.snapshot import Snapshot
from availability.input.errors import Position
from availability.input.printed import plain_line
from availability.input.wrap import wrapped
from availability.places.residency import Residency
from availability.report.findings import Finding, Level
from availability.report.fitting import Cut, Part, fitted
from availability.report.github import workflow_commands
from availability.report.markdown import code_cell, code_span, prose, shortened
from availability.report.sarif import log

_SEE = "The same command with `--format text` shows all."


@dataclass(frozen=True)
class CheckedFile:
    """What became of one file: how many resources it has, and what is to be said of them."""

    path: Path
    resources: int
    findings: tuple[rules.Finding, ...]
    unknown_values: int = 0
    """How many values of inputs the file does not have, which may name anything."""
    folder: Path | None = None
    """The folder of the program that it comes from, where that is at hand."""

    @property
    def misplaced(self) -> int:
        """How many findings say that something breaks a rule."""
        return sum(not finding.is_unknown for finding in self.findings)


@dataclass(frozen=True)
class CheckReport:
    """What became of all files, and what they were held to."""

    files: tuple[CheckedFile, ...]
    residency: Residency
    snapshot: Snapshot

    @property
    def lines(self) -> list[str]:
        """Plain text: a summary of each file, then what is to be said of each resource."""
        lines: list[str] = []
        for file in self.files:
            lines += [""] * bool(lines)
            lines += wrapped(f"{file.path}: {self._verdict(file)}.", "", "  ")
            for address, found in _by_address(file.findings):
                first = found[0]
                # Never wrapped: an address is copied as a whole.
                name = address if first.type in address else f"{address} ({first.type})"
                lines += ["", plain_line(name or first.type)]
                for finding in found:
                    lines += wrapped(f"{finding.rule}: {finding.text}", "  ", "    ")
                    lines += wrapped(f"fix: {finding.fix}", "    ", "         ")
        return lines

    @property
    def document(self) -> list[dict[str, str]]:
        """`[{address, type, rule, text, fix}]` of all files."""
        return [finding.as_json() for file in self.files for finding in file.findings]

    @property
    def markdown(self) -> str:
        """A comment for a pull request: of each file a table, or that nothing was found."""
        return fitted([part for file in self.files for part in self._parts(file)], _SEE)

    @property
    def github(self) -> str:
        """Workflow commands that GitHub shows as annotations."""
        return workflow_commands(self._annotated, _SEE)

    @property
    def sarif(self) -> str:
        """A log of the Static Analysis Results Interchange Format."""
        return log(self._annotated, rules.RULES)

    def _verdict(self, file: CheckedFile) -> str:
        unknown = len(file.findings) - file.misplaced
        found = [
            *([counted(file.misplaced, "finding")] if file.misplaced else []),
            *([f"{unknown} not known"] if unknown else []),
        ]
        verdict = " and ".join(found) or "nothing found"
        unseen = file.unknown_values
        noun = "value is" if unseen == 1 else "values are"
        left = f" ({unseen} {noun} not in the file)" if unseen else ""
        held_to = f"under {residency_text(self.residency)}, snapshot {self.snapshot.id}"
        return f"{verdict} in {counted(file.resources, 'resource')}{left}, {held_to}"

    def _parts(self, file: CheckedFile) -> Iterable[Part]:
        mark = ":x:" if file.misplaced else ":white_check_mark:"
        name = code_span(shortened(file.path.as_posix()))
        yield Part([f"### {mark} {name}: {prose(self._verdict(file))}", ""], {Cut.STACKS: []})
        if file.findings:
            yield Part(["| resource | rule | what | fix |", "| --- | --- | --- | --- |"])
        for finding in file.findings:
            cells = (
                code_cell(shortened(finding.address or finding.type)),
                finding.rule,
                code_cell(finding.text),
                code_cell(finding.fix),
            )
            yield Part([f"| {' | '.join(cells)} |"], {Cut.FINDINGS: []})
        yield Part([""], {Cut.FINDINGS: []})

    @property
    def _annotated(self) -> list[Finding]:
        return [_annotated(file, finding) for file in self.files for finding in file.findings]


def _by_address(
    findings: Sequence[rules.Finding],
) -> Iterable[tuple[str, tuple[rules.Finding, ...]]]:
    """The findings of each resource; they come in the order of the resources."""
    for address, found in groupby(findings, key=lambda finding: finding.address):
        yield address, tuple(found)


def _annotated(file: CheckedFile, finding: rules.Finding) -> Finding:
    """A finding at the line of the program that it is about, or else at the start of the file."""
    path, line = file.path, 1
    if finding.written_at and file.folder:
        path, line = file.folder / finding.written_at[0], finding.written_at[1]
    level = Level.NOTICE if finding.rule == UNKNOWN_RULE else Level.ERROR
    text = f"{finding.address}\n{finding.text}\nfix: {finding.fix}"
    return Finding(level, finding.rule, path, Position(line, 1), _title(finding), text)


def _title(finding: rules.Finding) -> str:
    name = finding.address.rpartition("::")[2]
    return f"{name or finding.type}: {finding.rule}"
