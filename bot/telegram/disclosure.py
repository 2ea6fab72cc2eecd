"""What we say about what is stored of a chat, and about forgetting it."""

from collections.abc import Sequence
from html import escape

from bot.telegram.texts import Texts, bold, code


class Disclosure(Texts):
    """The sentences of Texts, and those of /privacy and /deleteme."""

    def privacy(self, *, stored: Sequence[str], followed_by: int) -> str:
        """Answer /privacy: what is kept, why, how long, and how to have it deleted."""
        _ = self._
        return "\n".join(
            (
                bold(_("What I keep of this chat")),
                *(f"• {line}" for line in stored),
                "",
                _("I keep nothing else that you write, no names and no list of members."),
                _(
                    "It serves only to send you what you asked for, and goes to nobody else. "
                    "A tag that at least {chats} chats follow may be offered to others, who do "
                    "not learn by whom."
                ).format(chats=followed_by),
                _("To have all of it deleted: /deleteme"),
                _(
                    "Sent in a private chat with me, it also removes your number from what you "
                    "subscribed in groups and from sources that you added."
                ),
            )
        )

    def stored_chat(self, chat_id: int, kind: str) -> str:
        """Name the chat's own row."""
        return self._("its number {number}, its kind ({kind}) and its language").format(
            number=code(str(chat_id)), kind=escape(kind)
        )

    def stored_title(self) -> str:
        """Name the title of a group or channel."""
        return self._("its title, to show it to its administrators")

    def stored_subscriptions(self, count: int) -> str:
        """Name the subscriptions."""
        return self._n(
            "{count} subscription, with its settings",
            "{count} subscriptions, with their settings",
            count,
        ).format(count=count)

    def stored_times(self) -> str:
        """Name the timetables and mutes."""
        return self._("its settings, when its digest is due, and what is paused or muted")

    def stored_people(self) -> str:
        """Name the numbers of people."""
        return self._("who subscribed, and who added a source: a user's number, without a name")

    def stored_buttons(self, days: int) -> str:
        """Name the texts behind buttons."""
        return self._(
            "longer texts behind my buttons, such as the words of a search, for {days} days"
        ).format(days=days)

    def stored_alerts(self, days: int) -> str:
        """Name the deliveries."""
        return self._(
            "which stories were sent here, for {days} days, so that none comes twice"
        ).format(days=days)

    def delete_question(self) -> str:
        """Ask before a chat is forgotten."""
        return self._(
            "Shall I delete everything I keep of this chat, its subscriptions included? "
            "This cannot be undone."
        )

    def deleted(self) -> str:
        """Say that the chat is forgotten."""
        return self._("✓ Deleted. Nothing of this chat is kept any more. To start again: /start")

    def kept(self) -> str:
        """Say that a question was answered with no."""
        return self._("All right, nothing was changed.")
