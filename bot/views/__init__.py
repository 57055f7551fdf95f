"""Pure builders: what is known → Block Kit. No I/O, no decisions, no wording beyond `bot.texts`."""
