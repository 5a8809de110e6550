"""Answers as plain text: the same lines in a terminal and in a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from availability.explanation.answers import Answer
from availability.explanation.committed import committed, kept_within, not_covered
from availability.explanation.names import adequacy_text, asked_text, place_name, title
from availability.explanation.ranking import not_promised, rank_facts, won_because
from availability.input.errors import BadInput, Position, Problem
from availability.input.printed import cut, plain, plain_line
from availability.input.wrap import wrapped
from availability.placement.endpoints import PROJECT_PLACEHOLDER, endpoint_url, environment
from availability.placement.request import Placement, Refusal
from availability.placement.warnings import Warning

if TYPE_CHECKING:  # a request alone has no stack, and YAML is slow to load
    from availability.facts.names import Named
    from availability.facts.snapshot import Snapshot
    from availability.placement.request import Request
    from availability.stack.config import Deployment
    from availability.stack.plan import Plan
    from availability.stack.reading import Stack
    from availability.stack.written import Place

_EXCERPT = 200
"""The most characters of a line of a stack file that are shown."""


def placement_lines(answer: Answer, project: str | None, name: str | None = None) -> list[str]:
    """Where a request is placed, how it is reached, and why there.

    With the `name` of a deployment, without what the program exports for it anyway.
    """
    placement, snapshot = answer.result, answer.snapshot
    if not isinstance(placement, Placement):
        raise TypeError("a refusal is no placement")
    named, location, where = placement.named, placement.location, project or PROJECT_PLACEHOLDER
    start, request = f"{name}: " if name else "", placement.request
    asked = asked_text(request.residency, takes_guarantee=request.takes_guarantee)
    lines = wrapped(f"{start}{title(named)} in {place_name(location, snapshot)}", "", "  ")
    rows = [
        (
            "endpoint",
            endpoint_url(named, location, where, through=answer.host) or "none documented",
        ),
        ("streaming", None if name else endpoint_url(named, location, where, stream=True)),
        ("processing", (kept := kept_within(placement)) and f"kept {kept}"),
        ("committed", committed(placement, snapshot, brief=name is not None)),
        ("uncovered", not_covered(placement, snapshot)),
        ("residency", asked if name else None),
        ("area", adequacy_text(request.residency, countries=True)),
        ("tuning", placement.tuning_location and f"jobs run in {placement.tuning_location}"),
        ("corpora", placement.rag_location and f"lie in {placement.rag_location}"),
        ("because", won_because(placement, snapshot)),
        ("failover", ", ".join(placement.alternates)),
    ]
    for label, value in rows:
        if value:
            lines += wrapped(value, f"  {label:<11}", " " * 13)
    for known in answer.acknowledged:
        accepted = f"{known.by.warning} until {known.by.until}: {known.by.reason}"
        lines += wrapped(accepted, f"  {'accepted':<11}", " " * 13)
    for variable, value in ({} if name else environment(named, location, where)).items():
        lines.append(plain_line(f"  {'set':<11}{variable}={value}"))
    return lines + warning_lines(answer.warnings)


def warning_lines(warnings: tuple[Warning, ...]) -> list[str]:
    """Each warning with its id."""
    return [
        line
        for warning in warnings
        for line in wrapped(f"{warning.id}: {warning.text}", "  warning    ", " " * 13)
    ]


def ranking_lines(placement: Placement, snapshot: Snapshot) -> list[str]:
    """The valid locations in their order, each with what decided, and what is not promised."""
    lines = ["Why there: preferred, then widest, then nearest, then most models, then by name."]
    for rank, location in enumerate(placement.valid, start=1):
        facts = rank_facts(placement, location, snapshot)
        mark = "placed here" if location == placement.location else "failover"
        mark = "not pinned" if placement.request.location not in (None, location) else mark
        lines += wrapped(f"{location}: {', '.join(facts)} ({mark})", f"  {rank:>2}. ", "      ")
    return lines + wrapped(not_promised(placement), "  ", "  ")


def evidence_lines(request: Request, named: Named, location: str, snapshot: Snapshot) -> list[str]:
    """The facts about one location, each with its source, its day and its line."""
    from availability.explanation.evidence import evidence  # reads the sources

    lines = [f"What is known of {named.id} in {place_name(location, snapshot)}:"]
    for fact in evidence(request, named, location, snapshot):
        lines += wrapped(fact.fact, "  - ", "    ")
        if fact.source:
            day = f", {fact.date}" if fact.date else ""
            heading = f", {fact.heading}" if fact.heading else ""
            line = f", line {fact.line}" if fact.line else ""
            lines += wrapped(f"Source: {fact.source}{day}{heading}{line}", "    ", "    ")
        if fact.url:
            lines.append(plain_line(f"    {fact.url}"))
        if fact.quote and fact.quote.startswith("|"):
            lines.append(plain_line(f"      {fact.quote}"))
        elif fact.quote:
            lines += wrapped(fact.quote, "      ", "      ")
    return lines


def plan_lines(plan: Plan, stack: Stack | None = None, *, explain: bool = False) -> list[str]:
    """A stack's plan: the summary first, then each deployment; to `explain` it, in full."""
    total, refused = len(plan.answers), plan.refused
    names = ", ".join(deployment.name for deployment, _ in refused)
    verdict = f"{len(refused)} of {total} refused: {names}" if refused else f"all {total} placed"
    day = f", as of {plan.today}" if plan.config.as_of else ""
    lines = wrapped(f"Stack {plan.stack}, snapshot {plan.snapshot.id}{day}: {verdict}.", "", "  ")
    lines += warning_lines(plan.warnings)
    lines += _refused_lines(plan, stack, explain=explain)
    for deployment, answer in plan.answers:
        if isinstance(answer.result, Placement):
            lines += ["", *placement_lines(answer, plan.config.project, deployment.name)]
            lines += ranking_lines(answer.result, plan.snapshot) if explain else []
    return lines


