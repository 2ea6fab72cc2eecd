"""The words on buttons: plain text, short."""

from bot.telegram.notices import Notices


class Labels(Notices):
    """All sentences but the manual's, and the labels of buttons."""

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
