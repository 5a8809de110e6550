"""Previews in short: each warning once, and of each stack what happens to it and its last message.

Only of previews that succeeded: of one that failed, every word of the engine's is printed.
"""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from .advice import of_the_sandbox
from .events import Message, Step
from .workspace import Result

_MOST: Final = 20
"""So many resources are listed of those that one operation is about, and so many names."""
_STACK: Final = "pulumi:pulumi:Stack"
_PROVIDERS: Final = "pulumi:providers:"
"""The start of the types that the engine neither shows nor counts."""
_QUIET: Final = frozenset({"same", "read", "read-replacement", "read-discard"})
"""What the engine does not count as a change."""
_PARTS: Final = frozenset({"create-replacement", "delete-replaced"})
"""The halves of a `replace`, which is listed itself."""
_SECTIONS: Final = ("Changes:", "Policies:", "Diagnostics:", "Outputs:", "Resources:", "Duration:")
"""The headings of what the engine prints after the lines of resources, each at a line's start."""
_OUTPUT: Final = re.compile(r"  (?:  |([-+~]) )([\w@][^\s:]*)\s*:")
"""An output with the sign of what happens to it; what is inside of it is indented further."""
_WARNING_ID: Final = re.compile(r"([a-z][a-z-]*): ")
_BINDINGS: Final = re.compile(r"\d+ IAM bindings?\b.*:$")
"""How the list begins that names each binding: it is as long as a stack is large."""
_SENTENCE: Final = re.compile(r".*?\.(?= [A-Z])")
_TIED: Final = "\N{NO-BREAK SPACE}"
"""Between a number and what is counted, while lines are broken."""
_LONG: Final = 160
"""A message about a resource that has more characters is shown by its first sentence."""


def can_be_short(result: Result) -> bool:
    """Whether nothing of it is about an error."""
    return result.ok and all(message.severity != "error" for message in result.messages)


def digest(results: Mapping[str, Result], project: Path | None = None) -> list[str]:
    """The lines that are printed of previews that can be short, by their stacks.

    They end in what the last stack's program says last: the summary. For `project` see
    `of_the_sandbox`.
    """
    stacks = (_stack(stack, result, project) for stack, result in results.items())
    blocks = [_warnings(results, project), *stacks]
    lines = [line for block in blocks if block for line in (*block, "")]
    return lines[:-1]


def _warnings(results: Mapping[str, Result], project: Path | None) -> list[str]:
    """Each warning once, below the names of what it is about; those with one id together."""
    about: dict[str, dict[str, list[str]]] = {}
    for stack, result in results.items():
        for message in _by_resource(result.messages):
            if message.severity == "warning":
                about.setdefault(message.text, {}).setdefault(stack, []).append(message.resource)
    by_id: dict[str, list[str]] = {}
    for text in about:
        by_id.setdefault(_id(text), []).append(text)
    lines = [f"{_many(len(about), 'warning')}:"] if about else []
    for text in chain.from_iterable(by_id.values()):
        first, *_ = about[text]
        lines += [f"  {of_the_sandbox(line, first, project)}" for line in text.split("\n")]
        lines.append(f"      ({_subjects(about[text])})")
    return lines


def _by_resource(messages: Iterable[Message]) -> list[Message]:
    """What is about the stack first; the engine tells of resources in any order."""
    return sorted(messages, key=lambda message: message.resource)


def _id(text: str) -> str:
    match = _WARNING_ID.match(text)
    return match[1] if match else text


def _subjects(about: Mapping[str, Sequence[str]]) -> str:
    """The stacks with the names of their resources; a stack alone where it is about that."""
    return "; ".join(f"{stack}{_names(names)}" for stack, names in about.items())


def _names(names: Sequence[str]) -> str:
    named = [name for name in dict.fromkeys(names) if name]
    more = f" and {len(named) - _MOST} more" if len(named) > _MOST else ""
    return f": {', '.join(named[:_MOST])}{more}" if named else ""


