"""The address that a PMS posts its changes to, on one manager's screen and nowhere else."""

from bot import ids, texts
from bot.views.parts import Block, Element, button, confirm, context, modal, quoted, section
from core.inbound.addresses import Issued
from core.pms.vendor import Vendor


def receive_button(vendor: Vendor) -> list[Element]:
    """Return *Receive Changes* for a vendor that people tell where to post; it asks first."""
    if not vendor.is_told_the_address:
        return []
    question = confirm(
        "Show a new address?",
        f"{vendor.display_name} can tell Innkeeper at once what changed. You get a new address for that. One "
        "that was shown before stays good for 24 hours.",
        "Show it",
        "Not now",
        danger=False,
    )
    return [button("Receive Changes", ids.RECEIVE_CHANGES, confirm=question)]


def new_address(vendor: Vendor, issued: Issued) -> Block:
    """Return the modal that shows an address, and the secret that signs what is sent there."""
    name = vendor.display_name
    blocks = [
        section(texts.NEW_ADDRESS.format(vendor=name)),
        section(f"*Address*\n{quoted(issued.url.reveal())}"),
    ]
    if issued.signing_secret is not None:
        blocks.append(section(f"*Signing secret*\n{quoted(issued.signing_secret.reveal())}"))
    told = texts.TELL_THE_VENDOR.get(vendor.key)
    if told:
        blocks.append(section(told))
    return modal(
        "note", "Receive changes", [*blocks, context(f"🔒 {texts.SHOWN_ONCE}")], submit=None, close="Close"
    )
