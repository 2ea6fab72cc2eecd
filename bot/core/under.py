"""Which buttons stand under a chat's alerts."""

UNDER = ("why", "less", "mute", "snooze", "share")
"""All there are, in their order."""
FEW = ("why", "less")
"""Those of a chat that never chose."""


def chosen(kept: str) -> tuple[str, ...]:
    """Return the buttons that a chat's settings name: `few`, `none`, or some joined by `+`."""
    if kept == "few":
        return FEW
    named = kept.split("+")
    return tuple(one for one in UNDER if one in named)


def toggled(kept: str, button: str) -> str:
    """Return what settings keep once a button was added, or taken away."""
    now = set(chosen(kept)) ^ {button}
    names = tuple(one for one in UNDER if one in now)
    return "few" if names == FEW else "+".join(names) or "none"
