"""What each list of Mews may be asked for, as data.

Source: https://docs.mews.com/connector-api/operations, one page for each kind (MewsSystems/open-api-docs at
f6eb492, read 2026-08-22). Filters that we have no use for are left out here, and then refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.pms.vendors.mews.wire import (
    AGES,
    ASSIGNMENTS,
    CATEGORIES,
    COMPANIONSHIPS,
    CUSTOMERS,
    ORDER_ITEMS,
    RATES,
    RESERVATIONS,
    RESOURCES,
    SERVICES,
    Operation,
)
from core.pms.vendors.mews.words import STATES

COLLIDING: Final = "CollidingUtc"
"""The one interval that is compared with a stay's whole length, not with a single instant."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one list can be asked for.

    `ids` maps a filter to the row's field and to how many values it takes; `times` maps an interval to the
    row's field; `extent` names the parts of an answer, of which some extent must be stated; `one_of` are the
    filters of which one at least is required, `required` those that are always.
    """

    ids: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    extent: frozenset[str] = frozenset()
    is_extent_required: bool = True
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


_ACTIVITY: Final = {"ActivityStates": frozenset({"Active", "Deleted"})}
_CHANGES: Final = {"CreatedUtc": "CreatedUtc", "UpdatedUtc": "UpdatedUtc"}
_UPDATES: Final = {"UpdatedUtc": "UpdatedUtc"}

RULES: Final[Mapping[Operation, Rules]] = {
    SERVICES: Rules(ids={"ServiceIds": ("Id", 1000)}, times=_UPDATES),
    CATEGORIES: Rules(
        ids={"ResourceCategoryIds": ("Id", 1000), "ServiceIds": ("ServiceId", 1000)},
        words=_ACTIVITY,
        required=("ServiceIds",),
    ),
    ASSIGNMENTS: Rules(
        ids={
            "ResourceCategoryAssignmentIds": ("Id", 1000),
            "ResourceCategoryIds": ("CategoryId", 1000),
            "ResourceIds": ("ResourceId", 1000),
        },
        times=_UPDATES,
        words=_ACTIVITY,
        required=("ResourceCategoryIds",),
    ),
    RESOURCES: Rules(
        ids={"ResourceIds": ("Id", 1000), "Names": ("Name", 1000)},
        times=_CHANGES,
        extent=frozenset({"Resources", "Inactive"}),  # the others were discontinued in January 2025
    ),
    RATES: Rules(
        ids={"RateIds": ("Id", 1000), "ServiceIds": ("ServiceId", 1000)},
        times=_UPDATES,
        words=_ACTIVITY,
        extent=frozenset({"Rates", "RateGroups", "AvailabilityBlockAssignments"}),
        is_extent_required=False,
        required=("ServiceIds",),
    ),
    AGES: Rules(
        ids={"AgeCategoryIds": ("Id", 1000), "ServiceIds": ("ServiceId", 1000)},
        times=_UPDATES,
        words=_ACTIVITY,
    ),
    RESERVATIONS: Rules(
        ids={
            "ReservationIds": ("Id", 1000),
            "ServiceIds": ("ServiceId", 1000),
            "ReservationGroupIds": ("GroupId", 1000),
            "AccountIds": ("AccountId", 1000),
            "PartnerCompanyIds": ("PartnerCompanyId", 100),
            "TravelAgencyIds": ("TravelAgencyId", 100),
            "Numbers": ("Number", 1000),
            "ChannelNumbers": ("ChannelNumber", 100),
            "AssignedResourceIds": ("AssignedResourceId", 1000),
            "AvailabilityBlockIds": ("AvailabilityBlockId", 100),
        },
        times={
            **_CHANGES,
            COLLIDING: COLLIDING,
            "ScheduledStartUtc": "ScheduledStartUtc",
            "ScheduledEndUtc": "ScheduledEndUtc",
            "ActualStartUtc": "ActualStartUtc",
            "ActualEndUtc": "ActualEndUtc",
        },
        words={"States": frozenset(STATES)},
    ),
    COMPANIONSHIPS: Rules(
        ids={
            "CompanionshipIds": ("Id", 1000),
            "ReservationIds": ("ReservationId", 1000),
            "CustomerIds": ("CustomerId", 1000),
            "ReservationGroupIds": ("ReservationGroupId", 1000),
        },
        extent=frozenset({"Reservations", "ReservationGroups", "Customers"}),
        one_of=("CompanionshipIds", "ReservationIds", "CustomerIds", "ReservationGroupIds"),
    ),
    ORDER_ITEMS: Rules(
        ids={
            "OrderItemIds": ("Id", 1000),
            "ServiceOrderIds": ("ServiceOrderId", 1000),
            "ServiceIds": ("ServiceId", 1000),
            "AccountIds": ("AccountId", 100),
        },
        times=_CHANGES,
        one_of=("OrderItemIds", "ServiceOrderIds", "ServiceIds", "AccountIds", "CreatedUtc", "UpdatedUtc"),
    ),
    CUSTOMERS: Rules(
        ids={
            "CustomerIds": ("Id", 1000),
            "Emails": ("Email", 1000),
            "FirstNames": ("FirstName", 1000),
            "LastNames": ("LastName", 1000),
            "CompanyIds": ("CompanyId", 1),
            "ChainIds": ("ChainId", 1000),
        },
        times=_CHANGES,
        words=_ACTIVITY,
        extent=frozenset({"Customers", "Documents", "Addresses"}),
        one_of=("CustomerIds", "Emails", "FirstNames", "LastNames", "CompanyIds", "CreatedUtc", "UpdatedUtc"),
    ),
}
