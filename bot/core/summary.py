"""What to say of an article in a few sentences, in its own words."""

from collections.abc import Iterable

import regex

from bot.core.duplicates import fold
from bot.core.sentences import split
from bot.core.text import shorten, utf16_len

LENGTHS = {"none": 0, "short": 280, "long": 600}
"""UTF-16 units of a summary at most, by the chat's setting."""
MIN_DESCRIPTION = 60
"""Letters from which a feed's own description says enough; in dense scripts half as many."""
LEAST_DESCRIPTION = 12
"""Letters below which a description («Comments», «Video») is none."""
THIN = 40
"""Letters of a summary below which an article's own page is worth a visit."""
MIN_REST = 30
"""Letters behind a repeated headline that are more than the name of its publisher."""
MIN_LEAD = 120
"""When whole sentences give less, a part of the next one is added."""
SHORT_LINE = 60
"""Lines shorter than that, which do not end like a sentence, are headings, bylines, captions."""
REPEAT = 0.8
"""Part of a sentence's words in the headline from which it only repeats it."""
READ = 6_000
"""How much of a body, or of a description, is looked at."""
READ_TITLE = 1_000

_TAILS = regex.compile(
    r"(?<!\s)\s*+(?:The post .{1,300} (?:appeared first|first appeared) on .{1,100}"
    r"|(?:\(?\[?(?:Continue reading|Read more|Read full story|Read the full (?:story|article)"
    r"|Weiterlesen|Mehr lesen|Lire la suite|Lire plus|Leer más|Seguir leyendo|Leggi tutto|Leia mais"
    r"|Lees verder|Читать далее|Читайте также|続きを読む|阅读全文|阅读更多|더 보기)"
    r"\b?\]?\)?).{0,40})$",
    regex.IGNORECASE,
)
_FORUM = regex.compile(
    r"(?<!\s)\s*+submitted by\s+/?u/\S+(?:\s+to\s+/?r/\S+)?(?:\s*\[link\])?"
    r"(?:\s*\[\d*\s*comments?\])?\s*$"
    r"|^\s*Article URL: .{1,2000} Points: \d+ # Comments: \d+\s*$",
    regex.IGNORECASE,
)
"""What forums put into their feeds instead of a description."""
_CUT_END = regex.compile(r"(?<!\s)\s*+(?:\[\s*(?:…|\.{3})\s*\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3})\s*$")
_DATELINE = regex.compile(
    r"^(?:\([^()=\n]{1,30}=[^()=\n]{1,30}\)\s*(?:[^=\n]{1,30}=\s*)?"
    r"|[【\[][^】\]\n]{1,40}[】\]]\s*"
    r"|\p{Lu}[\p{Lu}\s.,'’/-]{2,40}(?:,\s\p{Lu}[\p{L}.]{1,12}\.?\s?\d{0,2})?"
    r"\s?(?:\([^()\n]{2,40}\)\s?)?(?:[-–—]{1,2}|\.-)\s+"
    r"|\p{Lu}[\p{L}\s.,'’/-]{2,40}\s\([^()\n]{2,40}\)\s?[-–—]{1,2}\s+"
    r"|/[\p{L}\s-]{2,20}/\s*[-–—.]*\s*"
    r"|[\p{L}\s]{2,20},\s\d{1,2}\.?\s\p{L}{3,10}(?:\.|,)?\s?(?:/[\p{L}\s-]{2,20}/|\([^()]{2,20}\))\.?\s*)"
)
_BYLINE = regex.compile(
    r"^(?:by|von|par|por|di|door|av|af|от|текст|автор|words|written by|story by|reporting by"
    r"|posted by|posted on|published|updated|last updated|last modified|aktualisiert|stand"
    r"|veröffentlicht|publié|publicado|actualizado|pubblicato|опубликовано)\b",
    regex.IGNORECASE,
)
_CAPTION = regex.compile(
    r"^(?:photo|photograph|image|picture|pic|caption|foto|bild|symbolbild|video|watch|listen|imagen"
    r"|фото|видео|写真|图|사진)\b\s?(?:by|credit|courtesy|:|\(|/|©|-)"
    r"|©|\(?(?:AP Photo|Getty Images|AFP/Getty)\b"
    r"|\b(?:Getty Images|AP Photo|Shutterstock|iStock)\b.{0,20}$",
    regex.IGNORECASE,
)
_BOILERPLATE = regex.compile(
    r"^(?:advertisement|advertising|anzeige|werbung|publicité|publicidad|реклама|share this"
    r"|share on|teilen|partager|read more|read also|also read|see also|related|lesen sie auch"
    r"|lire aussi|lea también|leggi anche|читайте также|sign up|subscribe|follow us|click here"
    r"|newsletter|cookies?\b|this (?:article|story|page|copy) (?:is|was|has been)|copyright"
    r"|all rights reserved|please enable|your browser|loading|skip to|jump to|table of contents"
    r"|inhalt\b|we use cookies|disclosure|disclaimer|note:|editor['’]s note|--- )",
    regex.IGNORECASE,
)
_ENDS = regex.compile(r"[.!?…。！？｡।॥؟۔።:][\"'”’»)\]」』）]*$")
_DENSE_END = regex.compile(r"[。！？｡」』）]$")
_DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")


