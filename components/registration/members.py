"""Members that are outputs: a word stands for each until it is known whom it names.

What decides the placement reads members as texts, and is done before anything is registered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

import pulumi

from availability.cloud.members import check_member, check_workload
from availability.input.errors import Problem
from components.registration.diagnostics import bad_input

_WORD = "principal://iam.googleapis.com/locations/global/workforcePools/outputs/subject/"
"""Starts each word: a member as far as its form goes, of a pool that Google can't have."""
_WRITTEN = re.compile(rf"{re.escape(_WORD)}(\w+)\.\d+")
_CHECKS: Mapping[str, Callable[[str], Problem | str]] = {
    "callers": check_member,
    "service_account_users": check_member,
    "workload_identity_users": check_workload,
}
"""The arguments that are lists of members, each with what its members have to be."""


def with_words(
    name: str, args: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, pulumi.Input[str]]]:
    """The arguments with a word for each output among members, and what these words name.

    What an output comes to is checked then: it raises RunError where it is no member.
    """
    plain, named = dict(args), dict[str, pulumi.Input[str]]()
    for key, check in _CHECKS.items():
        members = args.get(key)
        if not isinstance(members, list):
            continue
        words: list[object] = []
        for number, member in enumerate(cast("list[object]", members)):
            if isinstance(member, pulumi.Output):
                word = f"{_WORD}{key}.{number}"
                path, output = f"{name}.{key}[{number}]", cast("pulumi.Output[Any]", member)
                named[word] = _checked(name, path, output, check)
                words.append(word)
            else:
                words.append(member)
        plain[key] = words
    return plain, named


def in_words(problem: Problem) -> Problem:
    """A mistake whose message names outputs as what they are."""
    return replace(problem, message=_WRITTEN.sub(r"an output in \1", problem.message))


def _checked(
    name: str, path: str, member: pulumi.Output[Any], check: Callable[[str], Problem | str]
) -> pulumi.Output[str]:
    def checked(known: Any) -> str:
        member = check(known) if isinstance(known, str) else None
        if isinstance(member, str):
            return member
        wrong = member or Problem("", "expected the text of an IAM member")
        raise bad_input(f"the arguments of {name}", [replace(wrong, path=path)])

    return member.apply(checked)
