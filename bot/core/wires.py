"""News agencies: who wrote what many papers carry."""

import functools

import regex

_NAMES = {
    "Reuters": "Reuters|Рейтер|ロイター|路透社?",
    "AFP": "AFP|Agence France[- ]Presse|法新社|АФП",
    "AP": "AP|Associated Press|美联社",
    "dpa": "dpa(?:-AFX)?|Deutsche Presse-Agentur",
    "TASS": "TASS|ТАСС",
    "RIA Novosti": "RIA Novosti|РИА Новости",
    "Interfax": "Interfax|Интерфакс",
    "Xinhua": "Xinhua|新华社|新華社",
    "China News Service": "中新社|中新网",
    "Kyodo": "Kyodo(?: News)?|共同(?:通信)?",
    "Jiji Press": "Jiji(?: Press)?|時事(?:通信)?",
    "Yonhap": "Yonhap(?: News Agency)?|연합뉴스",
    "Newsis": "Newsis|뉴시스",
    "EFE": "EFE",
    "Europa Press": "Europa Press",
    "ANSA": "ANSA",
    "APA": "APA",
    "sda": "sda|Keystone-SDA",
    "PAP": "PAP",
    "PTI": "PTI|Press Trust of India",
    "ANI": "ANI",
    "IANS": "IANS",
    "UPI": "UPI",
    "PA Media": "PA Media|Press Association",
    "Anadolu": "Anadolu(?: Agency)?|AA",
    "Bernama": "Bernama",
    "Antara": "Antara",
    "CNA": "CNA|中央社",
    "Ukrinform": "Ukrinform|Укринформ|Укрінформ",
    "Bloomberg": "Bloomberg",
    "NTB": "NTB",
    "TT": "TT",
    "Ritzau": "Ritzau",
    "Lusa": "Lusa",
    "ANP": "ANP",
}
_DATELINE = r"(?:[\p{Lu}\d][\p{L}\p{N}.'’-]*[\s,]+){1,6}"
"""Words that all begin with a capital or a digit: «New Delhi, Jan 3 »."""
HEAD, TAIL = 160, 120
"""Characters at the two ends of a text in which an agency signs."""


class Wires:
    """Recognises the credits of news agencies."""

    def __init__(self) -> None:
        names = "|".join(f"(?P<w{at}>{pattern})" for at, pattern in enumerate(_NAMES.values()))
        self._shown = list(_NAMES)
        # «SEOUL, July 11 (Yonhap) --», «New Delhi, Jan 3 (PTI) The», «(서울=연합뉴스)», «/TASS/.»;
        # in the midst of a sentence «(AA)» and «(CNA)» may be anything.
        self._signed = regex.compile(
            rf"[(\[/](?:(?<=^[(\[/])|(?<=^{_DATELINE}[(\[/])|(?P<midst>))\s*"
            rf"(?:[^()\[\]/\n]{{0,30}}?[=,/]\s*)??(?:{names})"
            rf"(?:[/,;\s-][^()\[\]\n]{{0,30}})?\s*[)\]/](?(midst)(?=\s*(?:[-–—:.]|$)))"
        )
        # «北京７月１日（新华社）», «【ワシントン時事】»
        self._dense = regex.compile(
            rf"[（【][^（）【】\n]{{0,20}}?(?:{names})[^（）【】\n]{{0,20}}[）】]"
        )
        # «… said. — Reuters», «Source: AFP», «© 2025 AFP»; but «Tesla gains - Bloomberg» tells who
        # publishes, or who says so.
        self._closing = regex.compile(
            rf"(?:[.!?…。»”\"]\s*[-–—]"
            rf"|\b(?:Source|Quelle|Fuente|Источник|With|Agencies|Agencias)\s*:?)"
            rf"\s*(?:{names})\s*\.?\s*$"
            rf"|(?:©|\(c\)|\bCopyright)[\s©\d,]{{0,12}}(?:The\s)?(?:{names})\b"
        )
        at = self._shown.index("Interfax")
        self._line = regex.compile(
            rf"^\s*(?:{names})\s*$|^[^\n]{{0,60}}?[-–—]\s*(?:{names})\s*[-–—:]"
            rf"|^[^\n]{{0,60}}?\b(?P<w{at}>INTERFAX\.RU)\s*[-–—]"
        )
        # «By John Smith, Reuters», «dpa/lsw»
        self._author = regex.compile(
            rf"(?:^|[,/|(]|\s[-–—])\s*(?:{names})(?:\sStaff)?\s*(?:$|[,/|)])"
        )

    def credits(self, text: str, author: str = "") -> tuple[str, ...]:
        """Return the agencies that a text is signed with, each once, in their usual names.

        Looks at the text's two ends and at the feed's author. A name in the midst of a sentence
        («told Reuters») is no credit.
        """
        head, tail = text[:HEAD], text[-TAIL:]
        found = [
            *self._signed.finditer(head),
            *self._dense.finditer(head),
            *self._signed.finditer(tail),
            *self._dense.finditer(tail),
            *self._line.finditer(head.partition("\n")[0]),
            *self._closing.finditer(tail.rstrip()),
            *self._author.finditer(author[:HEAD]),
        ]
        return tuple(dict.fromkeys(self._name(match) for match in found))

    def _name(self, match: "regex.Match[str]") -> str:
        group = next(name for name, value in match.groupdict().items() if value)
        return self._shown[int(group[1:])]


@functools.cache
def wires() -> Wires:
    """Return the one that knows all agencies."""
    return Wires()
