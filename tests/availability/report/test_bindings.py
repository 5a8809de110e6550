"""Bindings are told below their roles, each with its member; many of them are counted."""

from hypothesis import given, settings
from hypothesis import strategies as st

from availability.report.bindings import MOST_BINDINGS, Binding, binding_lines
from tests.availability.hostile import assert_plain_text, hostile_texts

ALICE, BOB = "user:alice@acme.example", "user:bob@acme.example"


def test_each_binding_stands_below_its_role_and_what_it_is_on() -> None:
    known = [
        Binding("roles/b", "", ALICE, "binding-2"),
        Binding("roles/a", "on the service account of lab", ALICE, "lab-caller-1"),
        Binding("roles/b", "", BOB, "binding-10"),
    ]
    assert binding_lines(known, []) == [
        "3 IAM bindings of 2 roles to 2 members:",
        "  roles/a on the service account of lab",
        "    lab-caller-1  user:alice@acme.example",
        "  roles/b",
        "    binding-2     user:alice@acme.example",
        "    binding-10    user:bob@acme.example",
    ]


def test_what_a_preview_does_not_know_is_told_once_in_words() -> None:
    known = [Binding("roles/a", "", ALICE, "binding-1")]
    unknown = ["The binding of a caller of chat", "The binding of x", "The binding of x"]
    assert binding_lines(known, unknown) == [
        "1 IAM binding of 1 role to 1 member, and 3 of what only the update will know:",
        "  roles/a",
        "    binding-1  user:alice@acme.example",
        "  not in this preview, because what they name is made by the update:",
        "    The binding of a caller of chat",
        "    The binding of x (2 times)",
    ]


def test_nothing_is_told_of_no_binding() -> None:
    assert binding_lines([], []) == []


def test_many_bindings_are_counted() -> None:
    known = [Binding("roles/a", "", f"user:u{n}@x.example", f"binding-{n}") for n in range(1000)]
    unknown = [f"The binding of a caller of chat-{n}" for n in range(1000)]
    lines = binding_lines(known, unknown)
    left = 1000 - MOST_BINDINGS
    assert lines.count(f"  and {left} more") == 1
    assert lines[-1] == f"    and {left} more"
    assert len(lines) == 5 + 2 * MOST_BINDINGS


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(hostile_texts, min_size=4, max_size=5))
def test_anybody_s_names_are_plain_text(texts: list[str]) -> None:
    role, where, member, name, *unknown = texts
    assert_plain_text("\n".join(binding_lines([Binding(role, where, member, name)], unknown)))
