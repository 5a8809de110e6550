"""What changed between two snapshots, and what that does to stacks, as text and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from availability.facts.difference import PARTS, Change, Difference
from availability.input.printed import plain_line
from availability.input.wrap import wrapped
from availability.report.markdown import code_block, code_cell
from availability.stack.effects import UNCHANGED, Effect, Outcome

_TITLES = {
    "models": "Models",
    "locations": "Locations",
    "commitments": "Commitments on processing",
    "capabilities": "Capabilities",
    "controls": "Security controls",
    "dates": "Stages and dates",
    "notices": "Notices",
}


def change_text(change: Change, part: str) -> str:
    """A change in a line: ``google/gemini-3.5-flash: eu: ga (new)``."""
    if part == "models":
        return _model_text(change)
    about = f"{change.model}: " if change.model else ""
    match change.kind:
        case "added":
            return f"{about}{change.what}: {change.after} (new)"
        case "removed":
            return f"{about}{change.what}: gone (was {change.before})"
        case "changed":
            return f"{about}{change.what}: {change.before} -> {change.after}"


def _model_text(change: Change) -> str:
    """``google/gemini-4-argon is new (Gemini 4 Argon)``."""
    match change.kind, change.what:
        case "added", _:
            ended = f", and {change.after}" if change.after != "alive" else ""
            return f"{change.model} is new{ended}{_called(change)}"
        case "removed", _:
            return f"{change.model} is gone{_called(change)}"
        case "changed", "id":
            return f"{change.model} was called {change.before}"
        case "changed", _:
            return f"{change.model} is {change.after} (was {change.before})"


def _called(change: Change) -> str:
    """The name of a model that came or went, where it has another than its id."""
    _, _, id_ = (change.model or "").partition("/")
    return f" ({change.what})" if change.what != id_ else ""


def summary(difference: Difference) -> str:
    """How much changed, in a sentence."""
    counts = [f"{len(changes)} in {name}" for name in PARTS if (changes := difference.part(name))]
    first, second = difference.first.id, difference.second.id
    return f"Changes from {first} to {second}: {', '.join(counts) or 'none'}."


def difference_lines(difference: Difference) -> list[str]:
    """The summary, then a block a kind of fact."""
    lines = wrapped(summary(difference), "", "  ")
    for name in PARTS:
        changes = difference.part(name)
        if changes:
            lines += ["", f"{_TITLES[name]}:"]
            for change in changes:
                lines += wrapped(change_text(change, name), "  ", "    ")
    return lines


_COUNTED: dict[Outcome, str] = {
    "refused": "refused",
    "moves": "to move",
    "better": "better off",
    "stays": "to stay",
}
"""How many deployments come to what, in words, the worst first."""


def effect_lines(effects: Sequence[Effect]) -> list[str]:
    """What becomes of each deployment; those of which nothing has changed in one line."""
    lines: list[str] = []
    for stack, own in _by_stack(effects):
        counts = Counter(effect.outcome for effect in own)
        told = [f"{counts[name]} {words}" for name, words in _COUNTED.items() if counts[name]]
        lines += ["", plain_line(f"Stack {stack}: {', '.join(told)}")]
        for effect in own:
            if not _is_told(effect):
                continue
            lines += wrapped(f"{effect.deployment} {_moved(effect)}: {effect.why}", "  ", "    ")
            if teller := _teller(effect, own):
                lines.append(f"    fix: as for {teller}")
                continue
            for text, command in effect.fixes:
                lines += wrapped(text, "    fix: ", "      ")
                lines.append(plain_line(f"      {command}"))
        if as_before := [effect.deployment for effect in own if not _is_told(effect)]:
            lines += wrapped(f"as before: {', '.join(as_before)}", "  ", "    ")
    return lines


def _teller(effect: Effect, own: Sequence[Effect]) -> str | None:
    """The deployment before it that has the same fixes: its group is refused as a whole."""
    first = next((one.deployment for one in own if one.fixes == effect.fixes), None)
    return first if effect.fixes and first != effect.deployment else None


def _is_told(effect: Effect) -> bool:
    """Whether there is more to say of it than that nothing has changed."""
    return effect.why != UNCHANGED


def _moved(effect: Effect) -> str:
    match effect.outcome:
        case "stays":
            return f"stays in {effect.after}"
        case "moves":
            return f"moves {effect.before} -> {effect.after}"
        case "refused":
            return f"is refused (was in {effect.before})" if effect.before else "is still refused"
        case "better":
            return f"{'stays' if effect.before else 'is placed'} in {effect.after}"


def _by_stack(effects: Iterable[Effect]) -> Iterator[tuple[str, list[Effect]]]:
    """The effects on each stack, in the order in which the stacks come."""
    stacks: dict[str, list[Effect]] = {}
    for effect in effects:
        stacks.setdefault(effect.stack, []).append(effect)
    yield from stacks.items()


def difference_markdown(difference: Difference, effects: Sequence[Effect]) -> str:
    """A comment for a pull request: the effect on the stacks first, then the facts."""
    first, second = difference.first.id, difference.second.id
    parts = [f"### Facts of {second}, compared with {first}", ""]
    for stack, own in _by_stack(effects):
        hurt = sum(effect.hurts for effect in own)
        mark = ":warning:" if hurt else ":white_check_mark:"
        told = f"{hurt} of {len(own)} move or are refused" if hurt else "nothing moves"
        parts += [f"#### {mark} Stack {code_cell(stack)}: {told}", ""]
        shown = [effect for effect in own if _is_told(effect)]
        if shown:
            parts += [
                "| deployment | outcome | from | to | why |",
                "| --- | --- | --- | --- | --- |",
            ]
        for effect in shown:
            before, after = effect.before or "refused", effect.after or "**refused**"
            why = code_cell(effect.why)
            parts.append(f"| {effect.deployment} | {effect.outcome} | {before} | {after} | {why} |")
        parts += [""] if shown else []
        for effect in shown:
            if effect.fixes and not _teller(effect, own):
                commands = [
                    line for text, command in effect.fixes for line in (f"# {text}", command)
                ]
                parts += [f"<details><summary>Fixes of {effect.deployment}</summary>", ""]
                parts += [*code_block(commands), "", "</details>", ""]
    parts += [f"{summary(difference)}", ""]
    for name in PARTS:
        changes = difference.part(name)
        if not changes:
            continue
        parts += [f"<details><summary>{_TITLES[name]} ({len(changes)})</summary>", ""]
        parts += ["| | model | what | from | to |", "| --- | --- | --- | --- | --- |"]
        for change in changes:
            cells = (change.model or "", change.what, change.before or "", change.after or "")
            row = " | ".join(code_cell(cell) if cell else "" for cell in cells)
            parts.append(f"| {change.kind} | {row} |")
        parts += ["", "</details>", ""]
    return "\n".join(parts).rstrip()