def summarise(title: str, summary: str, body: str, language: str, length: str = "short") -> str:
    """Return a summary of the length that `LENGTHS` names; empty rather than a repeat.

    The feed's own description if it is good, else the body's first sentences without bylines,
    captions and the repeated headline. Takes cleaned text; never cuts a word or a number.
    """
    room = LENGTHS[length]
    if not room:
        return ""
    title, summary = title[:READ_TITLE], summary[:READ]
    description = _described(title, summary, language)
    lead = _lead(title, body[:READ], language, room)
    if _prefers_lead(description, lead, summary, length):
        return _fit(lead, room)
    return _fit(description, room)


def is_thin(title: str, summary: str, body: str, language: str) -> bool:
    """Tell whether there is too little to say of an article but its headline."""
    return _letters(summarise(title, summary, body, language)) < THIN


def _prefers_lead(description: list[str], lead: list[str], summary: str, length: str) -> bool:
    """Tell whether the body says it better than the feed's own description."""
    told = _letters(" ".join(description))
    leads = _letters(" ".join(lead))
    if length == "long" and leads > 2 * told:
        return True
    poor = told < MIN_DESCRIPTION or _CUT_END.search(_TAILS.sub("", summary)) is not None
    return poor and leads >= min(MIN_DESCRIPTION, told + 1)


def _described(title: str, summary: str, language: str) -> list[str]:
    """Return the description's sentences that say more than the headline."""
    plain = _CUT_END.sub("…", _TAILS.sub("", _FORUM.sub("", summary)))
    if _letters(plain) < LEAST_DESCRIPTION:
        return []
    plain = _DATELINE.sub("", _without_title(plain, title))
    return _new(split(plain, language), title)


def _lead(title: str, body: str, language: str, room: int) -> list[str]:
    """Return the body's first sentences, cleaned, as many as can be needed."""
    kept: list[str] = []
    size = 0
    for line in _joined(body.split("\n")):
        if _is_furniture(line):
            continue
        for sentence in split(_DATELINE.sub("", line), language):
            if sentence not in kept and (kept or _is_new(sentence, title)):
                kept.append(sentence)
                size += len(sentence)
        if size > 2 * room:
            break
    return kept


def _fit(sentences: Iterable[str], room: int) -> str:
    """Return as many whole sentences as fit; of the next a part, if they are few."""
    told = ""
    for sentence in sentences:
        gap = " " if told and not _DENSE_END.search(told[-3:]) else ""
        longer = told + gap + sentence
        if utf16_len(longer) <= room:
            told = longer
            continue
        return shorten(longer, room) if utf16_len(told) < MIN_LEAD else told
    return told


def _letters(text: str) -> int:
    """Return the length as letters of an alphabet: a Han character says as much as two."""
    return len(text) + len(_DENSE.findall(text))


def _without_title(text: str, title: str) -> str:
    """Return the text without the headline that it begins with."""
    if not title or not text.startswith(title):
        return text
    rest = text[len(title) :].lstrip(" \n.:-–—|")
    return rest if _letters(rest) >= MIN_REST else ""


def _is_furniture(line: str) -> bool:
    """Tell whether a line is a heading, byline, caption or the like."""
    if _BOILERPLATE.match(line) or _CAPTION.search(line[:200]):
        return True
    if _ENDS.search(line[-20:]):
        return False
    return _letters(line) < SHORT_LINE or (bool(_BYLINE.match(line)) and len(line) < 2 * SHORT_LINE)


def _joined(lines: Iterable[str]) -> list[str]:
    """Return the lines, those joined again that a careless cut at «12.» has parted."""
    joined: list[str] = []
    for line in lines:
        if joined and regex.search(r"(?:^|\s)\d{1,2}\.$", joined[-1][-5:]) and line[:1].isupper():
            joined[-1] += f" {line}"
        elif line:
            joined.append(line)
    return joined


def _new(sentences: list[str], title: str) -> list[str]:
    """Return the sentences but those at the start that only repeat the headline."""
    for at, sentence in enumerate(sentences):
        if _is_new(sentence, title):
            return sentences[at:]
    return []


def _is_new(sentence: str, title: str) -> bool:
    """Tell whether a sentence has words that the headline has not, a fifth of them at least."""
    words, headline = set(fold(sentence).split()), set(fold(title).split())
    return bool(words) and len(words & headline) < REPEAT * len(words)
