"""What somebody reads who has pasted a secret: delete it, replace it, enter the new one in private."""

from bot import ids, texts
from bot.views.parts import Block, actions, button, context, numbered, safe, section
from core.pms.vendor import Vendor

Warned = tuple[str, list[Block]]


def warned(
    what: str, vendor: Vendor | None, where: str, control: str | None, *, is_under_way: bool
) -> Warned:
    """Return the warning; `control` is the attempt and version where the form can be opened now."""
    looks_like = texts.PASTED_LOOKS_LIKE.format(what=safe(what))
    place = f" at {vendor.display_name}" if vendor else ""
    if control:
        then = texts.ENTER_PRIVATELY
    else:
        then = texts.ENTER_PRIVATELY_LATER if is_under_way else texts.ENTER_PRIVATELY_FIRST
    steps = (texts.TAKE_IT_BACK[where], texts.REPLACE_IT.format(place=place), then)
    blocks = [section(f"🔒 *{looks_like}* {texts.NOT_KEPT}"), section(numbered(steps))]
    if vendor and (places := _places(vendor)):
        blocks.append(context(*places))
    if control:
        blocks.append(actions(button("Enter Credentials", ids.OPEN_FORM, control, style="primary")))
    return f"{looks_like} {texts.NOT_KEPT}", [*blocks, context(texts.IF_IT_WAS_NONE)]


def _places(vendor: Vendor) -> list[str]:
    """Return where the vendor gives out each of its secrets."""
    return [f"*{safe(field.label)}:* {safe(field.where)}" for field in vendor.fields if field.secret]
