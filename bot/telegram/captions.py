"""What we say under pictures, so that nothing is told by the picture alone."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_skeleton
from babel.numbers import format_percent

from bot.core.charts import Series
from bot.telegram.files import Files
from bot.telegram.texts import bold, code

LONGEST = 1_000
"""Characters of a caption; Telegram takes 1,024."""
_EACH = 2
"""Days from one date under the picture to the next."""
_NAME = 40


class Captions(Files):
    """All sentences of Files, and those of /trends."""

    def trends_title(self) -> str:
        """Stand over the picture of several tags (plain)."""
        return self._("Stories per day")

    def shares_title(self) -> str:
        """Stand over the part of a picture that tells who wrote (plain)."""
        return self._("Stories by source")

    def other_sources(self) -> str:
        """Name all sources but the first few (plain)."""
        return self._("others")

    def days_below(self, days: Sequence[date]) -> tuple[str, ...]:
        """Return what stands under the days of a picture: every other date, the last one too."""
        first = (len(days) - 1) % _EACH
        return tuple(
            self._day(day) if number == first or (day.day <= _EACH and number % _EACH == first)
            else str(day.day) if number % _EACH == first
            else ""
            for number, day in enumerate(days)
        )  # fmt: skip

    def trends(
        self,
        days: Sequence[date],
        series: Sequence[Series],
        shares: Sequence[tuple[str, float]],
        *,
        at_least: bool,
    ) -> str:
        """Tell what the picture shows."""
        span = self._("Stories per day, {first} to {last}").format(
            first=self._day(days[0]), last=self._day(days[-1])
        )
        lines = [bold(span), *(self._line(one, days, at_least=at_least) for one in series)]
        if shares:
            told = ", ".join(self._share(name, count, shares) for name, count in shares)
            lines.append(self._("By source: {sources}").format(sources=told))
        kept = lines[:1]
        for line in lines[1:]:
            if len("\n".join([*kept, line])) <= LONGEST:
                kept.append(line)
        return "\n".join(kept)

    def one_tag_for_trends(self) -> str:
        """Answer several tags where one is taken."""
        return self._("I draw one tag at a time, or all of yours: {example}").format(
            example=code("/trends #Samsung")
        )

    def _line(self, one: Series, days: Sequence[date], *, at_least: bool) -> str:
        return self._n(
            "{tag}: {count} story, most on {day} ({most})",
            "{tag}: {count} stories, most on {day} ({most})",
            one.total,
        ).format(
            tag=code(one.name[:_NAME]),
            count=f"{one.total}+" if at_least else one.total,
            day=self._day(days[one.peak]),
            most=one.counts[one.peak],
        )

    def _share(self, name: str, count: float, shares: Sequence[tuple[str, float]]) -> str:
        part = format_percent(count / sum(each for _, each in shares), locale=self._locale())
        return f"{code(name[:_NAME])} {part}"

    def _day(self, day: date) -> str:
        return str(format_skeleton("MMMd", day, locale=self._locale()))
