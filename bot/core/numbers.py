"""Whole numbers that come roughly one after the other, remembered as ranges."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

MOST_RANGES = 200
"""Beyond that the lowest range is forgotten."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A set of whole numbers; needs room for its gaps only."""

    ranges: tuple[Range, ...] = ()
    """First and last of each run, ascending; runs do not touch."""

    @classmethod
    def of(cls, ranges: Iterable[Iterable[int]]) -> "Numbers":
        """Read what `ranges` gave, as JSON brings it back."""
        return cls(tuple((first, last) for first, last in ranges))

    def __contains__(self, number: int) -> bool:
        at = self._at(number)
        return at < len(self.ranges) and self.ranges[at][0] <= number

    def adding(self, number: int) -> "Numbers":
        """Return these numbers and one more."""
        if number in self:
            return self
        at = self._at(number)
        before, after = self.ranges[:at], self.ranges[at:]
        first = last = number
        if before and before[-1][1] == number - 1:
            first, before = before[-1][0], before[:-1]
        if after and after[0][0] == number + 1:
            last, after = after[0][1], after[1:]
        return Numbers((*before, (first, last), *after)[-MOST_RANGES:])

    def _at(self, number: int) -> int:
        """Return the place of the first range that ends at or after the number."""
        return bisect_left(self.ranges, number, key=lambda one: one[1])
