"""Turns rows of a PMS that speaks our contract in its own way into rows that fit it, by typed expressions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.domain.hotel import Entity
from core.pms.expressions import Expression

Reshape = Callable[[Entity, object], object]
"""`reshape(entity, row)`; raises ExpressionError for a row that an expression makes nothing of."""


def as_it_came(entity: Entity, row: object) -> object:
    """Return the row itself."""
    return row


@dataclass(frozen=True, slots=True)
class Reshaping:
    """One expression for each field that differs; every other field stays as it came."""

    fields: Mapping[Entity, Mapping[str, Expression]] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Mapping[str, Mapping[str, str]]) -> "Reshaping":
        """Return stored texts as a reshaping. Raises: ExpressionError."""
        return cls(
            {
                Entity(entity): {name: Expression.parse(text) for name, text in texts.items()}
                for entity, texts in typed.items()
            }
        )

    def __call__(self, entity: Entity, row: object) -> object:
        """Return the row with its mapped fields. Raises: ExpressionError."""
        mapped = self.fields.get(entity)
        if not mapped or not isinstance(row, dict):
            return row
        return {**row, **{name: expression.read(row) for name, expression in mapped.items()}}
