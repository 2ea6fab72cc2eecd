"""What we say about files: subscriptions and sources that go out and come in."""

from collections.abc import Sequence

from bot.telegram.choices import Choices
from bot.telegram.texts import code

_NAMED = 3
"""Entries that are named where some cannot be used."""


class Files(Choices):
    """All sentences of Choices, and those of /export and /import."""

    def exported_subscriptions(self, count: int) -> str:
        """Stand under the file of subscriptions."""
        return self._n(
            "{count} subscription. Send me the file back, here or in another chat, to import it.",
            "{count} subscriptions. Send me the file back, here or in another chat, to import "
            "them.",
            count,
        ).format(count=count)

    def exported_sources(self, count: int, *, left_out: int) -> str:
        """Stand under the file of sources."""
        said = self._n(
            "{count} source, for any reader that imports OPML.",
            "{count} sources, for any reader that imports OPML.",
            count,
        ).format(count=count)
        if not left_out:
            return said
        left = self._n(
            "{count} address is left out, as it may hold somebody's key.",
            "{count} addresses are left out, as they may hold somebody's key.",
            left_out,
        ).format(count=left_out)
        return f"{said} {left}"

    def import_usage(self) -> str:
        """Answer /import without a file."""
        return self._(
            "Send me a file: subscriptions that /export wrote, or another reader's list of "
            "sources (OPML). I show what is in it before I change anything."
        )

    def found_subscriptions(self, new: int, *, known: int) -> str:
        """Tell what a file of subscriptions holds."""
        _ = self._
        found = _("New subscriptions in the file: {new}. You have already: {known}.")
        return found.format(new=new, known=known)

    def found_sources(self, new: int, *, known: int) -> str:
        """Tell what a list of sources holds."""
        _ = self._
        found = _("New sources in the file: {new}. I read already: {known}.")
        return found.format(new=new, known=known)

    def not_understood(self, bad: Sequence[str]) -> list[str]:
        """Name some entries that are no subscriptions; empty: there are none."""
        if not bad:
            return []
        shown = ", ".join(code(one) for one in bad[:_NAMED])
        return [
            self._("Left out, as I do not understand them: {count}, such as {shown}").format(
                count=len(bad), shown=shown
            )
        ]

    def refused_sources(self, refused: Sequence[tuple[str, str]]) -> list[str]:
        """Name some addresses that may not be read; empty: there are none."""
        if not refused:
            return []
        shown = ", ".join(code(url[:80]) for url, _ in refused[:_NAMED])
        return [
            self._("Left out, as I may not read them: {count}, such as {shown}").format(
                count=len(refused), shown=shown
            )
        ]

    def no_room(self, count: int) -> str:
        """Tell how many subscriptions are too many."""
        return self._("Left out, as there is no room for more here: {count}").format(count=count)

    def importing(self, done: int, total: int) -> str:
        """Tell how far an import is."""
        return self._("Importing: {done} of {total}…").format(done=done, total=total)

    def imported(self, count: int) -> str:
        """Say that subscriptions were taken in."""
        return self._n(
            "✓ {count} subscription imported: /tags",
            "✓ {count} subscriptions imported: /tags",
            count,
        ).format(count=count)

    def imported_sources(self, count: int) -> str:
        """Say that sources were taken in."""
        return self._n(
            "✓ {count} source imported; I start to read it within minutes: /sources",
            "✓ {count} sources imported; I start to read them within minutes: /sources",
            count,
        ).format(count=count)

    def bad_file(self, reason: str, most: int) -> str:
        """Say why a file cannot be taken in, and what to do."""
        if reason == "too-large":
            return self._("This file is larger than {most} MB. Divide it into several.").format(
                most=most
            )
        if reason == "too-many":
            return self._("This file has more than {most} entries. Divide it into several.").format(
                most=most
            )
        if reason == "gone":
            return self._("Telegram no longer has this file. Please send it again.")
        return self._(
            "I cannot read this file. I take subscriptions that /export wrote, and lists of "
            "sources in OPML, which most readers can write."
        )

    def sources_only_operators(self) -> str:
        """Refuse a list of sources."""
        return self._(
            "This is a list of sources, and only this bot's operators add sources. "
            "Subscriptions that /export wrote are welcome."
        )
