"""What we say about chats managed from a private one, and about topics for tags."""

from collections.abc import Sequence

from bot.core.text import shorten
from bot.telegram.labels import Labels
from bot.telegram.texts import code

_TITLE = 60
"""Characters of a chat's title."""


class Elsewhere(Labels):
    """All sentences of Labels, and those about other chats and topics than where we are."""

    def greeting_channel(self, title: str) -> str:
        """Greet, once and in private, who added the bot to a channel."""
        return self._(
            "Hello! I can bring {title} news stories that carry its tags, each story once. You "
            "choose the tags from here: press the button, or send /channel at any time."
        ).format(title=_title(title))

    def manage_label(self) -> str:
        """Label the button that begins managing a channel."""
        return self._("Choose its tags")

    def choose_chat(self) -> str:
        """Ask which channel or group shall be managed; buttons in place of the keyboard follow."""
        return self._(
            "Which one shall we manage from here? You must be an administrator there, and I must "
            "be allowed to post."
        )

    def a_channel_label(self) -> str:
        """Label the button that chooses a channel."""
        return self._("Choose a channel")

    def a_group_label(self) -> str:
        """Label the button that chooses a group."""
        return self._("Choose a group")

    def about(self, title: str) -> str:
        """Stand over each answer that is about another chat."""
        return self._("For {title}:").format(title=_title(title))

    def manages_now(self) -> str:
        """Say that all commands are about the chosen chat from now on."""
        return self._(
            "From now on what you tell me here is for that chat: /subscribe #Samsung subscribes "
            "it, /tags and /settings show what it has. The button below, or /channel off, leads "
            "back."
        )

    def own_label(self) -> str:
        """Label the button that ends managing another chat."""
        return self._("Back to my own chat")

    def own_again(self) -> str:
        """Say that commands are about the private chat again."""
        return self._("This is about your own chat again: /tags shows what you have here.")

    def from_private(self) -> str:
        """Answer /channel where it makes no sense."""
        return self._("Send /channel to me in private: from there you can manage this chat.")

    def not_administrator(self, title: str) -> str:
        """Refuse a chat to who is no administrator of it, or no longer."""
        return self._(
            "I could not see that you are an administrator of {title} who may post there, so this "
            "is about your own chat."
        ).format(title=_title(title))

    def may_not_post(self, title: str) -> str:
        """Say which right the bot lacks in a chat."""
        return self._(
            "I am not allowed to post in {title}. Make me an administrator who may, then try again."
        ).format(title=_title(title))

    def not_there(self) -> str:
        """Answer a choice of a chat that the bot does not see."""
        return self._(
            "I cannot see that chat. Add me to it first (to a channel as an administrator who may "
            "post), then choose it again: /channel"
        )

    def stored_managed(self) -> str:
        """Name the chat that is managed from a private one."""
        return self._("which channel or group you manage from here")

    def stored_topics(self) -> str:
        """Name the topics that were made for tags."""
        return self._("which topics I made for which tags")

    # --- topics for tags ---------------------------------------------------------------------

    def topics_label(self) -> str:
        """Label the switch that gives each tag of a forum a topic."""
        return self._("A topic of its own for each tag")

    def needs_topics(self) -> str:
        """Say which right the bot needs for that."""
        return self._(
            "For that I must be an administrator here who may manage topics. Give me that right, "
            "then press the button again."
        )

    def has_topic(self, shown: str) -> str:
        """Say in General where a tag's stories come."""
        return self._("✓ {tag} has a topic of its own; its stories come there.").format(
            tag=code(shown)
        )

    def topic_label(self) -> str:
        """Label the button that leads there."""
        return self._("Open the topic")

    def no_topic(self, shown: str) -> str:
        """Say that no topic could be made."""
        return self._(
            "I could not make a topic for {tag}, so its stories come here. I need to be an "
            "administrator who may manage topics."
        ).format(tag=code(shown))

    def topic_unsure(self, shown: str) -> str:
        """Ask about a topic that was being made when the bot was interrupted."""
        return self._(
            "I was interrupted while I made a topic for {tag}. If you see one, send {command} "
            "there; if not, let me make it."
        ).format(tag=code(shown), command=code(f"/subscribe {shown}"))

    def digest_of_topics(self, shown: Sequence[str], *, more: bool) -> str:
        """Say in General that its digest is also that of tags' topics."""
        tags = ", ".join(map(code, shown)) + (", …" if more else "")
        return self._(
            "What you choose here goes for the topics of {tags} too, each with a digest of its "
            "own; /digest in a topic changes that one alone."
        ).format(tags=tags)

    def digest_there(self) -> str:
        """Say where the digest of a tag with a topic of its own is chosen."""
        return self._("Send /digest there to choose when its digest comes.")

    def make_topic_label(self) -> str:
        """Label the button that makes it."""
        return self._("Make the topic")


def _title(title: str) -> str:
    return code(shorten(title, _TITLE))
