"""What we say about when alerts come: digests, quiet hours, pauses and mutes."""

from collections.abc import Sequence

from babel.dates import get_day_names

from bot.core.render import locale_of
from bot.core.timing import written
from bot.telegram.disclosure import Disclosure
from bot.telegram.texts import bold, code
from storage.records import Mode, Rhythm


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

    def collects_all(self) -> str:
        """Say that a digest has everything of its place."""
        return self._("It has the stories of all subscriptions here.")

    def collects(self, shown: Sequence[str]) -> str:
        """Name the subscriptions that a digest is for."""
        return self._("It has the stories of {tags}; the others come one by one.").format(
            tags=", ".join(map(code, shown))
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
