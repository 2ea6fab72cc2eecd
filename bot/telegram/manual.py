"""The manual: each command's line in the menu, and its page in /help."""

from bot.errors import sentence
from bot.telegram.elsewhere import Elsewhere

USAGES = (
    sentence("TAG…"),
    sentence("[TAG]"),
    sentence("[TAG] [N]"),
    sentence("[TAG…|all]"),
    sentence("[TAG = NAME, …]"),
    sentence("[daily|weekly DAY] [TIME]"),
    sentence("[SOURCE|TAG] [1d]"),
    sentence("[CITY]"),
    sentence("WORDS"),
    sentence("[COMMAND]"),
    sentence("CHAT"),
)
"""What follows commands: words in capitals stand for something, the others are typed."""


class Manual(Elsewhere):
    """All sentences, and the manual (plain text; a menu line has up to 256 characters)."""

    def usage(self, words: str) -> str:
        """Say what follows a command (plain)."""
        return self._translations.gettext(words) if words else ""

    def description(self) -> str:
        """Introduce the bot to who opens a chat with it for the first time, in 512 characters."""
        return self._(
            "I watch the news for your tags and send you each story once: headline, a short "
            "summary and who else reports it.\n\n"
            "Press Start, then pick a tag or type one, such as /subscribe #Samsung"
        )

    def short_description(self) -> str:
        """Introduce the bot on its profile and where it is shared, in 120 characters."""
        return self._("News for your tags: each story once, minutes after it is published.")

    def menu_start(self) -> str:
        """Menu line of /start."""
        return self._("Say hello and show tags to start with")

    def menu_help(self) -> str:
        """Menu line of /help."""
        return self._("What I can do")

    def menu_subscribe(self) -> str:
        """Menu line of /subscribe."""
        return self._("Get each new story with a tag")

    def more_subscribe(self) -> str:
        """Page of /subscribe."""
        return self._(
            "A tag is #SouthKorea-US-Japan, the same without #, or a phrase in quotes. Several: "
            "separate them with spaces or commas. I show at once what each would have brought. "
            "Tags can be combined, and brackets group them:"
        )

    def examples_of_queries(self) -> list[tuple[str, str]]:
        """Teach the language of queries: what is typed, and what it means (plain)."""
        _ = self._
        return [
            ("#Canada + #China", _("both in one story")),
            ("#Canada | #China", _("one of them is enough")),
            ('"climate change" -hockey', _("the phrase; no story with hockey")),
            ("Canada and China not hockey", _("words do too: and, or, not")),
            ("#Canada -(hockey | football)", _("no story with either")),
            ("title:Canada", _("only in the headline")),
            ("#Canada source:BBC lang:en", _("only from this source, in this language")),
            ("#Canada mention:any", _("also where it is mentioned in passing")),
            ('#Seoul also:"Blue House"', _("another name that counts as the tag")),
        ]

    def menu_alias(self) -> str:
        """Menu line of /alias."""
        return self._("Give a tag other names that count too")

    def more_alias(self) -> str:
        """Page of /alias."""
        return self._(
            "What carries one of the names counts as the tag, and its alert bears the tag. "
            "Without anything I list the other names here."
        )

    def examples_of_aliases(self) -> list[tuple[str, str]]:
        """Teach /alias: what is typed, and what it means (plain)."""
        _ = self._
        return [
            (
                "#Seoul = Blue House, Seoul government",
                _("two names of your own, in place of those before"),
            ),
            ("#Seoul", _("shows its names")),
            ("#Seoul =", _("ends all of them")),
        ]

    def menu_preview(self) -> str:
        """Menu line of /preview."""
        return self._("See what a tag would bring, before you subscribe")

    def more_preview(self) -> str:
        """Page of /preview."""
        return self._(
            "I count the stories of the last 7 days and show the newest three. Where there are "
            "few, I name tags with more. Nothing is subscribed."
        )

    def menu_unsubscribe(self) -> str:
        """Menu line of /unsubscribe."""
        return self._("End subscriptions")

    def more_unsubscribe(self) -> str:
        """Page of /unsubscribe."""
        return self._("Without a tag I show buttons to choose from; “all” ends all, if you agree.")

    def menu_tags(self) -> str:
        """Menu line of /tags."""
        return self._("Show the subscriptions here")

    def more_tags(self) -> str:
        """Page of /tags."""
        return self._(
            "Press a subscription to change it: whether any mention is enough, its other names, "
            "how much its alerts tell. Of several that bring the same story, the longest counts."
        )

    def menu_digest(self) -> str:
        """Menu line of /digest."""
        return self._("Collect stories and send them together")

    def more_digest(self) -> str:
        """Page of /digest."""
        return self._(
            "For example /digest daily 08:00, /digest weekly mon 08:00 or /digest off, by the "
            "clock of your time zone. With a tag, only its stories are collected. In a forum each "
            "topic has its own."
        )

    def menu_mute(self) -> str:
        """Menu line of /mute."""
        return self._("Hear nothing of a source or a tag for a while")

    def more_mute(self) -> str:
        """Page of /mute."""
        return self._(
            "For example /mute BBC News, or /mute #Samsung 1d for a day. What a muted source tells "
            "still comes where others tell it too. Without anything I list what is muted here."
        )

    def menu_pause(self) -> str:
        """Menu line of /pause."""
        return self._("Send nothing for a while")

    def more_pause(self) -> str:
        """Page of /pause."""
        return self._(
            "For example /pause 8h, /pause 2d, or without an end. What comes meanwhile I bring "
            "together afterwards. /resume ends it at once."
        )

    def menu_resume(self) -> str:
        """Menu line of /resume."""
        return self._("Go on after a pause")

    def menu_settings(self) -> str:
        """Menu line of /settings."""
        return self._("Choose how alerts look and how many come")

    def more_settings(self) -> str:
        """Page of /settings."""
        return self._(
            "They hold for this whole chat. With a city, such as /settings Lisbon, your times are "
            "shown as there."
        )

    def menu_language(self) -> str:
        """Menu line of /language."""
        return self._("Choose the language I speak here")

    def menu_channel(self) -> str:
        """Menu line of /channel."""
        return self._("Manage a channel or a group from here")

    def more_channel(self) -> str:
        """Page of /channel."""
        return self._(
            "You choose one where you are an administrator and I may post. Then all that you tell "
            "me here is about it, and each answer says so; /channel off leads back to your own "
            "chat. Send this in private."
        )

    def menu_latest(self) -> str:
        """Menu line of /latest."""
        return self._("Show the newest stories now")

    def more_latest(self) -> str:
        """Page of /latest."""
        return self._(
            "With a tag: its newest stories, subscribed or not. Without: those of all tags here. "
            "A number at the end says how many. The buttons turn the pages."
        )

    def menu_trends(self) -> str:
        """Menu line of /trends."""
        return self._("Draw how many stories came each day")

    def more_trends(self) -> str:
        """Page of /trends."""
        return self._(
            "With a tag: its stories of the last 14 days, and which sources told them. Without: "
            "those of your tags with most stories."
        )

    def menu_search(self) -> str:
        """Menu line of /search."""
        return self._("Search all stored stories")

    def menu_sources(self) -> str:
        """Menu line of /sources."""
        return self._("Show which sources I read")

    def menu_addsource(self) -> str:
        """Menu line of /addsource."""
        return self._("Add a page or a feed to read")

    def more_addsource(self) -> str:
        """Page of /addsource."""
        return self._(
            "Give the address of a page, of a feed, or one with a place for a tag in it, which I "
            "then ask once for each tag: {query} becomes its words as a search, {slug} "
            "south-korea, {hashtag} SouthKorea, {tag} southkorea. I show the newest items before "
            "I add anything."
        )

    def menu_export(self) -> str:
        """Menu line of /export."""
        return self._("Take your subscriptions along as a file")

    def more_export(self) -> str:
        """Page of /export."""
        return self._(
            "I send the subscriptions of this chat as a file. Send it back, here or in another "
            "chat, to import it. Who may add sources also gets these, as OPML."
        )

    def menu_import(self) -> str:
        """Menu line of /import."""
        return self._("Bring subscriptions or sources from a file")

    def more_import(self) -> str:
        """Page of /import."""
        return self._(
            "Send me the file, or answer it with /import. I take subscriptions that /export wrote "
            "and, from those who may add sources, another reader's OPML. I show what is in it and "
            "ask before I change anything."
        )

    def menu_privacy(self) -> str:
        """Menu line of /privacy."""
        return self._("What is stored of this chat")

    def menu_deleteme(self) -> str:
        """Menu line of /deleteme."""
        return self._("Delete everything stored of this chat")

    def menu_stats(self) -> str:
        """Menu line of /stats."""
        return self._("How the bot is doing")

    def menu_allow(self) -> str:
        """Menu line of /allow."""
        return self._("Let a chat use this private bot")

    def menu_deny(self) -> str:
        """Menu line of /deny."""
        return self._("Shut a chat out of this private bot")
