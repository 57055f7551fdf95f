"""JMESPath expressions that people type, read within bounds: how long, how deep, how much work, how large.

Work is counted in steps of the interpreter, not in seconds: the same expression over the same record always
comes out the same, however busy the machine is. Messages never repeat what was typed, nor what was read.

Beside the functions of the standard (https://jmespath.org/specification.html) there are three, for what every
PMS writes in its own way: `split(text, separator)`, `lower(text)` and `pick(words, key)`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import jmespath
from jmespath import exceptions, functions
from jmespath.visitor import Options, TreeInterpreter

if TYPE_CHECKING:
    from jmespath.visitor import _TreeNode

MAX_LENGTH: Final = 500
MAX_NODES: Final = 60
MAX_STEPS: Final = 5_000
MAX_SIZE: Final = 2_000
"""The longest text and list that may come of any part of an expression."""


class Flaw(StrEnum):
    """What is wrong with an expression, or with what it came to."""

    SYNTAX = "syntax"
    UNKNOWN_FUNCTION = "unknown_function"
    ARGUMENTS = "arguments"
    """A function got something that it does not take."""
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    TOO_MUCH = "too_much"
    """It takes too many steps, or what comes of it is too large."""


class ExpressionError(ValueError):
    """An expression cannot be read, or came to nothing; `column` counts from 1, where there is one."""

    def __init__(self, flaw: Flaw, column: int | None = None) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw
        self.column = column


class _Functions(functions.Functions):
    """The standard's functions, and three of our own."""

    @functions.signature({"types": ["string"]}, {"types": ["string"]})
    def _func_split(self, text: str, separator: str) -> list[str]:
        return text.split(separator) if separator else list(text)

    @functions.signature({"types": ["string"]})
    def _func_lower(self, text: str) -> str:
        return text.lower()

    @functions.signature({"types": ["object"]}, {"types": ["string", "number", "null"]})
    def _func_pick(self, words: dict[str, Any], key: object) -> object:
        return words.get(str(key))

    @functions.signature({"types": ["string", "number", "boolean", "null"]})
    def _func_to_string(self, value: object) -> str:
        """As the standard's, but not of lists and objects, which could be made to grow without bounds."""
        return value if isinstance(value, str) else json.dumps(value)


_OPTIONS: Final = Options(custom_functions=_Functions())


class _Interpreter(TreeInterpreter):
    """Reads an expression, and gives up when it takes too much."""

    def __init__(self) -> None:
        super().__init__(_OPTIONS)
        self._steps = 0

    def visit(self, node: "_TreeNode", *args: Any, **kwargs: Any) -> Any:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise ExpressionError(Flaw.TOO_MUCH)
        found = super().visit(node, *args, **kwargs)
        if isinstance(found, str | list | dict) and len(found) > MAX_SIZE:
            raise ExpressionError(Flaw.TOO_MUCH)
        return found


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression that can be read over any record."""

    text: str
    _tree: "_TreeNode" = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> "Expression":
        """Return what somebody typed as an expression. Raises: ExpressionError."""
        if len(text) > MAX_LENGTH:
            raise ExpressionError(Flaw.TOO_LONG)
        try:
            tree = jmespath.compile(text).parsed
        except RecursionError:
            raise ExpressionError(Flaw.TOO_DEEP) from None
        except exceptions.EmptyExpressionError:
            raise ExpressionError(Flaw.SYNTAX, 1) from None
        except exceptions.ParseError as error:
            raise ExpressionError(Flaw.SYNTAX, error.lex_position + 1) from None
        nodes = list(_nodes(tree))
        if len(nodes) > MAX_NODES:
            raise ExpressionError(Flaw.TOO_DEEP)
        for node in nodes:
            if node["type"] == "function_expression" and node["value"] not in _Functions.FUNCTION_TABLE:
                raise ExpressionError(Flaw.UNKNOWN_FUNCTION, text.find(node["value"]) + 1)
        return cls(text, tree)

    def read(self, record: Mapping[str, object]) -> object:
        """Return what the expression comes to. Raises: ExpressionError."""
        try:
            return _Interpreter().visit(self._tree, record)
        except ExpressionError:
            raise
        except (ValueError, LookupError, TypeError, ArithmeticError, AttributeError, RecursionError):
            raise ExpressionError(Flaw.ARGUMENTS) from None


def _nodes(tree: "_TreeNode") -> list["_TreeNode"]:
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if node["type"] != "slice":  # whose children are numbers
            waiting += node["children"]
    return found
