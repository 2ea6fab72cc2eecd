"""Why a source cannot be used, in the reader's language: said in English where it is found out."""

import re
from functools import lru_cache
from string import Formatter

from bot.errors import TagwireError, sentence
from bot.telegram.captions import Captions

FAULTS = (
    # Whole lines.
    sentence("{host} offers no feed. Look on the site for an RSS or Atom link and add that."),
    sentence("{host} {fault}. Check the address, or try again later."),
    sentence("The address is not a web address; use one like https://example.com/feed."),
    sentence("Only addresses that begin with https:// or http:// can be read."),
    sentence("An address with a user name or password in it is not read."),
    sentence("Only ports 80, 443, 8080 and 8443 are read."),
    sentence("The source cannot be read: its address is not a public one."),
    sentence("The address is not written as a web address usually is."),
    sentence(
        "Telegram's channel pages are no feeds, and need none: follow the channel in Telegram "
        "itself, or add the website behind it."
    ),
    sentence("Only what comes after the host's name can be filled in."),
    sentence(
        "{{{name}}} is no place that can be filled; use {{query}}, {{slug}}, {{hashtag}}, {{tag}}, "
        "{{lang}} or {{country}}."
    ),
    # What follows a source's name.
    sentence("does not answer"),
    sentence("does not answer in time"),
    sentence("answers with an error ({status})"),
    sentence("asks for a password (401)"),
    sentence("asks for money (402)"),
    sentence("does not let us in (403)"),
    sentence("has nothing at this address (404)"),
    sentence("is gone for good (410)"),
    sentence("asks us to come less often (429)"),
    sentence("may not answer for legal reasons (451)"),
    sentence("is out of order for now (503)"),
    sentence("has, or leads to, an address that may not be read"),
    sentence("redirects more than {count} times"),
    sentence("is larger than {size} MB"),
    sentence("answers in an encoding that was not asked for"),
    sentence("answers with a broken compressed body"),
    sentence("breaks off in the middle of its answer"),
    sentence("answers with nothing"),
    sentence("has no valid certificate"),
    sentence("cannot be found: there is no such address, or this machine is offline"),
    sentence("cannot be reached: the proxy does not answer"),
    sentence("cannot be reached: the proxy answers with an error ({status})"),
    sentence("redirects to something that is no web address"),
    sentence("answers with something that is not HTTP"),
    sentence("is no feed"),
    sentence("is a web page, not a feed"),
    sentence("is no JSON"),
    sentence("is no JSON Feed"),
    sentence("is written in a way that cannot be read"),
    sentence("takes too long to read"),
    sentence("cannot be read just now: this machine has no room"),
)
"""Every line that `bot.sources` says of a source, with the longer ones before their parts."""


class Faults(Captions):
    """All sentences of Captions, and those about what went wrong elsewhere."""

    def reason(self, error: TagwireError) -> str:
        """Say an error's line (plain)."""
        if not error.values:
            return self.fault(str(error))
        return self._translations.gettext(error.template).format(**error.values)

    def fault(self, words: str) -> str:
        """Say why a source cannot be used (plain); what is not known stays as it is."""
        for template, pattern in _patterns():
            found = pattern.fullmatch(words)
            if found is not None:
                said = found.groupdict()
                if "fault" in said:
                    said["fault"] = self.fault(said["fault"])
                return self._translations.gettext(template).format(**said)
        return self._translations.gettext(words) if words else ""


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(template, _pattern(template)) for template in FAULTS]


def _pattern(template: str) -> re.Pattern[str]:
    spelt = ""
    for text, name, *_ in Formatter().parse(template):
        spelt += re.escape(text) + (f"(?P<{name}>.+?)" if name else "")
    return re.compile(spelt, re.DOTALL)
