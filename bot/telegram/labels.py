"""The words on buttons: plain text, short."""

from collections.abc import Sequence

from bot.core.direction import APART, runs_to_the_left
from bot.core.render import Wording
from bot.telegram.notices import Notices

ROOM = 34
"""Characters of names on a button; a phone shows few more."""


class Labels(Notices):
    """All sentences but the manual's, and the labels of buttons."""

    def wording(self) -> Wording:
        """Return the words that stand in alerts and lists of stories, and under them (plain)."""
        _ = self._
        return Wording(
            also=_("Also:"),
            more=_("+{count}"),
            untitled=_("Untitled"),
            why=_("Why?"),
            less=_("Less like this"),
            mute=_("Mute source"),
            snooze=_("Snooze 8 h"),
            share=_("Share"),
            stories=self._stories,
            digest=self._digest,
            meanwhile=self._meanwhile,
            untagged=_("More"),
            apart=APART if runs_to_the_left(self.language) else ("", ""),
        )

    def _digest(self, count: int) -> str:
        said = self._n("Your digest: {count} story", "Your digest: {count} stories", count)
        return said.format(count=count)

    def _meanwhile(self, count: int) -> str:
        return self._n("Meanwhile: {count} story", "Meanwhile: {count} stories", count).format(
            count=count
        )

    def _stories(self, count: int) -> str:
        return self._n("{count} story", "{count} stories", count).format(count=count)

    def yes_delete(self) -> str:
        """Say: delete everything."""
        return self._("Yes, delete")

    def yes_end_all(self) -> str:
        """Say: end all subscriptions."""
        return self._("Yes, end all")

    def cancel(self) -> str:
        """Say: change nothing."""
        return self._("Cancel")

    def subscribe_label(self, shown: str) -> str:
        """Say: subscribe to that tag."""
        return self._("Subscribe to {tag}").format(tag=shown)

    def latest_label(self) -> str:
        """Say: show the newest stories."""
        return self._("Show the newest")

    def end_label(self) -> str:
        """Say: choose a subscription to end."""
        return self._("End some…")

    def end_all_label(self) -> str:
        """Say: end all."""
        return self._("End all…")

    def add_label(self) -> str:
        """Say: add a source."""
        return self._("Add it")

    def also_label(self, words: Sequence[str], *, taken: bool) -> str:
        """Say: look for these names too; with a tick where that is so."""
        return _ticked(self._("Also: {names}").format(names=_few(words, ", ")), taken)

    def together_label(self, words: Sequence[str], *, taken: bool) -> str:
        """Say: the tag stands for these together."""
        return _ticked(self._("Together: {tags}").format(tags=_few(words, " + ")), taken)

    def by_names_label(self, *, taken: bool) -> str:
        """Say: each of them by its other names too."""
        return _ticked(self._("Each by its other names too"), taken)

    def length(self, summary: str) -> str:
        """Name a length of alerts."""
        return {
            "none": self._("Headline only"), "short": self._("Short"), "long": self._("Long"),
        }[summary]  # fmt: skip

    def roundup(self, stories: int) -> str:
        """Name a number of stories in ten minutes; 0: no end."""
        return str(stories) if stories else self._("All")

    def previews_label(self) -> str:
        """Say: with a preview of the article."""
        return self._("Link previews")

    def under_label(self) -> str:
        """Say: choose the buttons under alerts."""
        return self._("Buttons under alerts…")

    def without_label(self, typed: str) -> str:
        """Say: leave that out."""
        return self._("Without {words}").format(words=typed[:ROOM])

    def mute_teller_label(self) -> str:
        """Say: hear nothing of that source."""
        return self._("Mute its source")

    def zone_label(self, city: str) -> str:
        """Say: the time is that of this city."""
        return self._("Time zone: {city}").format(city=city)

    def dark_label(self) -> str:
        """Say: the picture with a dark ground."""
        return self._("Dark")

    def light_label(self) -> str:
        """Say: the picture with a light ground."""
        return self._("Light")

    def import_label(self, count: int) -> str:
        """Say: take in so many."""
        return self._("Import {count}").format(count=count)

    def share_label(self) -> str:
        """Say: share this with somebody."""
        return self._("Share")

    def add_to_group_label(self) -> str:
        """Say: bring this into a group."""
        return self._("Add to a group")

    def all_settings_label(self) -> str:
        """Say: to all settings."""
        return self._("All settings")

    def by_location_label(self) -> str:
        """Say: find the time zone by where I am."""
        return self._("By my location…")

    def share_location_label(self) -> str:
        """Say: share my location."""
        return self._("Share my location")

    def back_label(self) -> str:
        """Say: to the page before."""
        return self._("◀︎ Back")

    def mention_label(self, *, on: bool) -> str:
        """Say: a mention in passing is enough."""
        return _ticked(self._("Any mention"), on)

    def length_label(self, summary: str, *, on: bool) -> str:
        """Name a length of a subscription's alerts."""
        return _ticked(self.length(summary), on)

    def end_that_label(self, shown: str) -> str:
        """Say: end the subscription of that name."""
        return self._("End {tag}").format(tag=shown[:ROOM])

    def end_this_label(self) -> str:
        """Say: end this subscription."""
        return self._("End it")


def _ticked(label: str, taken: bool) -> str:  # noqa: FBT001 - a plain fact
    return f"✓ {label}" if taken else label


def _few(words: Sequence[str], between: str) -> str:
    """Join as many words as a button has room for."""
    for count in range(len(words), 1, -1):
        told = between.join(words[:count])
        if len(told) <= ROOM:
            return told if count == len(words) else f"{told} …"
    return words[0][:ROOM]
