"""Makes `Pulumi.yaml`'s `config` and two pages of `docs/` from what the code declares.

`configuration.md` lists the keys, and `rules.md` the rules, the warnings and the kinds of changes.

Run it by `make reference`. Neither the program nor the command line loads it.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml
from pydantic.fields import FieldInfo

from availability.input.errors import NAMESPACE
from availability.placement.rules import WAIVABLE, Rule
from availability.placement.warnings import WarningId
from availability.stack.keys import DeploymentKeys, StackKeys, WaiverKeys
from availability.stack.review.changes import ChangeKind
from availability.stack.shape import Form, InProject, Keys

_ROOT = Path(__file__).parents[2]
_WIDTH = 100
"""The longest line of `Pulumi.yaml`, in characters."""

_WITHOUT_VALUE = """\
# The keys below have no value unless a stack, or an entry above, gives them one. They stay out of
# `config`, because the engine asks every stack for a declared key without a value, and an empty
# value of any key is a mistake.
#
"""

_PAGE = f"""\
# Configuration

Every key that a stack may have. `make reference` makes this page from
`availability/stack/keys.py`, so change it there. [Stack files](stack-file.md) says how keys work
together.

## Keys of a stack

They stand under `config` in `stacks/Pulumi.STACK.yaml`, each after `{NAMESPACE}:`. The default is
what `Pulumi.yaml` gives to a stack that does not set the key.

{{stack}}

## Keys of a deployment

They stand under the name of a deployment in `{NAMESPACE}:deployments`. A component takes the same
ones in snake case, like `allow_preview`.

{{deployment}}

## Keys of a waiver

They stand in each entry of a deployment's `accept`, with one of `rule` and `warning`.

{{waiver}}
"""


_RULES_PAGE = """\
# Rules, warnings and changes

Every id that a refusal, a preview, a report or an annotation may have. `make reference` makes this
page from the tables of the code, so change them there.

## Rules

A deployment is refused where every location breaks a rule, or its model does. A refusal leads with
the rule that decides, and numbers the changes that would be valid; `plan STACK --explain` has all
reasons. Where a person can accept it, an entry of `accept` does so, [until a
day](stack-file.md#waivers).

{rules}

## Warnings

What is placed, and still ought to be known. Those that can be acknowledged stay true for good, and
an entry of `accept` silences them [until a day](stack-file.md#waivers).

{warnings}

## Changes

What `plan --against` and a preview say of a stack that was there before. `--fail-on` takes these
ids.

{changes}
"""


def project_file(text: str) -> str:
    """The text of `Pulumi.yaml` with all from its `config` on made anew."""
    head, _, _ = text.partition("\nconfig:\n")
    fields = _fields(StackKeys)
    entries = [
        _entry(name, field, mark.value)
        for name, field in fields.items()
        for mark in _in_project(field)
    ]
    comments = [_comment(name, field) for name, field in fields.items() if not _in_project(field)]
    return f"{head}\nconfig:\n{''.join(entries)}{_WITHOUT_VALUE}{''.join(comments)}"


def page() -> str:
    """The reference page, in Markdown."""
    return _PAGE.format(
        stack=_table(StackKeys), deployment=_table(DeploymentKeys), waiver=_table(WaiverKeys)
    )


def rules_page() -> str:
    """The page of the rules, the warnings and the kinds of changes, in Markdown."""
    return _RULES_PAGE.format(
        rules="\n\n".join(map(_rule, Rule)),
        warnings="\n\n".join(map(_warning, WarningId)),
        changes="\n\n".join(map(_change, ChangeKind)),
    )


def _rule(rule: Rule) -> str:
    accepted = " A person can accept it." if rule in WAIVABLE else ""
    return f"### {rule}\n\n{rule.meaning}\n\nIt is about {_keys(rule.keys)}.{accepted}"


def _warning(warning: WarningId) -> str:
    keys = [f"`{warning.own_key}` of the deployment"] if warning.own_key else []
    about = " and ".join([*keys, f"`{warning.key}`"])
    known = " A person can acknowledge it." if warning.may_be_acknowledged else ""
    return f"### {warning}\n\n{warning.meaning}\n\nIt is about {about}.{known}"


def _change(kind: ChangeKind) -> str:
    about = f" It is about {_keys(kind.keys)}." if kind.keys else ""
    decide = " Somebody has to decide that it is wanted." if kind.decides else ""
    return f"### {kind}\n\n{kind.meaning}{about}{decide}"


def _keys(keys: Iterable[str]) -> str:
    return " and ".join(f"`{key}`" for key in keys)


def _fields(shape: type[Keys]) -> dict[str, FieldInfo]:
    """The fields by the names of their keys."""
    return {field.alias or name: field for name, field in shape.model_fields.items()}


def _in_project(field: FieldInfo) -> list[InProject]:
    """The mark of the value that `Pulumi.yaml` gives; empty where it gives none."""
    return [mark for mark in field.metadata if isinstance(mark, InProject)]


def _description(field: FieldInfo) -> str:
    """What the key is for. Raises ValueError for a key that does not say it."""
    if field.description is None:
        raise ValueError("a key without a description")
    return field.description


def _entry(name: str, field: FieldInfo, value: str | int | bool) -> str:
    description = _wrapped(_description(field), " " * 6)
    return f"  {NAMESPACE}:{name}:\n    description: >-\n{description}    value: {_scalar(value)}\n"


def _comment(name: str, field: FieldInfo) -> str:
    return f"#   {NAMESPACE}:{name}\n{_wrapped(_description(field), '#     ')}"


def _wrapped(text: str, indent: str) -> str:
    lines = textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "".join(f"{line}\n" for line in lines)


def _scalar(value: str | int | bool) -> str:
    """A value in YAML; a text is in quotes where YAML 1.1 takes it for something else."""
    if isinstance(value, str) and yaml.safe_load(value) == value:
        return value
    return json.dumps(value)


def _table(shape: type[Keys]) -> str:
    rows = [("key", "value", "default", "meaning"), ("---", "---", "---", "---"), *_rows(shape)]
    return "\n".join(f"| {' | '.join(_cells(row))} |" for row in rows)


def _rows(shape: type[Keys]) -> Iterator[tuple[str, str, str, str]]:
    for name, field in _fields(shape).items():
        [form] = [mark.words for mark in field.metadata if isinstance(mark, Form)]
        default = _default(shape, name, field)
        yield f"`{name}`", form, default, _description(field)


def _cells(row: Iterable[str]) -> Iterator[str]:
    """The cells of a row; a bar inside of one would end it."""
    return (cell.replace("|", r"\|") for cell in row)


def _default(shape: type[Keys], name: str, field: FieldInfo) -> str:
    """What holds where the key is left out, in Markdown."""
    for mark in _in_project(field):
        return f"`{mark.value if isinstance(mark.value, str) else json.dumps(mark.value)}`"
    if field.is_required():
        return "required"
    if isinstance(field.default, bool):
        return f"`{json.dumps(field.default)}`"
    if shape is DeploymentKeys and name in _fields(StackKeys):
        return "the stack's"
    return "none"


def main() -> None:
    """Write all three files anew."""
    project = _ROOT / "Pulumi.yaml"
    project.write_text(project_file(project.read_text(encoding="utf-8")), encoding="utf-8")
    for name, text in (("configuration.md", page()), ("rules.md", rules_page())):
        (_ROOT / "docs" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
