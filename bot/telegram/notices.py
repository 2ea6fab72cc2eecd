"""What we say about commands, rights, sources and faults; the rest is in texts.py."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import assert_never

from bot.core.health import Trouble
from bot.core.timing import WishWords
from bot.telegram.figures import Figures
from bot.telegram.texts import bold, code


class Notices(Figures):
    """All sentences: those of Figures and those about the bot itself."""

    # --- commands and rights -----------------------------------------------------------------

    def help_title(self) -> str:
        """Stand over the list of commands."""
        return bold(self._("What I can do"))

    def help_more(self) -> str:
        """Close the list of commands."""
        return self._("More about one of them: {example}").format(example=code("/help subscribe"))

    def aliases(self, names: Sequence[str]) -> str:
        """Tell the short forms of a command."""
        return self._("Also: {names}").format(names=", ".join(f"/{name}" for name in names))

    def unknown_command(self, typed: str, nearest: str) -> str:
        """Answer a command that does not exist."""
        if nearest:
            return self._("I don't know {typed}. Did you mean /{nearest}?").format(
                typed=code(typed), nearest=nearest
            )
        return self._("I don't know {typed}. What I can do: /help").format(typed=code(typed))

    def no_command(self) -> str:
        """Answer a text that is no command."""
        return self._("To follow a topic, send {example}. Everything else: /help").format(
            example=code("/subscribe #Samsung")
        )

    def only_administrators(self) -> str:
        """Refuse a member's change (plain, up to 200 characters: also shown over a button)."""
        return self._("In groups only administrators change things.")

    def only_operators(self) -> str:
        """Refuse what is the operators' (plain)."""
        return self._("Only this bot's operators may do that.")

    def private_bot(self, chat_id: int) -> str:
        """Refuse a stranger where access is private."""
        return self._(
            "This bot is private. If its operator shall let you in, give them this number: {number}"
        ).format(number=code(str(chat_id)))

    def stale_button(self) -> str:
        """Answer a button of an older message (plain)."""
        return self._("This button is too old. Type /help to go on.")

    def trouble(self) -> str:
        """Say in one calm line that something failed on our side."""
        return self._("Sorry, something went wrong on my side. Please try again in a minute.")

    def interrupted(self) -> str:
        """Say after a restart that a change was made, though perhaps nobody was told (plain)."""
        return self._(
            "I was restarted while I answered you. What you asked for is done: /tags shows it."
        )

    def longest_pause(self) -> str:
        """Say that a pause was shortened, or is as long as may be."""
        return self._("That is the longest pause, a year. Without an end: {example}").format(
            example=code("/pause")
        )

    def digest_words(self) -> WishWords:
        """Return the words that people may type behind /digest, beside the English ones (plain).

        Each list has single words, separated by commas; the last one those that say nothing.
        """
        return WishWords.beside(
            self._("daily, day, everyday"),
            self._("weekly, week"),
            self._("off, stop, none, never"),
            self._("at, on, every, each"),
        )

    # --- sources -----------------------------------------------------------------------------

    def sources_title(self, count: int, doing: Mapping[str, int]) -> str:
        """Stand over the list of sources; `doing`: how many are read, unread, failing, asked."""
        words = {
            "read": self._("{count} read"),
            "unread": self._("{count} not yet"),
            "failing": self._("{count} failing"),
            "gone": self._("{count} ended"),
            "paused": self._("{count} paused"),
            "asked": self._("{count} asked by tag"),
        }
        told = [text.format(count=doing[key]) for key, text in words.items() if doing.get(key)]
        sources = self._n("{count} source", "{count} sources", count).format(count=count)
        return f"{sources}: {', '.join(told)}"

    def unheard_source(self, shown: str, alike: Sequence[str]) -> str:
        """Say that nobody answers to the name of a source that was asked for, yet."""
        said = self._(
            "I know no source called {name} yet; this brings nothing until there is one."
        ).format(name=code(shown[:60]))
        if not alike:
            return said
        near = self._("Near it: {names}").format(names=", ".join(code(one[:60]) for one in alike))
        return f"{said} {near}"

    def no_sources(self, *, may_add: bool) -> str:
        """Say that nothing is polled."""
        if not may_add:
            return self._("No sources yet. This bot's operators add them.")
        return self._("No sources yet. Add one: {example}").format(
            example=code("/addsource https://example.com/news")
        )

    def source_never(self) -> str:
        """Health: not polled yet (plain)."""
        return self._("not read yet")

    def source_ago(self, minutes: int) -> str:
        """Health: when it was last read well (plain)."""
        if minutes < 120:
            return self._("{minutes} min ago").format(minutes=minutes)
        if minutes < 48 * 60:
            return self._("{hours} h ago").format(hours=minutes // 60)
        return self._("{days} days ago").format(days=minutes // (24 * 60))

    def source_news(self, minutes: int) -> str:
        """Health: when it last had a new story (plain)."""
        return self._("newest story {ago}").format(ago=self.source_ago(minutes))

    def source_rhythm(self, minutes: int) -> str:
        """Health: how often it usually has a new story (plain)."""
        if minutes < 120:
            return self._("one every {minutes} min").format(minutes=max(1, minutes))
        if minutes < 48 * 60:
            return self._("one every {hours} h").format(hours=minutes // 60)
        return self._("one every {days} days").format(days=minutes // (24 * 60))

    def source_next(self, minutes: int) -> str:
        """Health: when it is read again (plain)."""
        if minutes < 120:
            return self._("next in {minutes} min").format(minutes=max(1, minutes))
        return self._("next in {hours} h").format(hours=minutes // 60)

    def source_pushed(self) -> str:
        """Health: its hub tells of new stories at once (plain)."""
        return self._("its hub tells us at once")

    def source_failing(self, days: int) -> str:
        """Health: for how many days it could not be read (plain)."""
        return self._n("for {days} day", "for {days} days", days).format(days=days)

    def source_ended(self) -> str:
        """Health: it is read no more (plain)."""
        return self._("not read any more")

    def sources_ail(self, count: int) -> str:
        """Stand over sources that operators are told of once: ended, or failing for days."""
        return self._n(
            "{count} source cannot be read any more:",
            "{count} sources cannot be read any more:",
            count,
        ).format(count=count)

    def sources_ail_advice(self) -> str:
        """Close that list."""
        return self._("I tell this once. What is not gone for good I go on asking now and then.")

    def source_per_tag(self, count: int) -> str:
        """Health: a template's children (plain)."""
        return self._n("asked for {count} tag", "asked for {count} tags", count).format(count=count)

    def add_source_usage(self) -> str:
        """Answer /addsource without an address."""
        return self._("Which page or feed? For example: {example}").format(
            example=code("/addsource https://example.com/news")
        )

    def add_source_question(self, url: str, title: str) -> str:
        """Ask whether a source that was found shall be added; its newest items follow."""
        return self._("Found {title} at {url}. Its newest items:").format(
            title=code(title or "?"), url=code(url)
        )

    def add_template_question(self, url: str) -> str:
        """Ask whether a tag source shall be added."""
        return self._("{url} will be asked once for each subscribed tag.").format(url=code(url))

    def add_this(self) -> str:
        """Ask under the newest items."""
        return self._("Shall I add it?")

    def source_added(self, title: str) -> str:
        """Say that a source was added."""
        return self._("✓ Added {title}. What it publishes from now on is matched.").format(
            title=code(title)
        )

    def source_known(self, title: str) -> str:
        """Say that a source is there already."""
        return self._("{title} is already among the sources.").format(title=code(title))

    def source_failed(self, reason: str) -> str:
        """Say in one line why a source cannot be used."""
        return self._("I can't use that source. {reason}").format(reason=escape(reason))

    # --- what people hear unasked ------------------------------------------------------------

    def topic_sleeps(self, chat: str) -> str:
        """Tell an administrator that a topic is closed or deleted."""
        return self._(
            "A topic of {chat} is closed or deleted, so its subscriptions rest; the other topics "
            "go on. When it is open again, send any command there."
        ).format(chat=code(chat))

    def source_changed(self, name: str, trouble: Trouble, error: str) -> str:
        """Tell who reads a source (HTML) what became of it."""
        _ = self._
        match trouble:
            case "":
                words = _("{source} is back, and read as before.")
            case "gone":
                words = _("{source} has ended: its server says that it is gone for good.")
            case "failing":
                words = _(
                    "{source} could not be read for three days: {error}\n"
                    "I go on trying once a day, and tell you when it is back."
                )
            case "silent":
                words = _(
                    "{source} has brought nothing new for unusually long. I go on reading it, and "
                    "tell you when something comes."
                )
            case _:
                assert_never(trouble)
        return words.format(source=name, error=escape(error))

    # --- operators ---------------------------------------------------------------------------

    def allowed(self, chat_id: int) -> str:
        """Say that a chat was let in."""
        return self._("✓ Chat {number} may use the bot now.").format(number=code(str(chat_id)))

    def denied(self, chat_id: int) -> str:
        """Say that a chat was shut out."""
        return self._("✓ Chat {number} may no longer use the bot.").format(
            number=code(str(chat_id))
        )

    def allow_usage(self) -> str:
        """Answer /allow or /deny without a chat's number."""
        return self._("Which chat? For example: {example}").format(example=code("/allow 12345678"))

    def unknown_chat(self, chat_id: int) -> str:
        """Say that a chat has never written to the bot."""
        return self._("I have never seen chat {number}. It must write to me first.").format(
            number=code(str(chat_id))
        )