def _refused_lines(plan: Plan, stack: Stack | None, *, explain: bool = False) -> list[str]:
    """Each refusal, and once for all of them the command that prints what they leave out."""
    if not plan.refused:
        return []
    # A stack of placements needs no words for refusals.
    from availability.report.refusals import Listing, refusal_lines, whole_command, whole_lines

    lines: list[str] = []
    command = whole_command(*(answer for _, answer in plan.refused))
    listing = Listing.FULL if explain else Listing.ELSEWHERE if command else Listing.POINTED
    for deployment, answer in plan.refused:
        place = deciding_line(deployment, answer, stack)
        lines += ["", *refusal_lines(answer, deployment.name, place, listing)]
        lines += warning_lines(answer.warnings)
    return [*lines, "", *whole_lines(command, "")] if command and not explain else lines


def deciding_line(deployment: Deployment, answer: Answer, stack: Stack | None) -> str | None:
    """`FILE:LINE:COLUMN: the line`, of what decides that it is refused; None where no file is."""
    from availability.stack.deciding import spots_of_refusal
    from availability.stack.written import place_of

    if stack is None or not isinstance(answer.result, Refusal):
        return None
    place = place_of(stack, spots_of_refusal(deployment, answer.result))
    return f"{_where(place)}: {_excerpt(place.at)}" if place else None


def _where(place: Place) -> str:
    return f"{place.file}:{place.at.line}:{place.at.column}"


def refused_plan_lines(plan: Plan, stack: Stack | None = None) -> list[str]:
    """The one message for a stack with refused deployments: a summary, then the details."""
    names = ", ".join(deployment.name for deployment, _ in plan.refused)
    count, total = len(plan.refused), len(plan.answers)
    lines = wrapped(
        f"{count} of {total} deployments of stack {plan.stack} refused by snapshot "
        f"{plan.snapshot.id}: {names}",
        "",
        "  ",
    )
    lines.append("  Nothing was changed.")
    return [*lines, *_refused_lines(plan, stack)]


def problem_lines(error: BadInput, stack: Stack | None = None) -> list[str]:
    """Every mistake, with the file of the stack or its project and its line where that is known."""
    lines: list[str] = []
    for problem in error.problems:
        at, text = problem.at, str(problem)
        if at is None and stack and ":" in problem.path:  # a key, not a file of its own
            from availability.stack.written import place_of_mistake

            place = place_of_mistake(stack, problem)
            at = place and place.at
            text = f"{_where(place) if place else stack.file.path}: {text}"
        # Never wrapped: editors and people look for `FILE:LINE:COLUMN: MESSAGE` on one line.
        lines += [text, f"    {_excerpt(at)}"] if at and at.text else [text]
    return [plain_line(line) for line in lines]


def _excerpt(at: Position) -> str:
    """The line, as far as it is worth reading."""
    return cut(at.text, _EXCERPT)


def problem_json(problem: Problem) -> dict[str, object]:
    """`{path, message, suggestions}`; the path of what is wrong with a file has its line.

    The message is plain, as it is printed elsewhere; path and suggestions are what they are.
    """
    return {
        "path": problem.where,
        "message": plain(problem.message),
        "suggestions": list(problem.suggestions),
    }
