"""Every sentence we say to people, ready for translation; values are escaped here."""

import gettext
from collections.abc import Sequence
from html import escape

from babel import Locale
from babel.numbers import format_decimal


def code(text: str) -> str:
    """Show a stranger's text as it is: nothing in it links, calls or mentions."""
    return f"<code>{escape(text)}</code>"


def bold(text: str) -> str:
    """Set our own words in bold; a stranger's words could still link there."""
    return f"<b>{escape(text)}</b>"


class Texts:
    """The sentences in one language; each is Telegram HTML, but those said to be plain."""

    def __init__(
        self, translations: gettext.NullTranslations | None = None, language: str = "en"
    ) -> None:
        self.language = language
        self._translations = translations or gettext.NullTranslations()
        self._ = self._translations.gettext

    def _n(self, one: str, many: str, count: int) -> str:
        return self._translations.ngettext(one, many, count)

    def number(self, value: float) -> str:
        """Write a number as the language does: 1,000, 1.000, 1 000."""
        return str(format_decimal(value, locale=self._locale()))

    def _locale(self) -> Locale:
        return Locale.parse(self.language, sep="-")

    # --- first steps -----------------------------------------------------------------------

    def greeting(self, *, below: bool) -> str:
        """Answer /start; `below`: buttons with tags follow."""
        _ = self._
        first = _("1. Type a tag: /subscribe #Samsung")
        if below:
            first = _("1. Pick a tag below, or type one: /subscribe #Samsung")
        return "\n".join(
            (
                _("Hello! I watch the news for your tags and send you each story once."),
                "",
                first,
                _("2. See what there is now: /latest"),
                _("3. Everything else I can do: /help"),
            )
        )

    def well_known_tags(self) -> list[str]:
        """Return tags that somebody may start with (plain); each language has its own."""
        listed = self._("SouthKorea, Japan, China, Ukraine, ClimateChange, AI, NATO, Football")
        return [tag for part in listed.split(",") if (tag := part.strip())]

    def greeting_group(self) -> str:
        """Greet, once, a group or channel that the bot was added to."""
        _ = self._
        return "\n".join(
            (
                _("Hello! I bring news stories that carry your tags, each story once."),
                _("An administrator starts with /subscribe #Samsung; /help tells the rest."),
                _("In a forum I write into the topic where you subscribe."),
            )
        )

    def offer(self, tag: str) -> str:
        """Ask whether the tag of a deep link is wanted."""
        return self._("Shall I send you news about {tag}?").format(tag=code(tag))

    # --- subscribing -------------------------------------------------------------------------

    def subscribe_usage(self) -> str:
        """Answer /subscribe without a tag."""
        _ = self._
        without = _("(without baseball)")
        return "\n".join(
            (
                _("Tell me what to look for. For example:"),
                code("/subscribe #Samsung"),
                code('/subscribe #SouthKorea-US-Japan, "climate summit"'),
                f"{code('/subscribe #Samsung -baseball')} {without}",
            )
        )

    def subscribed(self, shown: str) -> str:
        """Say that a subscription is new."""
        return self._("✓ Subscribed to {tag}.").format(tag=code(shown))

    def already(self, shown: str) -> str:
        """Say that nothing changed."""
        return self._("You already have {tag}.").format(tag=code(shown))

    def would_have(self, count: int, days: int, *, at_least: bool, listed: bool) -> str:
        """Tell how many stories the last days would have brought; `listed`: they follow."""
        shown = f"{count}+" if at_least else str(count)
        said = self._n(
            "It would have brought {count} story in the last {days} days",
            "It would have brought {count} stories in the last {days} days",
            count,
        ).format(count=shown, days=days)
        shown = self._("{said}, the newest:") if listed else self._("{said}.")
        return shown.format(said=said)

    def would_have_none(self, days: int) -> str:
        """Tell that the last days had nothing for a tag."""
        return self._(
            "Nothing in the last {days} days carried it; I write as soon as something does."
        ).format(days=days)

    def never_carried(self) -> str:
        """Say that no story that is kept had a tag."""
        return self._("No story that I know has ever carried it; I write as soon as one does.")

    def with_more_stories(self) -> str:
        """Stand over tags that may be meant, or wanted too."""
        return self._("Related, with more stories:")

    def preview_usage(self) -> str:
        """Answer /preview without a tag."""
        return self._("Which tag? For example: {example}").format(example=code("/preview #Samsung"))

    def too_many_tags(self, count: int, most: int) -> str:
        """Refuse a long list of tags."""
        return self._(
            "That is {count} tags at once. I take up to {most} in one message; "
            "send the most important ones first."
        ).format(count=count, most=most)

    def too_many_subscriptions(self, most: int) -> str:
        """Refuse more subscriptions than a place may have."""
        return self._(
            "You would have more than {most} subscriptions here. End some first: /unsubscribe"
        ).format(most=most)

    def no_tag(self, typed: str) -> str:
        """Answer something that is only punctuation."""
        return self._(
            "I see no tag in {typed}. A tag has letters or digits, such as {example}."
        ).format(typed=code(typed[:60]), example=code("#Samsung"))

    def bad_query(self, reason: str) -> str:
        """Say why a query was not understood; nothing of the list was changed."""
        return self._("I did not understand that. {reason}").format(reason=escape(reason))

    def bad_query_at(self, reason: str, before: str, after: str) -> str:
        """Say the same, and show the place, between what stands before it and after it."""
        return f"{self.bad_query(reason)}\n{code(f'{before}▸{after}')}"

    def common_word(self, shown: str, capitals: str) -> str:
        """Ask about a tag typed small that is an everyday word; buttons give the choice."""
        return self._(
            "{tag} is an everyday word and would bring very much. "
            "Do you mean {capitals}, in capitals only?"
        ).format(tag=code(shown), capitals=code(capitals))

    # --- unsubscribing -----------------------------------------------------------------------

    def unsubscribed(self, shown: Sequence[str]) -> str:
        """Say which subscriptions ended."""
        return self._("✓ Ended: {tags}").format(tags=", ".join(map(code, shown)))

    def not_subscribed(self, shown: Sequence[str]) -> str:
        """Say which were none."""
        return self._("You had no subscription to {tags}. Yours: /tags").format(
            tags=", ".join(map(code, shown))
        )

    def choose_to_end(self) -> str:
        """Stand over the buttons that end subscriptions."""
        return self._("Which subscription shall end?")

    def end_all_question(self, count: int) -> str:
        """Ask before every subscription ends."""
        return self._n(
            "Shall your {count} subscription here end?",
            "Shall all {count} subscriptions here end?",
            count,
        ).format(count=count)

    def ended_all(self, count: int) -> str:
        """Say that all ended."""
        return self._n(
            "✓ {count} subscription ended. To start again: /subscribe",
            "✓ {count} subscriptions ended. To start again: /subscribe",
            count,
        ).format(count=count)

    def no_subscriptions(self) -> str:
        """Say that there is none."""
        return self._("No subscriptions here yet. Start with {example}.").format(
            example=code("/subscribe #Samsung")
        )

    def subscriptions(self, count: int) -> str:
        """Stand over the list of subscriptions."""
        return self._n("{count} subscription here:", "{count} subscriptions here:", count).format(
            count=count
        )

    # --- reading -----------------------------------------------------------------------------

    def latest_of(self, shown: str) -> str:
        """Stand over the newest stories of a tag (plain)."""
        return self._("The newest about {tag}").format(tag=shown)

    def latest_of_all(self) -> str:
        """Stand over the newest stories of all of a place's tags (plain)."""
        return self._("The newest of your tags")

    def found(self, words: str) -> str:
        """Stand over what a search found (plain)."""
        return self._("Found for {words}").format(words=words)

    def how_many(self, most: int) -> str:
        """Answer a number of stories that makes no sense."""
        return self._("How many stories? From 1 to {most}, for example: {example}").format(
            most=most, example=code("/latest 5")
        )

    def one_tag_at_a_time(self, shown: Sequence[str]) -> str:
        """Answer several tags where one is taken, with what may have been meant."""
        _ = self._
        together, either = _("all in one story"), _("any of them")
        words = [f"({one})" if " " in one and not one.startswith('"') else one for one in shown]
        return "\n".join(
            (
                _("I show one tag at a time, or several combined:"),
                f"{code('/latest ' + ' + '.join(words))} – {together}",
                f"{code('/latest ' + ' | '.join(words))} – {either}",
            )
        )

    def no_stories(self, shown: str) -> str:
        """Say that a tag has no stories."""
        return self._(
            "No story carries {tag} yet. Another spelling may help, or /search for single words."
        ).format(tag=code(shown))

    def no_stories_yet(self) -> str:
        """Say that none of the place's tags has stories."""
        return self._("Nothing has come for your tags yet; I write as soon as something does.")

    def no_more(self) -> str:
        """Say that a page is beyond the last."""
        return self._("That was the last page.")

    def found_nothing(self, words: str) -> str:
        """Say that a search found nothing."""
        return self._("Nothing found for {words}. Fewer words find more.").format(words=code(words))

    def search_usage(self) -> str:
        """Answer /search without words."""
        return self._("Which words? For example: {example}").format(
            example=code("/search summit Tokyo")
        )
