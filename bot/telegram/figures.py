"""What we tell operators of how the bot is doing: figures, written as each language writes them."""

from collections.abc import Mapping, Sequence
from html import escape

from bot.telegram.faults import Faults
from bot.telegram.texts import bold


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
