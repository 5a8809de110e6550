"""Expressions of the Common Expression Language, read as far as conditions of federations use it.

The grammar is that of the specification's "Syntax", without macros, messages, comments, raw and
triple-quoted strings, and escapes of other letters than quotes and the backslash: what has them is
not understood, and is refused by whoever reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, v_args  # pyright: ignore[reportUnknownVariableType]
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

_GRAMMAR = r"""
?start: expression
?expression: or | or "?" or ":" expression       -> choice
?or: and | or OR and                             -> binary
?and: relation | and AND relation                -> binary
?relation: sum | relation RELATION sum           -> binary
         | relation IN sum                       -> binary
?sum: product | sum (PLUS | MINUS) product       -> binary
?product: unary | product FACTOR unary           -> binary
?unary: member | (NOT | MINUS) unary             -> unary
?member: primary
       | member "." NAME                         -> select
       | member "." NAME "(" items ")"           -> method
       | member "[" expression "]"               -> index
?primary: "(" expression ")"
        | NAME                                   -> name
        | NAME "(" items ")"                     -> function
        | "[" items "]"                          -> list
        | "{" pairs "}"                          -> map
        | STRING                                 -> string
        | NUMBER                                 -> number
items: (expression ("," expression)* ","?)?
pairs: (expression ":" expression ("," expression ":" expression)* ","?)?

OR: "||"
AND: "&&"
RELATION: "==" | "!=" | "<=" | ">=" | "<" | ">"
IN: "in"
PLUS: "+"
MINUS: "-"
FACTOR: "*" | "/" | "%"
NOT: "!"
NAME: /[A-Za-z_][A-Za-z0-9_]*/
NUMBER: /[0-9]+(\.[0-9]+)?/
STRING: /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/
%ignore /\s+/
"""

_ESCAPE = re.compile(r"\\([\\'\"])")
_STRANGE_ESCAPE = re.compile(r"\\[^'\"]")
"""Letters by their numbers, which would hide what a text says, and line ends."""

_DEEPEST = 30
"""Nested parts that are read: nobody reviews a condition that has more."""


class NotUnderstood(ValueError):
    """The text is no expression of the part of the language that is read here."""


@dataclass(frozen=True)
class Node:
    """A part of an expression. Raises NotUnderstood where it is nested too deeply.

    `kind` is `string`, `number`, `constant`, `name`, `select`, `index`, `call`, `list`, `map`,
    `unary`, `binary` or `choice`; `name` is its value, name or operator, and `parts` are its
    operands (of a method call the receiver first, then the arguments).
    """

    kind: str
    name: str = ""
    parts: tuple[Node, ...] = ()
    method: bool = False
    depth: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        depth = 1 + max((part.depth for part in self.parts), default=0)
        if depth > _DEEPEST:
            raise NotUnderstood("it is nested too deeply")
        object.__setattr__(self, "depth", depth)


def parse(text: str) -> Node:
    """The expression in a text. Raises NotUnderstood."""
    try:
        made = _parser().parse(text)  # pyright: ignore[reportUnknownMemberType]
    except UnexpectedToken as error:
        token = cast("Token", error.token)
        ends = token.type == "$END"
        said = "it ends too early" if ends else f"{str(token)!r} was not expected"
        raise NotUnderstood(said) from None
    except UnexpectedCharacters as error:
        raise NotUnderstood(f"can't read {text[error.pos_in_stream :][:20]!r}") from None
    except UnexpectedInput as error:
        raise NotUnderstood(str(error)) from None
    return cast("Node", made)  # what `_Nodes` makes of the start


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Nodes())


@v_args(inline=True)
class _Nodes(Transformer[Token, Node]):
    """Makes the nodes while the parser goes on, so that no depth is too much for it."""

    def choice(self, asked: Node, yes: Node, no: Node) -> Node:
        return Node("choice", "?", (asked, yes, no))

    def binary(self, left: Node, operator: Token, right: Node) -> Node:
        return Node("binary", str(operator), (left, right))

    def unary(self, sign: Token, node: Node) -> Node:
        return Node("unary", str(sign), (node,))

    def select(self, node: Node, name: Token) -> Node:
        return Node("select", str(name), (node,))

    def method(self, node: Node, name: Token, items: tuple[Node, ...]) -> Node:
        return Node("call", str(name), (node, *items), method=True)

    def index(self, node: Node, key: Node) -> Node:
        return Node("index", "[]", (node, key))

    def name(self, name: Token) -> Node:
        return Node("constant" if name in ("true", "false", "null") else "name", str(name))

    def function(self, name: Token, items: tuple[Node, ...]) -> Node:
        return Node("call", str(name), items)

    def list(self, items: tuple[Node, ...]) -> Node:
        return Node("list", "[]", items)

    def map(self, items: tuple[Node, ...]) -> Node:
        return Node("map", "{}", items)

    def string(self, text: Token) -> Node:
        if strange := _STRANGE_ESCAPE.search(text[1:-1].replace("\\\\", "")):
            raise NotUnderstood(f"the escape {strange[0]} is not read here")
        return Node("string", _ESCAPE.sub(r"\1", text[1:-1]))

    def number(self, text: Token) -> Node:
        return Node("number", str(text))

    def items(self, *nodes: Node) -> tuple[Node, ...]:
        return nodes

    def pairs(self, *nodes: Node) -> tuple[Node, ...]:
        return nodes
