"""What we say about when alerts come: digests, quiet hours, pauses and mutes."""

from collections.abc import Sequence

from babel.dates import get_day_names

from bot.core.render import locale_of
from bot.core.timing import written
from bot.telegram.disclosure import Disclosure
from bot.telegram.texts import bold, code
from storage.records import Mode, Mute, Rhythm


class Timing(Disclosure):
    """All sentences of Texts and Disclosure, and those about time."""

    def rhythm(self, rhythm: Rhythm) -> str:
        """Name how often and when a digest comes (plain)."""
        time = written(rhythm.minute)
        if rhythm.weekday is None:
            return self._("every day at {time}").format(time=time)
        return self._("every {weekday} at {time}").format(
            weekday=self.weekday(rhythm.weekday), time=time
        )

    def weekday(self, number: int, *, brief: bool = False) -> str:
        """Name a day of the week, 0 is Monday (plain)."""
        names = get_day_names("abbreviated" if brief else "wide", locale=locale_of(self.language))
        return str(names[number])

    # --- digests -----------------------------------------------------------------------------

    def digest_title(self) -> str:
        """Stand over the digests that single subscriptions have."""
        return bold(self._("Digest"))

    def no_digest(self) -> str:
        """Stand over the buttons of /digest where there is none."""
        _ = self._
        return "\n".join(
            (
                bold(_("Digest")),
                _("A digest collects stories and sends them together, at a time of your choice."),
                _("There is none here yet: alerts come one by one. Press a time to begin."),
            )
        )

    def digest(self, rhythm: Rhythm, next_at: str, city: str) -> str:
        """Stand over the buttons of /digest: when it comes; `city` is the clock's."""
        _ = self._
        return "\n".join(
            (
                bold(_("Digest")),
                _("It comes {rhythm}, by the clock of {city}.").format(
                    rhythm=self.rhythm(rhythm), city=city
                ),
                _("The next one: {moment}.").format(moment=next_at),
            )
        )

    def not_your_time(self) -> str:
        """Tell how to choose a time zone, where nobody has chosen one."""
        return self._("Is that not your time? Tell me your city: {example}").format(
            example=code("/settings Lisbon")
        )

    def collects_all(self) -> str:
        """Say that a digest has everything of its place."""
        return self._("It has the stories of all subscriptions here.")

    def collects(self, shown: Sequence[str]) -> str:
        """Name the subscriptions that a digest is for."""
        return self._("It has the stories of {tags}; the others come one by one.").format(
            tags=", ".join(map(code, shown))
        )

    def own_digest(self, shown: str, rhythm: Rhythm, next_at: str) -> str:
        """Tell of a subscription that has a digest of its own."""
        return self._("{tag} has its own: {rhythm}, the next one {moment}.").format(
            tag=code(shown), rhythm=self.rhythm(rhythm), moment=next_at
        )

    def digest_ended(self, waiting: int) -> str:
        """Say that there is no digest any more; what was collected comes now."""
        if not waiting:
            return self._("✓ No digest any more: alerts come one by one.")
        return self._n(
            "✓ No digest any more: alerts come one by one. {count} story that waited comes now.",
            "✓ No digest any more: alerts come one by one. {count} stories that waited come now.",
            waiting,
        ).format(count=waiting)

    def digest_usage(self) -> str:
        """Answer words after /digest that were not understood."""
        return "\n".join(
            (
                self._("When shall it come? For example:"),
                code("/digest daily 08:00"),
                code("/digest weekly mon 08:00"),
                code("/digest #Samsung daily 18:30"),
                code("/digest off"),
            )
        )

    # --- quiet hours -------------------------------------------------------------------------

    def quiet(self, begins: str, ends: str, city: str, *, breaking: bool) -> str:
        """Stand over the buttons that choose the quiet hours; `city` is the clock's."""
        _ = self._
        lines = [bold(_("Quiet hours"))]
        if begins:
            lines.append(
                _("From {begins} to {ends} nothing comes, by the clock of {city}.").format(
                    begins=begins, ends=ends, city=city
                )
            )
            if breaking:
                lines.append(_("What three sources carry within an hour comes all the same."))
            lines.append(_("The rest waits, and comes together when they end."))
        else:
            lines.append(_("There are none: alerts come at any hour."))
            lines.append(
                _("Press when they shall begin or end, by the clock of {city}.").format(city=city)
            )
        return "\n".join(lines)

    def quiet_label(self, begins: str, ends: str) -> str:
        """Say: the quiet hours, and which they are (plain)."""
        if not begins:
            return self._("Quiet hours: none")
        return self._("Quiet hours: {begins} to {ends}").format(begins=begins, ends=ends)

    def from_label(self, time: str) -> str:
        """Say: from then on it is quiet (plain)."""
        return self._("from {time}").format(time=time)

    def to_label(self, time: str) -> str:
        """Say: until then it is quiet (plain)."""
        return self._("to {time}").format(time=time)

    def breaking_label(self) -> str:
        """Say: what breaks comes through quiet hours (plain)."""
        return self._("Let through what breaks")

    def no_quiet_label(self) -> str:
        """Say: no quiet hours (plain)."""
        return self._("No quiet hours")

    def digest_label(self, rhythm: Rhythm | None) -> str:
        """Say: the digest, and when it comes (plain)."""
        if rhythm is None:
            return self._("Digest: none")
        return self._("Digest: {rhythm}").format(rhythm=self.rhythm(rhythm))

    # --- modes -------------------------------------------------------------------------------

    def mode(self, mode: Mode) -> str:
        """Name a way in which a subscription's stories come (plain)."""
        return {
            Mode.INSTANT: self._("At once"),
            Mode.DIGEST: self._("In the digest"),
            Mode.BREAKING: self._("Only what breaks"),
            Mode.SILENT: self._("Without a sound"),
        }[mode]

    def mode_told(self, mode: Mode, rhythm: str) -> str:
        """Tell how a subscription's stories come; `rhythm`: of the digest there, if any."""
        _ = self._
        if mode is Mode.DIGEST:
            return _("Its stories wait for the digest: {rhythm}. To change that: /digest").format(
                rhythm=rhythm
            )
        if mode is Mode.BREAKING:
            said = _("A story comes once three sources carry it within an hour.")
            rest = _("The others wait for the digest: {rhythm}.").format(rhythm=rhythm)
            return f"{said} {rest}" if rhythm else said
        if mode is Mode.SILENT:
            return _("Its stories come at once, without a sound.")
        return _("Its stories come at once.")

    # --- pauses and mutes --------------------------------------------------------------------

    def paused(self, until: str) -> str:
        """Say that nothing is sent, until then or (empty) for good."""
        _ = self._
        first = _("✓ Paused until {moment}.").format(moment=until) if until else _("✓ Paused.")
        rest = _("What comes meanwhile I bring together afterwards. To go on at once: /resume")
        return f"{first} {rest}"

    def is_paused(self, until: str) -> str:
        """Tell that nothing is sent, until then or (empty) until somebody goes on."""
        if not until:
            return self._("Everything is paused here. To go on: /resume")
        return self._("Everything is paused here until {moment}. To go on at once: /resume").format(
            moment=until
        )

    def resumed(self) -> str:
        """Say that a pause is over."""
        return self._("✓ On again. What came meanwhile arrives in a moment.")

    def not_paused(self) -> str:
        """Answer /resume where nothing is paused."""
        return self._("Nothing is paused here. To pause for a while: {example}").format(
            example=code("/pause 8h")
        )

    def bad_span(self, typed: str, example: str) -> str:
        """Answer a length of time that was not understood."""
        return self._("For how long is {typed}? For example: {example}").format(
            typed=code(typed[:60]), example=code(example)
        )

    def muted(self, mute: Mute, until: str) -> str:
        """Say that a tag or a source is muted, until then or (empty) for good."""
        _ = self._
        shown = self.mute_name(mute)
        if until:
            said = _("✓ {name} is muted here until {moment}.").format(name=shown, moment=until)
        else:
            said = _("✓ {name} is muted here.").format(name=shown)
        if mute.is_tag:
            return said
        still = _("What other sources tell too still comes.")
        return f"{said} {still}"

    def mute_name(self, mute: Mute) -> str:
        """Name what is muted."""
        return code(mute.called)

    def mutes(self) -> str:
        """Stand over the list of what is muted; buttons end it."""
        return bold(self._("Muted here"))

    def mute_line(self, mute: Mute, until: str) -> str:
        """Tell one thing that is muted."""
        shown = self.mute_name(mute)
        if not until:
            return f"• {shown}"
        end = self._("until {moment}").format(moment=until)
        return f"• {shown} · {end}"

    def no_mutes(self) -> str:
        """Say that nothing is muted, and how it would be."""
        return "\n".join(
            (
                self._("Nothing is muted here. To mute a source or one of your tags:"),
                code("/mute BBC News"),
                code("/mute #Samsung 1d"),
            )
        )

    def unmuted(self) -> str:
        """Say that a mute has ended."""
        return self._("✓ No longer muted.")

    def nothing_to_mute(self, typed: str) -> str:
        """Answer a name that is no source's and none of the place's tags."""
        return self._(
            "I know no source called {typed}, and it is none of your tags: /sources, /tags"
        ).format(typed=code(typed[:60]))

    def which_to_mute(self, typed: str) -> str:
        """Stand over the sources that may be meant."""
        return self._("Which one is {typed}?").format(typed=code(typed[:60]))

    def source_without_name(self) -> str:
        """Answer a button under an alert whose source nobody can name (plain)."""
        return self._("I do not know whose story this is any more.")

    # --- labels (plain) ------------------------------------------------------------------------

    def every_day_label(self) -> str:
        """Say: the digest comes every day."""
        return self._("Every day")

    def collect_all_label(self) -> str:
        """Say: the digest is for all subscriptions."""
        return self._("All subscriptions")

    def no_digest_label(self) -> str:
        """Say: no digest."""
        return self._("No digest")

    def undo_label(self) -> str:
        """Say: take it back."""
        return self._("Undo")

    def unmute_label(self, mute: Mute) -> str:
        """Say: hear of it again."""
        return self._("Hear {name} again").format(name=mute.called[:30])

    def a_day_label(self) -> str:
        """Say: for a day only."""
        return self._("For one day only")

    def resume_label(self) -> str:
        """Say: end the pause."""
        return self._("Go on now")
