"""What is read of the Common Expression Language, and how its operators bind."""

import pytest

from availability.cloud.federation.cel import Node, NotUnderstood, parse


def shape(node: Node) -> str:  # noqa: C901 - a case a kind
    """The expression again, with all of its parentheses."""
    parts = [shape(part) for part in node.parts]
    match node.kind:
        case "binary":
            return f"({parts[0]} {node.name} {parts[1]})"
        case "unary":
            return f"({node.name}{parts[0]})"
        case "choice":
            return f"({parts[0]} ? {parts[1]} : {parts[2]})"
        case "select":
            return f"{parts[0]}.{node.name}"
        case "index":
            return f"{parts[0]}[{parts[1]}]"
        case "call" if node.method:
            return f"{parts[0]}.{node.name}({', '.join(parts[1:])})"
        case "call":
            return f"{node.name}({', '.join(parts)})"
        case "list":
            return f"[{', '.join(parts)}]"
        case "map":
            pairs = zip(parts[::2], parts[1::2], strict=True)
            return f"{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"
        case "string":
            return repr(node.name)
        case _:
            return node.name


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a || b && c", "(a || (b && c))"),
        ("a && b || c", "((a && b) || c)"),
        ("a == b && c in d", "((a == b) && (c in d))"),
        ("a || b || c", "((a || b) || c)"),
        ("!a == b", "((!a) == b)"),
        ("!!a.b", "(!(!a.b))"),
        ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a || b ? c : d", "((a || b) ? c : d)"),
        ("a.b.c('x', 1)[2].d", "a.b.c('x', 1)[2].d"),
        ("size([a, 'b',]) < 3", "(size([a, 'b']) < 3)"),
        ("{'a': 1, 'b': [2]}", "{'a': 1, 'b': [2]}"),
        ("index in [inner]", "(index in [inner])"),
        ("  (a)\n", "a"),
        ('a == "it\'s"', '(a == "it\'s")'),
    ],
)
def test_operators_bind_as_in_the_specification(text: str, read: str):
    assert shape(parse(text)) == read


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "ends too early"),
        ("a ==", "ends too early"),
        ("a b", "'b' was not expected"),
        ("a = b", "can't read '= b'"),
        ("'a", "can't read"),
        ("r'a'", "was not expected"),
        ("'''a'''", "was not expected"),
        ("a // b", "'/' was not expected"),
        ("in", "'in' was not expected"),
        ("a < b < ", "ends too early"),
        ("!" * 40 + "a", "nested too deeply"),
        ("a" + ".b" * 4000, "nested too deeply"),
        ("(" * 4000, "ends too early"),
    ],
)
def test_what_is_not_understood_is_named(text: str, why: str):
    with pytest.raises(NotUnderstood) as caught:
        parse(text)
    assert why in str(caught.value)


@pytest.mark.parametrize(("word", "kind"), [("true", "constant"), ("truex", "name")])
def test_constants_are_told_from_names(word: str, kind: str):
    assert parse(word).kind == kind
