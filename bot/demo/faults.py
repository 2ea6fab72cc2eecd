"""Everything that can go wrong between a bot and Telegram, each as a switch.

rule = server.faults.add(blocked(), chat=1001)      # from now on
server.faults.add(bad_gateway(), method="sendMessage", times=3)
rule.stop()
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.demo.refusals import Moved, Refusal, bad_request, flood_wait, forbidden

EVERY_METHOD = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a request instead of, or round, its right answer."""

    refusal: Refusal | None = None
    status: int = 200
    body: bytes | None = None
    """Sent as it is, in place of the JSON answer."""
    leave_out: str = ""
    """A field that is missing in `result`."""
    delay: float = 0.0
    """Seconds before the answer."""
    hang: bool = False
    """The connection stays open and no answer ever comes."""
    reset: bool = False
    """The connection breaks in place of the answer."""
    happens: bool = False
    """True: the request is carried out all the same (the message is delivered)."""


def flood(seconds: int) -> Fault:
    """429 with `retry_after`."""
    return Fault(refusal=flood_wait(seconds))


def flood_without_parameters() -> Fault:
    """429 as a proxy gives it: no JSON, no `retry_after`."""
    return Fault(status=429, body=b"slow down")


def blocked() -> Fault:
    """403: the user blocked the bot."""
    return Fault(refusal=forbidden("bot was blocked by the user"))


def deactivated() -> Fault:
    """403: the user's account is gone."""
    return Fault(refusal=forbidden("user is deactivated"))


def kicked(kind: str = "supergroup") -> Fault:
    """403: thrown out of a `group`, `supergroup` or `channel`."""
    return Fault(refusal=forbidden(f"bot was kicked from the {kind} chat"))


def not_a_member(kind: str = "supergroup") -> Fault:
    """403: the bot left, or never was in, a `group`, `supergroup` or `channel`."""
    return Fault(refusal=forbidden(f"bot is not a member of the {kind} chat"))


def chat_deleted() -> Fault:
    """403: the group is deleted."""
    return Fault(refusal=forbidden("the group chat was deleted"))


def chat_not_found() -> Fault:
    """400: no such chat."""
    return Fault(refusal=bad_request("chat not found"))


def moved(chat_id: int) -> Fault:
    """400: the group became the supergroup `chat_id`."""
    return Fault(refusal=Moved(chat_id).refusal())


def refused(words: str) -> Fault:
    """400 with any words, such as `TOPIC_CLOSED` or `message is too long`."""
    return Fault(refusal=bad_request(words))


def bad_markup(tag: str = "FOO", offset: int = 12) -> Fault:
    """400: the text is no markup."""
    return refused(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {offset}')


def no_rights() -> Fault:
    """400: the bot may not write here."""
    return refused("not enough rights to send text messages to the chat")


def topic_closed() -> Fault:
    """400: the topic is closed."""
    return refused("TOPIC_CLOSED")


def unauthorized() -> Fault:
    """401: the token was revoked."""
    return Fault(refusal=Refusal(401))


def server_error(*, happens: bool = False) -> Fault:
    """500; whether the message went out is anybody's guess (`happens`)."""
    return Fault(refusal=Refusal(500, "restart"), happens=happens)


def bad_gateway(*, happens: bool = False) -> Fault:
    """502 with a page in HTML, as from a proxy."""
    page = b"<html><head><title>502 Bad Gateway</title></head><body></body></html>"
    return Fault(status=502, body=page, happens=happens)


def garbage(*, happens: bool = True) -> Fault:
    """200 with something that is no JSON."""
    return Fault(body=b"<!doctype html><title>Hello</title>", happens=happens)


def cut_short(*, happens: bool = True) -> Fault:
    """200 with JSON that ends in the middle."""
    return Fault(body=b'{"ok":true,"result":{"message_id":5,"da', happens=happens)


def without_field(name: str = "date") -> Fault:
    """200, delivered, and a field is missing in the answer."""
    return Fault(leave_out=name, happens=True)


def slow(seconds: float) -> Fault:
    """Delivered at once, answered late."""
    return Fault(delay=seconds, happens=True)


def silence(*, happens: bool = True) -> Fault:
    """No answer at all, though the request was accepted."""
    return Fault(hang=True, happens=happens)


def broken_line(*, happens: bool = True) -> Fault:
    """No answer but a reset, though the request was accepted."""
    return Fault(reset=True, happens=happens)


@dataclass(slots=True)
class Rule:
    """A fault and where it strikes."""

    fault: Fault
    method: str = EVERY_METHOD
    chat: int = 0
    topic: int = 0
    left: int | None = None
    """How many times more; None: until stopped."""
    hits: int = 0

    def fits(self, method: str, chat: int, topic: int) -> bool:
        """Tell whether this request is struck."""
        return (
            self.left != 0
            and self.method.lower() in {EVERY_METHOD, method}
            and self.chat in {0, chat}
            and self.topic in {0, topic}
        )

    def stop(self) -> None:
        """Strike no more."""
        self.left = 0


@dataclass(slots=True)
class Faults:
    """The rules in force; the first that fits strikes."""

    rules: list[Rule] = field(default_factory=list)

    def add(
        self,
        fault: Fault,
        *,
        method: str = EVERY_METHOD,
        chat: int = 0,
        topic: int = 0,
        times: int | None = None,
    ) -> Rule:
        """Put a fault in force; for one method, chat or topic, or all; `times` or for good."""
        rule = Rule(fault, method, int(chat), topic, times)
        self.rules.append(rule)
        return rule

    def strike(self, method: str, chat: int, topic: int) -> Fault | None:
        """Return the fault for this request and count it."""
        for rule in self._in_force():
            if rule.fits(method, chat, topic):
                rule.hits += 1
                if rule.left is not None:
                    rule.left -= 1
                return rule.fault
        return None

    def clear(self) -> None:
        """Put everything right again."""
        for rule in self.rules:
            rule.stop()
        self.rules.clear()

    def _in_force(self) -> Iterator[Rule]:
        return (rule for rule in self.rules if rule.left != 0)
