"""What we say about what people can choose: other names of a tag, settings."""

from collections.abc import Sequence

from bot.telegram.texts import bold, code
from bot.telegram.timing import Timing

_NAMES = 6
"""Other names of a tag that are shown in a list."""


class Choices(Timing):
    """All sentences of Timing, and those about choices."""

    # --- other names -------------------------------------------------------------------------

    def changed(self, shown: str) -> str:
        """Say that a subscription wants something else now."""
        return self._("✓ Changed {tag}.").format(tag=code(shown))

    def also(self, shown: str, names: Sequence[str]) -> str:
        """Tell by which other names a tag is found."""
        return self._("{tag} is also found as {names}.").format(
            tag=code(shown), names=", ".join(map(code, names))
        )

    def also_briefly(self, names: Sequence[str]) -> str:
        """Tell the other names of a tag, behind it in a list."""
        shown = [*map(code, names[:_NAMES]), *["…"] * (len(names) > _NAMES)]
        return self._("also {names}").format(names=", ".join(shown))

    def by_its_own_name(self, shown: str) -> str:
        """Say that a tag has no other names any more."""
        return self._("{tag} is found by its own name only.").format(tag=code(shown))

    def may_go_by_other_names(self) -> str:
        """Stand over buttons that add other names of a tag."""
        return self._("Papers also say it in other words. Shall I look for these too?")

    def would_add(self, shown: str, names: Sequence[str], *, surely: bool) -> str:
        """Tell all names that a button adds to a tag."""
        line = self._("• {tag}: {names}") if surely else self._("• {tag}, less surely: {names}")
        return line.format(tag=code(shown), names=", ".join(map(code, names)))

    def offered_below(self) -> str:
        """Stand over what buttons add, in the settings of a subscription."""
        return self._("The buttons below add names that papers use:")

    def may_be_meant_together(self) -> str:
        """Stand over a button that reads one tag as several."""
        return self._(
            "I look for these words side by side. Shall a story count too that has them apart?"
        )

    def subscription_gone(self) -> str:
        """Answer a button of a subscription that ended meanwhile."""
        return self._("This subscription has ended. Yours: /tags")

    def aliases_title(self) -> str:
        """Stand over the list of other names; buttons end them."""
        return self._("Other names of your tags; a button ends those of one tag:")

    def no_aliases(self) -> str:
        """Say that no tag goes by another name."""
        return self._("Your tags have no other names yet. Give one: {example}").format(
            example=code("/alias #Seoul = Blue House, Seoul government")
        )

    def alias_usage(self, shown: str) -> str:
        """Tell how a tag gets another name."""
        names = self._("another name, a third one")
        return self._("{tag} has no other names here. Give it some: {example}").format(
            tag=code(shown), example=code(f"/alias {shown} = {names}")
        )

    def alias_without_subscription(self, shown: str) -> str:
        """Say that other names need a subscription; a button makes it."""
        return self._(
            "You have no subscription to {tag} here. Shall I subscribe, with these names?"
        ).format(tag=code(shown))

    # --- sharing (plain) ---------------------------------------------------------------------

    def shared(self, shown: str) -> str:
        """Say what a shared link brings; it is sent by whoever shares it."""
        return self._("News about {tag}, each story once").format(tag=shown)

    # --- inline mode (plain, a line over the results) ------------------------------------------

    def inline_usage(self) -> str:
        """Say what to type behind the bot's name."""
        return self._("Type a tag, such as Samsung")

    def inline_nothing(self, shown: str) -> str:
        """Say that a tag has no stories, and offer to wait for them."""
        return self._("No story about {tag} yet. Be told?").format(tag=shown[:30])

    def inline_not_understood(self) -> str:
        """Say that what was typed is no tag."""
        return self._("Type one tag, such as Samsung")

    def inline_private(self) -> str:
        """Refuse a stranger where access is private."""
        return self._("This bot is private")

    # --- settings ----------------------------------------------------------------------------

    def settings(self, roundup: int) -> str:
        """Stand over the buttons of /settings; row by row they say what is chosen."""
        _ = self._
        together = _("Stories always come one by one.")
        if roundup:
            together = _("More than {count} stories in 10 minutes come together.").format(
                count=roundup
            )
        return "\n".join(
            (
                bold(_("Settings of this chat")),
                _("First row: how much an alert tells. Second row: how many alerts in 10 minutes."),
                together,
            )
        )

    def under(self) -> str:
        """Stand over the buttons that stand under alerts, if wanted."""
        return "\n".join(
            (
                bold(self._("Buttons under alerts")),
                self._("Press those that shall stand there; the fewer, the calmer."),
            )
        )

    def under_name(self, button: str) -> str:
        """Tell what a button under alerts does (plain)."""
        _ = self._
        return {
            "why": _("Why? – which words matched"),
            "less": _("Less like this – leave out a word or a source"),
            "mute": _("Mute source"),
            "snooze": _("Snooze its tags for 8 hours"),
            "share": _("Share"),
        }[button]

    def choose_language(self) -> str:
        """Stand over the languages."""
        return self._("Which language shall I speak here?")

    def speaks_now(self) -> str:
        """Say, in a language just chosen, that it was chosen."""
        return self._("✓ From now on I speak English here.")

    def choose_zone(self) -> str:
        """Stand over the time zones."""
        return self._(
            "What time is it with you? Any other city or country: {example} – or send me your "
            "location in a private chat."
        ).format(example=code("/settings Lisbon"))

    def unknown_zone(self, typed: str) -> str:
        """Answer a time zone that does not exist."""
        return self._(
            "I know no time zone called {typed}. Try the next large city or the country: "
            "{example} – or send me your location in a private chat."
        ).format(typed=code(typed[:60]), example=code("/settings Lisbon"))

    def which_zone(self, typed: str) -> str:
        """Stand over the time zones that may be meant."""
        return self._("{typed}: which of these has your time?").format(typed=code(typed[:60]))

    def zone_taken(self, city: str) -> str:
        """Say that a shared location was understood, and what is kept of it."""
        return self._(
            "✓ Your time is now that of {city}. I keep the time zone only, not where you are. "
            "Another one: /settings"
        ).format(city=city)

    def share_location(self) -> str:
        """Stand over the keyboard that shares a location."""
        return self._(
            "Press the button below, once. I look up the nearest time zone, and forget where you "
            "are."
        )

    def one_subscription(self, shown: str, *, length: str) -> str:
        """Stand over the buttons that change one subscription; `length`: of its summaries."""
        _ = self._
        summaries = _("Its alerts are as long as /settings says.")
        if length:
            summaries = _("Its alerts have a length of their own; press it again to end that.")
        mention = _("“Any mention”: one in passing, far down in the text, is enough.")
        return "\n".join((bold(_("One of your subscriptions")), code(shown), summaries, mention))

    def other_names_in_tags(self) -> str:
        """Tell where the other names of several tags can be chosen."""
        return self._("Some of them have other names: press a tag in /tags to add those.")

    def whole_still_comes(self, shown: str) -> str:
        """Tell that a tag's own subscription still brings what another one leaves out."""
        return self._("You also have {tag} alone, which still brings all of its stories.").format(
            tag=code(shown)
        )

    def any_mention(self) -> str:
        """Mark a subscription for which a mention in passing is enough (plain)."""
        return self._("any mention")

    def own_names_hint(self, shown: str) -> str:
        """Tell how a tag gets names of one's own."""
        return self._("Names of your own: {example}").format(example=code(f"/alias {shown} = …"))

    # --- less like this ----------------------------------------------------------------------

    def less(self, shown: Sequence[str], count: int, days: int) -> str:
        """Stand over what may be left out; `count` stories came in the last days."""
        came = self._n(
            "In the last {days} days {tags} brought {count} story.",
            "In the last {days} days {tags} brought {count} stories.",
            count,
        ).format(days=days, tags=", ".join(map(code, shown)), count=count)
        ask = self._("What shall be left out from now on?")
        return "\n".join((bold(self._("Less like this")), f"{came} {ask}"))

    def would_lose(self, typed: str, others: int) -> str:
        """Tell what leaving something out would have cost."""
        if not others:
            said = self._("{words}: only this story would not have come")
        else:
            said = self._n(
                "{words}: this story and {count} other would not have come",
                "{words}: this story and {count} others would not have come",
                others,
            )
        told = said.format(words=code(typed), count=others)
        return f"• {told}"

    def no_less(self) -> str:
        """Say that nothing can be left out without losing much; a button mutes the source."""
        return self._(
            "I find no word that only a few of these stories have. You can mute the source instead."
        )

    def lessened(self, shown: Sequence[str], others: int, days: int) -> str:
        """Say what a subscription leaves out now, and what that would have cost."""
        tags = ", ".join(map(code, shown))
        if not others:
            lost = self._("In the last {days} days only that story would not have come.")
        else:
            lost = self._n(
                "In the last {days} days that story and {count} other would not have come.",
                "In the last {days} days that story and {count} others would not have come.",
                others,
            )
        changed = self._("✓ Now: {tags}.").format(tags=tags)
        told = lost.format(days=days, count=others)
        return f"{changed} {told}"

    def as_before(self, shown: Sequence[str]) -> str:
        """Say that everything is as it was."""
        return self._("✓ As before: {tags}.").format(tags=", ".join(map(code, shown)))

    # --- why (plain, in a pop-up of 200 characters) --------------------------------------------

    def because(self, tag: str, mentions: str) -> str:
        """Tell what matched a tag."""
        shown = f"“{tag}”" if " " in tag else f"#{tag}"
        return self._("{tag}: {mentions}").format(tag=shown, mentions=mentions)

    def mentioned(self, field: str, words: Sequence[str]) -> str:
        """Tell where words stand."""
        where = {
            "title": self._("in the headline"),
            "summary": self._("in the summary"),
            "body": self._("in the text"),
            "category": self._("among the paper's own tags"),
        }
        return f"{', '.join(f'“{one}”' for one in words)} {where[field]}"

    def and_more_tags(self, count: int) -> str:
        """Tell that there are more tags than a pop-up holds."""
        return self._n("… and {count} more tag", "… and {count} more tags", count).format(
            count=count
        )

    def story_gone(self) -> str:
        """Say that a story is no longer kept."""
        return self._("This story is no longer kept, so I cannot look it up any more.")

    def no_reason_left(self) -> str:
        """Say that no subscription matches a story any more."""
        return self._("It came for a subscription that has ended or changed. Yours: /tags")