def _stack(stack: str, result: Result, project: Path | None) -> list[str]:
    """What happens to a stack, what it is told, and last its last message, which is whole."""
    lines = [f"{stack}: {_counts(result.changes)}"]
    lines += _step_lines(result.steps)
    lines += _section_lines(_sections(result.stdout))
    infos = [message for message in result.messages if message.severity not in ("warning", "error")]
    of_stack = [message.text for message in infos if not message.resource]
    lines += _resource_lines(message for message in infos if message.resource)
    for text in of_stack[:-1]:
        lines += _first_line(text)
    lines += [f"  {line}" for text in of_stack[-1:] for line in text.split("\n")]
    return [of_the_sandbox(line, stack, project) for line in lines]


def _counts(changes: Mapping[str, int]) -> str:
    counted = [f"{count} to {op}" for op, count in changes.items() if op not in _QUIET and count]
    same = changes.get("same", 0)
    unchanged = [f"{same} unchanged"] if same else []
    return ", ".join([*counted, *unchanged]) or "nothing to do"


def _step_lines(steps: Sequence[Step]) -> Iterator[str]:
    """The resources to which something happens; of a stack that is new only how many of a type."""
    is_new = any(step.type == _STACK and step.op == "create" for step in steps)
    of_op: dict[str, list[Step]] = {}
    for step in steps:
        if step.op not in _QUIET | _PARTS and not step.type.startswith(_PROVIDERS):
            of_op.setdefault(step.op, []).append(step)
    for op, listed in of_op.items():
        if op == "create" and is_new:
            yield from _folded(_types(listed), "  ")
            continue
        yield from dict.fromkeys(_step_line(step) for step in listed[:_MOST])
        if len(listed) > _MOST:
            yield from _folded(f"and to {op} {_types(listed[_MOST:])}", "  ")


def _step_line(step: Step) -> str:
    changed = f" [{', '.join(dict.fromkeys(step.diffs))}]" if step.diffs else ""
    grant = f" ({step.grant})" if step.grant else ""
    return f"  {step.op} {_shown_type(step)} {step.name}{grant}{changed}"


def _types(steps: Iterable[Step]) -> str:
    counts = Counter(map(_shown_type, steps))
    return ", ".join(f"{count}{_TIED}{kind}" for kind, count in counts.most_common())


def _shown_type(step: Step) -> str:
    """The type without the folder in the middle that repeats its name, as the engine shows it."""
    return re.sub(r":([^:/]+)/[^:]+:", r":\1:", step.type)


def _sections(stdout: str) -> dict[str, list[str]]:
    """Heading -> the lines below it, of what the engine prints."""
    sections: dict[str, list[str]] = {"": []}
    heading = ""
    for line in stdout.split("\n"):
        if line in _SECTIONS:
            heading = line
        elif line.strip():
            sections.setdefault(heading, []).append(line)
    return sections


def _section_lines(sections: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The names of new outputs, and what changes of outputs that are there, where that is short."""
    for line in sections.get("Policies:", ()):
        yield f"  {line}"
    outputs = sections.get("Outputs:", ())
    found = [match.groups() for line in outputs if (match := _OUTPUT.match(line))]
    changed = [name for sign, name in found if sign]
    if changed and len(outputs) <= _MOST:
        yield "  outputs:"
        yield from (f"  {line}" for line in outputs)
    elif changed:
        yield from _folded(f"outputs that change: {', '.join(changed)}", "  ")
    elif found:
        yield from _folded(f"outputs: {', '.join(name for _, name in found)}", "  ")


def _resource_lines(messages: Iterable[Message]) -> Iterator[str]:
    """What is told of resources, each text once, long ones by their first sentence."""
    about: dict[str, list[str]] = {}
    for message in _by_resource(messages):
        text = " ".join(message.text.split())
        first = _SENTENCE.match(text)
        short = first[0] if first and len(text) > _LONG else text
        about.setdefault(short, []).append(message.resource)
    for text, names in about.items():
        yield from _folded(f"{_names(names).removeprefix(': ')}: {text}", "  ")


def _first_line(text: str) -> Iterator[str]:
    """The first line of a list of bindings, and how many there are; all of what is no such list."""
    first, *rest = text.split("\n")
    if _BINDINGS.match(first):
        yield f"  {first.rstrip(':')} ({len(rest)} more lines with --verbose)"
    else:
        yield from (f"  {line}" for line in (first, *rest))


def _folded(text: str, indent: str) -> list[str]:
    lines = textwrap.wrap(
        text,
        96,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_TIED, " ") for line in lines]


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
