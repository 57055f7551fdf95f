"""What to say of failures at Plain, where the common guide knows less."""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Party, Suggestion

SUGGESTIONS: Final[Mapping[str, Suggestion]] = {
    "auth.refused": Suggestion(
        "Plain does not accept this key",
        "We reached Plain, it looked at the key and said no. Nothing is wrong with the address.",
        Party.YOU,
        (
            "Copy the key once more in Plain under Settings, Interfaces: whole, without blanks around it.",
            "Check there that nobody has withdrawn it.",
            "Create a new key and enter that.",
        ),
    ),
    "permission.missing": Suggestion(
        "The key may not read {entity}",
        "Plain knows the key, but it was created without this right.",
        Party.YOU,
        ("In Plain under Settings, Interfaces, give the key the right to read {entity}.", "Press Retry."),
    ),
}
