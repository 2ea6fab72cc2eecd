"""Where sentences end, in the scripts and languages of the news."""

import regex

READ = 100_000
"""How much of a text is looked at; several times what is kept of an article."""

_SETS = {
    "en": (
        "adm amb apr aug ave blvd brig bros capt cmdr cmsr col corp cpl dec dept det dist dr "
        "drs est etc ex feb fig fri ft gen gov hon inc insp jan jr jul jun kg lt ltd maj mar "
        "messrs mon mr mrs ms mt nos nov oct op pp pres prof pvt rep reps rev sat sec sen sens "
        "sep sept sgt sr st ste sun supt thu tue univ viz vol vs wed approx ca cf al eg ie ph "
        "mph ee uu"
    ),
    "de": (
        "abs abt allg bzw bspw ca chr d dipl dr eigtl etc evtl exkl geb gem gest ggf hl hr hrn "
        "inkl ing insb jan jh jhdt kap kath lt max med min mio mrd nr od österr pfr prof resp "
        "rev s sog st std str tel u usw v vgl z zt zzgl feb apr aug sept okt nov dez bsp tsd dt "
        "verh evang"
    ),
    "ru": (
        "акад в вв гг гл гр г д др е ед им ин исп кв коп корр кр л м млн млрд мин н напр нач "
        "обл оз п пос пр просп проф р рис род руб с св сек см соч ст стр т тел тов тыс ул упр ф "
        "ч чел шт экз"
    ),
    "fr": (
        "m mm mme mmes mlle dr pr st ste av bd no art cf env etc ex fig p pp vol janv févr avr "
        "juil sept oct nov déc éd"
    ),
    "es": (
        "sr sra sres srta dr dra d dña ud uds av avda art cía ee uu etc gral lic núm pág prof "
        "sto sta tel vol"
    ),
    "it": ("sig sigg dott prof avv ing on sen art pag vol ecc ca cap fig gen col dr"),
    "pt": ("sr sra dr dra prof eng av art etc núm pág vol exmo gen cel"),
    "nl": ("dhr mevr mr drs ir ing prof dr bv bijv ca enz evt nr blz zgn jl o.a"),
    "hi": "डॉ रु श्री श्रीमती प्रो पं स्व सं कु मो मि ई पू कि मी",
    "pl": (
        "al dr hab inż im in itd itp lek m mgr min mln mld np nr oo os pkt pl pn pok prof pt r "
        "ok red rys s św św tj tys tzn tzw ul ur w wg woj zob zł"
    ),
}
_SHORT = {name: frozenset(words.split()) for name, words in _SETS.items()}
_OF_ANY_LANGUAGE = _SHORT["hi"]
"""Abbreviations whose script says enough."""
_MARKED = frozenset(("yahoo", "yum", "jeopardy"))
"""Names that end with an exclamation mark."""
_MAY_END = frozenset(
    ("etc", "inc", "corp", "ltd", "co", "bros", "jr", "sr", "usw", "др", "г", "гг")
)
_NUMBERED = frozenset(("no", "nos", "nr", "art", "fig", "vol", "núm", "ст", "№", "p", "pp", "co"))
_STARTERS = frozenset(
    (  # noqa: SIM905 - words read best so
        "The A An He She It They We I In On At But And This That These Those There His Her "
        "Its Their As For If When While After Before However Since With Although Many Some Er "
        "Sie Es Wir Ich Der Die Das Ein Eine In Im Am Auf Bei Nach Doch Aber Und Denn Dies "
        "Diese Dieser Zudem В На Он Она Они Оно Это Эта Этот Эти По Но И Однако При Также Об "
        "Позже Затем Потом Тогда После До Ранее Раньше Сейчас Теперь Сегодня Поэтому Кроме Если "
        "Когда Хотя Так Там Здесь Все Его Её Ее Их Из За От Для У Ещё Еще Тем "
        "О А К С Как Мы Я Il Elle Ils Elles Le La Les Un Une En El Los Las Lo Una Esta Este O "
        "Os As Um Uma"
    ).split()
)
_ORDINAL = frozenset(
    ("cs", "da", "de", "fi", "hr", "hu", "lv", "nb", "no", "pl", "sk", "sl", "sr", "tr")
)
"""Languages that write ordinal numbers with a full stop: «3. Mai»."""

