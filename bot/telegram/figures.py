"""What we tell operators of how the bot is doing: figures, written as each language writes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from babel.units import format_unit

from bot.core.hours import Hour
from bot.core.timing import written
from bot.telegram.faults import Faults
from bot.telegram.texts import bold, code

_TICK = 12
"""Hours from one mark under the picture to the next."""


class Figures(Faults):
    """All sentences of Faults, and those of /stats."""

    def stats_title(self) -> str:
        """Stand over the figures."""
        return bold(self._("How the bot is doing"))

    def late(self, seconds: int) -> str:
        """Tell how late the most delayed alert is."""
        return self._("The alert that waits longest has waited {seconds} s.").format(
            seconds=self.number(seconds)
        )

    def failing(self, count: int, of: int) -> str:
        """Tell how many sources fail."""
        if not count:
            return self._("Sources: {all}, none failing").format(all=of)
        return self._("Sources: {all}, {count} failing:").format(count=count, all=of)

    def queue(self, *, waiting: int, sending: int, edits: int) -> str:
        """Tell what is to be sent and edited."""
        return self._("Queue: {waiting} waiting, {sending} being sent, {edits} to edit").format(
            waiting=self.number(waiting), sending=self.number(sending), edits=self.number(edits)
        )

    def past_alerts(self, *, sent: int, dropped: int, days: int) -> str:
        """Tell what became of the alerts that are still remembered."""
        return self._("Alerts of the last {days} days: {sent} sent, {dropped} dropped").format(
            days=days, sent=self.number(sent), dropped=self.number(dropped)
        )

    def sent_since(self, count: int, *, hours: float, floods: int) -> str:
        """Tell what this process sent."""
        return self._(
            "Messages sent since the start {hours} h ago: {count}. Flood waits: {floods}"
        ).format(
            hours=self.number(round(hours, 1)), count=self.number(count), floods=self.number(floods)
        )

    def rate(self, per_second: float) -> str:
        """Tell how fast the bot may send now."""
        return self._("Rate in force: {rate} messages a second").format(
            rate=self.number(round(per_second, 1))
        )

    def jobs_failing(self, names: Sequence[str]) -> str:
        """Tell which jobs failed at their last run."""
        return self._("Failed at their last run, the log says why: {names}").format(
            names=escape(", ".join(names))
        )

    def rows(self, counts: Mapping[str, int]) -> str:
        """Tell how much is stored."""
        words = {
            "articles": self._("articles {count}"),
            "stories": self._("stories {count}"),
            "chats": self._("chats {count}"),
            "subscriptions": self._("subscriptions {count}"),
            "queries": self._("different ones {count}"),
        }
        told = [text.format(count=self.number(counts.get(key, 0))) for key, text in words.items()]
        return self._("Stored: {counts}").format(counts=", ".join(told))

    def slowest(self, sources: Sequence[tuple[str, float]]) -> str:
        """Name the sources that take longest to answer, with their seconds."""
        told = ", ".join(f"{code(name)} {self._seconds(each)}" for name, each in sources)
        return self._("Slowest to answer: {sources}").format(sources=told)

    def _seconds(self, seconds: float) -> str:
        return str(format_unit(round(seconds, 1), "second", "short", locale=self._locale()))

    # --- the picture -------------------------------------------------------------------------

    def pulse_title(self) -> str:
        """Stand over the picture of the last two days (plain)."""
        return self._("The last 48 hours")

    def panel_titles(self) -> tuple[str, str, str]:
        """Stand over the picture's parts (plain): messages, the queue, errors."""
        return (
            self._("Messages per hour"),
            self._("Longest queue in each hour"),
            self._("Errors per hour"),
        )

    def hour_names(self) -> tuple[str, str, str, str]:
        """Name what the bars count (plain): sent, dropped, failed polls, flood waits."""
        return self._("sent"), self._("dropped"), self._("failed polls"), self._("flood waits")

    def slowest_title(self) -> str:
        """Stand over the part with the slowest sources (plain)."""
        return self._("Slowest to answer, in seconds")

    def hours_below(self, hours: Sequence[datetime]) -> tuple[str, ...]:
        """Return what stands under the hours: each midnight's date, and noon."""
        return tuple(
            "" if at.hour % _TICK
            else written(at.hour * 60 + at.minute) if at.hour
            else self._day(at.date())
            for at in hours
        )  # fmt: skip

    def pulse(self, whole: Hour, most: int, since: str) -> str:
        """Tell what the picture shows; `most` were sent in the hour that began at `since`."""
        lines = [
            bold(self.pulse_title()),
            self._("Messages: {sent} sent, {dropped} dropped").format(
                sent=self.number(whole.sent), dropped=self.number(whole.dropped)
            ),
        ]
        if most:
            lines.append(
                self._("Most in one hour: {most}, from {moment} on").format(
                    most=self.number(most), moment=since
                )
            )
        lines.append(
            self._("Longest queue: {count}").format(count=self.number(whole.waiting)),
        )
        lines.append(
            self._("Polls: {polls}, {failed} of them failed; flood waits: {floods}").format(
                polls=self.number(whole.polls),
                failed=self.number(whole.failed),
                floods=self.number(whole.floods),
            )
        )
        return "\n".join(lines)
