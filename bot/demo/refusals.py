"""How the Bot API says no: one exception, with Telegram's words for each cause."""

from dataclasses import dataclass
from typing import Any

TITLES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    409: "Conflict", 413: "Request Entity Too Large", 429: "Too Many Requests",
    500: "Internal Server Error", 502: "Bad Gateway",
}  # fmt: skip


class Refusal(Exception):  # noqa: N818 - an answer, for the bot to deal with
    """An answer other than `ok`; carries the HTTP status and what goes into `parameters`."""

    def __init__(self, status: int, words: str = "", **parameters: int) -> None:
        title = TITLES.get(status, "Error")
        super().__init__(f"{title}: {words}" if words else title)
        self.status = status
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        body = {"ok": False, "error_code": self.status, "description": str(self)}
        return body | {"parameters": self.parameters} if self.parameters else body


def bad_request(words: str) -> Refusal:
    """Return a 400."""
    return Refusal(400, words)


def forbidden(words: str) -> Refusal:
    """Return a 403."""
    return Refusal(403, words)


def flood_wait(seconds: int) -> Refusal:
    """Return a 429; Telegram does not say whether the chat or the whole bot is meant."""
    return Refusal(429, f"retry after {seconds}", retry_after=seconds)


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a group went when it became a supergroup."""

    chat_id: int

    def refusal(self) -> Refusal:
        """Return the 400 that every request to the old id gets."""
        return Refusal(
            400,
            "group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=self.chat_id,
        )
