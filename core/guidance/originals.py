"""The five things that the replaced product could be asked of its guide, over the vendors' data."""

from dataclasses import dataclass

from core.pms.common_guide import COMMON
from core.pms.guide import Link, Suggestion
from core.pms.vendor import Vendor


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """What a PMS is and takes, in short."""

    name: str
    description: str
    you_need: tuple[str, ...]
    permissions: tuple[str, ...]
    limits: tuple[str, ...]
    minutes: int
    cost: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class WizardStep:
    """One of the five steps; `help` is what this PMS's guide has to say at it."""

    number: int
    title: str
    help: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyFormat:
    """What a field of the form takes; `example` is empty where the vendor publishes none."""

    field: str
    label: str
    where: str
    example: str
    is_secret: bool
    is_required: bool


def type_info(vendor: Vendor) -> TypeInfo:
    """Return what a PMS is and takes."""
    guide = vendor.guide
    return TypeInfo(
        vendor.display_name,
        guide.summary,
        guide.you_need,
        guide.permissions,
        guide.limits,
        guide.minutes,
        guide.cost,
        guide.links,
    )


def wizard_steps(vendor: Vendor) -> tuple[WizardStep, ...]:
    """Return the five steps with this PMS's help."""
    guide = vendor.guide
    return (
        WizardStep(1, "Choose", (guide.summary,)),
        WizardStep(2, "Credentials", guide.where_to_find),
        WizardStep(3, "Test", tuple(f"{issue.problem}: {issue.cure}" for issue in guide.issues)),
        WizardStep(4, "Review", guide.limits),
        WizardStep(5, "Done", guide.next_steps),
    )


def suggestions_for(vendor: Vendor, code: str) -> Suggestion | None:
    """Return what to say of an error code, with its blanks; None for a code that no guide knows."""
    return vendor.guide.suggestions.get(code) or COMMON.get(code)


def key_format(vendor: Vendor) -> tuple[KeyFormat, ...]:
    """Return what each field of the form takes. Vendors change their formats: an example is no rule."""
    return tuple(
        KeyFormat(field.key, field.label, field.where, field.placeholder, field.secret, field.required)
        for field in vendor.fields
    )


def next_steps(vendor: Vendor) -> tuple[str, ...]:
    """Return what to do once the PMS is connected."""
    return vendor.guide.next_steps