_END = regex.compile(
    r"(?<![.!?…])(?P<stop>[.!?…]++)(?:[\"'”“’»«)\]]|[^\S\n]»(?![^\s.,;:!?)]))*+(?=\s)"
    r"|(?P<dense>[。！？｡]+)[」』”’）》]*"
    r"|(?<![।॥؟۔።။])(?P<other>[।॥؟۔።။]++)[\"'”’»)]*(?=\s)"
)
_OPEN, _CLOSED = "「『（《", "」』）》"
_LAST_WORD = regex.compile(r"[\p{L}\p{M}\p{N}.№]+$")
_NEXT_WORD = regex.compile(r"[\s\"'“‘«„(\[–—-]*([\p{L}\p{M}\p{N}]+)?")
_ACRONYM = regex.compile(r"(?:\p{L}\.)+\p{L}|(?:\p{Lu}{2}\.)+\p{Lu}{2}")


def split(text: str, language: str = "") -> list[str]:
    """Return the sentences of a text, in order, without blanks at their ends.

    A line break always ends a sentence. `language` in two letters; without it, and for languages
    without a list of their own, the English abbreviations count. Of a text longer than `READ` the
    rest is left away.
    """
    return [
        sentence
        for line in text[:READ].split("\n")
        for sentence in _cut(line.strip(), language)
        if sentence
    ]


def _cut(line: str, language: str) -> list[str]:
    sentences, start, depth, quotes, end = [], 0, 0, 0, 0
    for match in _END.finditer(line):
        passed = line[end : match.end()]
        depth += _depth(passed)
        quotes += passed.count('"')
        end = match.end()
        if match["dense"] and quotes % 2 and line[end : end + 1] == '"':  # It closes: "好。"
            quotes, end = quotes + 1, end + 1
        if _ends(line, match, end, language, depth):
            sentences.append(line[start:end].strip())
            start = end
    return [*sentences, line[start:].strip()]


def _ends(line: str, match: "regex.Match[str]", end: int, language: str, depth: int) -> bool:
    """Tell whether the sentence really ends at that sign, and what closes behind it."""
    if match["dense"]:
        # 「…。」と述べた: the sentence goes on behind the quotation.
        return depth <= 0 and line[end : end + 1] not in ("と", "っ")
    following = _NEXT_WORD.match(line, end)
    word = (following and following[1]) or ""
    if word[:1].islower():
        return False
    before = line[max(0, match.start() - 40) : match.start()]
    if match["stop"] != ".":
        name = match["stop"] == "!" and before.casefold().endswith(tuple(_MARKED))
        return not name or word in _STARTERS or not word
    return _full_stop_ends(before, word, language)


def _full_stop_ends(before: str, following: str, language: str) -> bool:
    """Tell whether a single full stop ends a sentence, by the words on its two sides."""
    found = _LAST_WORD.search(before)
    if found is None:
        return True
    last = found.group()
    folded = last.casefold()
    if last.isdigit():
        ordinal = language in _ORDINAL and len(last) <= 2
        return not ordinal or following in _STARTERS
    if folded in _NUMBERED:
        return not following[:1].isdigit()
    if _ACRONYM.fullmatch(last) or folded in _MAY_END:
        return following in _STARTERS or not following
    if len(last) == 1:  # Initials, «S. Korea», «z. B.»; but «и т. д.» often ends.
        return following in _STARTERS and folded in "дп" and before[-4:-1].casefold() == "т. "
    return folded not in _OF_ANY_LANGUAGE and folded not in _SHORT.get(language, _SHORT["en"])


def _depth(text: str) -> int:
    """Return how many more quotes of the dense scripts open than close."""
    return sum(map(text.count, _OPEN)) - sum(map(text.count, _CLOSED))
