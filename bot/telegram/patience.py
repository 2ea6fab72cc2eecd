"""How long to wait after Telegram, or the way to it, failed."""

import logging

from telegram.error import Conflict, RetryAfter, TelegramError, TimedOut

logger = logging.getLogger(__name__)

LONGEST_S = 30.0


class Patience:
    """Grows with each failure in a row: 1, 2, 4 … 30 seconds, or what Telegram asks for."""

    def __init__(self) -> None:
        self._failures = 0

    def well(self) -> None:
        """Note that it went well."""
        self._failures = 0

    def pause(self, error: Exception) -> float:
        """Log a failure; return the seconds until the next try."""
        self._failures += 1
        if isinstance(error, RetryAfter):
            return wait_s(error)
        if isinstance(error, Conflict):
            logger.error(
                "Another program takes updates with the same token. Stop it: only one may. (%s)",
                error,
            )
            return LONGEST_S
        level = logging.INFO if isinstance(error, TimedOut) else logging.WARNING
        asked = "Telegram" if isinstance(error, TelegramError) else "the database"
        logger.log(level, "updates wait for %s, trying again: %s", asked, error)
        return min(LONGEST_S, 2.0 ** min(self._failures - 1, 5))


def wait_s(error: RetryAfter) -> float:
    """Seconds of a flood wait, whichever type this release of PTB gives."""
    # The public attribute warns that its type will change; the private one has the new type.
    given = error._retry_after  # noqa: SLF001
    return given.total_seconds()
