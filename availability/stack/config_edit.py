"""Makes changes of a stack's configuration in the text of its file.

What comes out says what the file would say after the same `pulumi config` commands, and every line
that they don't change is what it was. That is read back, whatever the file's YAML is like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from availability.input.errors import BadInput, Problem
from availability.stack.config_change import ConfigChange, NotChangeable, changed
from availability.stack.file import full_key, position
from availability.stack.source import Said, Source, said
from availability.stack.yaml_decoder import Decoder, entries
from availability.stack.yaml_difference import Place, difference
from availability.stack.yaml_editing import NoRoom, break_of, edited
from availability.stack.yaml_text import entry
from availability.stack.yaml_tree import Node, lines_of


def with_changes(source: Source, changes: Sequence[ConfigChange]) -> Source:
    """The stack as it would be after these changes; nothing is written.

    Raises BadInput for changes that the CLI would refuse, and for such as can't be made in place.
    """
    before = said(source)
    try:
        config = changed(before.config, changes)
    except NotChangeable as error:
        raise BadInput([Problem(str(source.path), str(error))]) from error
    try:
        later = source.with_text(_text(source, before, config))
        is_as_wanted = said(later).document == before.with_config(config).document
    except NoRoom as error:
        raise _by_hand(source, changes, str(error), error.node) from error
    except BadInput as error:
        raise _by_hand(source, changes, str(error.problems[0])) from error
    if not is_as_wanted:
        raise _by_hand(source, changes, "the file would say something else besides")
    return later


def _text(source: Source, before: Said, config: Mapping[str, object]) -> str:
    """The text of the file with another configuration. Raises NoRoom."""
    if before.node is None:
        return _with_first_keys(source, config)
    # Each key as it is written, with its namespace or without.
    old, new, names = dict[str, object](), dict[str, object](), set[str]()
    for key in _keys(before.node):
        full = full_key(key, source.stack.project_name)
        old[key] = before.config[full]
        names.add(full)
        if full in config:
            new[key] = config[full]
    new |= {key: value for key, value in config.items() if key not in names}
    place = Place(before.node, before.node.start)
    return edited(source.text, difference(source.text, before.roots, place, old, new))


def _keys(node: Node) -> Iterator[str]:
    """The keys of a map, as they are written."""
    node = node.resolved
    return (key for key, _, _ in entries(node, Decoder())) if node.children else iter(())


def _with_first_keys(source: Source, config: Mapping[str, object]) -> str:
    """The text of a file that has no configuration yet, with one at its end."""
    if not config:
        return source.text
    line_break = break_of(source.text)
    start = source.text and source.text.removesuffix(line_break) + line_break
    lines = ["config:", *(f"  {entry(key, value)}" for key, value in config.items())]
    return start + "".join(f"{line}{line_break}" for line in lines)


def _by_hand(
    source: Source, changes: Sequence[ConfigChange], why: str, node: Node | None = None
) -> BadInput:
    """For what a person has to write, with what it is and, where it is known, at which place."""
    steps = ", ".join(map(str, changes))
    message = f"this cannot be changed in place ({why}): by hand, {steps}"
    at = position(lines_of(source.text), node.line, node.column) if node else None
    return BadInput([Problem(str(source.path), message, at=at)])
