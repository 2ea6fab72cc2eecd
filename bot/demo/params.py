"""The parameters of a request, whichever way they came: query, form, multipart or JSON."""

import json
from dataclasses import dataclass, field
from typing import Any

from bot.demo.refusals import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart request."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """Values as they came: strings in forms, real JSON values in JSON bodies."""

    values: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) not in (None, "") or name in self.files

    def text(self, name: str, default: str = "") -> str:
        """Return a string."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number; 0 for what is none, as the real server does."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            return 0

    def flag(self, name: str) -> bool:
        """Return a yes or no."""
        value = self.values.get(name, False)
        return value if isinstance(value, bool) else str(value).lower() in {"true", "1", "yes"}

    def nested(self, name: str, what: str) -> Any:
        """Return a JSON value, None where there is none; `what` goes into the refusal."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {what} JSON object") from error
