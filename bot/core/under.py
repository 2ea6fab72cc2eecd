"""Which buttons stand under a chat's alerts."""

UNDER = ("why", "less", "mute", "snooze", "share")
"""All there are, in their order."""
FEW = ("why", "less")
"""Those of a person who never chose."""
FEW_FOR_MANY = ("why",)
"""The same of a group or channel, where only its administrators may press the others."""


def chosen(kept: str, *, many: bool = False) -> tuple[str, ...]:
    """Return the buttons that a chat's settings name: `few`, `none`, or some joined by `+`.

    `many`: the chat is a group or a channel.
    """
    if kept == "few":
        return FEW_FOR_MANY if many else FEW
    named = kept.split("+")
    return tuple(one for one in UNDER if one in named)


def toggled(kept: str, button: str, *, many: bool = False) -> str:
    """Return what settings keep once a button was added, or taken away."""
    now = set(chosen(kept, many=many)) ^ {button}
    names = tuple(one for one in UNDER if one in now)
    return "few" if names == chosen("few", many=many) else "+".join(names) or "none"
