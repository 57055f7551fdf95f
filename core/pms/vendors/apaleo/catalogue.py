"""What a hotel's bookings and rooms point to: which property it is, its clock, and the kinds of its units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.domain.hotel import PropertyIdentity
from core.pms.remembering import keep, recall
from core.pms.vendor import Access
from core.pms.vendors.apaleo import fields
from core.pms.vendors.apaleo.fields import NOTHING, Row
from core.pms.vendors.apaleo.house import House, bedrooms, chosen, house_of, identity
from core.pms.vendors.apaleo.line import ApaleoLine
from core.pms.vendors.apaleo.wire import PROPERTIES, UNIT_GROUPS
from core.pms.vendors.apaleo.words import BEDROOM

_HOUSE: Final = "house"
_KINDS: Final = "kinds"


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of unit that people sleep in, their names by id, and the ids of others that were met."""

    bedrooms: Mapping[str, str | None]
    others: frozenset[str] = frozenset()


class Catalogue:
    """One property's, as one line to it sees it: asked for when it is first needed."""

    def __init__(self, line: ApaleoLine, access: Access) -> None:
        self._line = line
        self._clock = access.clock
        self._memory = access.memory
        self._wanted = access.values.get("property_id", "").strip()
        self._property: Row | None = None
        self._has_fresh_kinds = False

    async def identity(self) -> PropertyIdentity:
        """Ask which property it is, whatever is remembered. Raises: PropertyNotFoundError."""
        self._property = chosen(await self._line.all(PROPERTIES), self._wanted)
        return identity(self._property)

    async def house(self, *, anew: bool = False) -> House:
        """Return the property and its clock; `anew`: as it is now, but asked for once on each line."""
        kept = recall(self._memory, _HOUSE, House, self._clock.now())
        if kept is None or (anew and self._property is None):
            if self._property is None:
                await self.identity()
            kept = house_of(self._property or NOTHING)
            keep(self._memory, _HOUSE, kept, self._clock.now())
        return kept

    async def property_id(self) -> str:
        """Return the property's id; the one that was typed, where one was."""
        return self._wanted or (await self.house()).identity.external_id

    async def bedrooms(self, units: Sequence[Row]) -> Mapping[str, str | None]:
        """Return the kinds of unit that people sleep in; a unit itself does not tell what it is.

        They are asked for anew, once on each line, when one of the units is of a kind that was not met.
        """
        kinds = recall(self._memory, _KINDS, Kinds, self._clock.now())
        met = {id_ for unit in units if (id_ := fields.text(fields.inner(unit, "unitGroup"), "id"))}
        is_new = kinds is None or not met <= kinds.bedrooms.keys() | kinds.others
        if kinds is None or (is_new and not self._has_fresh_kinds):
            self._has_fresh_kinds = True
            query = {"propertyId": await self.property_id(), "unitGroupTypes": BEDROOM}
            kinds = Kinds(bedrooms(await self._line.all(UNIT_GROUPS, query)))
        if is_new:
            kinds = replace(kinds, others=kinds.others | met - kinds.bedrooms.keys())
            keep(self._memory, _KINDS, kinds, self._clock.now())
        return kinds.bedrooms
