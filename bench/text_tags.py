"""Scores tags on labelled news text: `python bench/text_tags.py FOLDER`.

Mention level: the tags are the names annotated anywhere in a language's sentences (two letters or
more; of Korean, whose data have dates, times and quantities too, once all of them and once persons,
places and organisations), the gold of a sentence is those annotated in it, so a name inside a
longer one counts as an error. Names with one normal form are one tag. Of Russian, the second row
is not what the product does: there hits in small letters of capitalised names are left out, as the
baselines beside it leave them out.
Reuters: the tags are the places of three articles or more with the aliases that are offered for
them, gold is what the editors said an article is about, F1 is the mean over the tags; «with
aliases» is whole-word search for the place or any of the same aliases.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bot.core import naming
from bot.core.aliases import suggest
from bot.core.evidence import Hit
from bot.core.match import MatchText, TagIndex
from bot.core.query import Query, made, parse_query
from bot.core.tags import parse_tag
from bot.errors import TagError
from storage.records import QueryId

Row = tuple[str, float, dict[str, float]]
Counts = list[tuple[set[str], set[str]]]
SPELLINGS = ("#SouthKorea-US-Japan", "southkoreausjapan", "#SouthKorea_US_Japan")


def rows(folder: Path) -> list[Row]:
    """Return (metric, our figure, {baseline: its figure}) for every score."""
    return [
        *_cases(folder / "tag_cases.jsonl"),
        *_seed(folder / "seed.jsonl"),
        *_mentions(folder / "tag_mentions.jsonl"),
        *_russian(folder / "tag_docs_ru.jsonl"),
        *_reuters(folder / "reuters_tags.jsonl"),
    ]


def _read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.open(encoding="utf-8")] if path.exists() else []


def _fits(tag: str, text: MatchText) -> bool:
    index = TagIndex()
    index.add(QueryId(1), parse_query(tag))
    return bool(index.match(text))


def _substring(name: str, text: str) -> bool:
    return name in text


def _whole_word(name: str, text: str) -> bool:
    return name in text and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))


BASELINES: dict[str, Callable[[str, str], bool]] = {
    "substring": _substring,
    "whole word": _whole_word,
}


WITH_CASE = {"whole word, case as written": _whole_word}
"""Beside the others for languages whose case tells names from words."""


def _cases(path: Path) -> Iterator[Row]:
    cases = _read(path)
    if not cases:
        return
    ours = sum(_fits(c["tag"], MatchText(title=c["text"])) == c["match"] for c in cases)
    other = {
        name: float(
            sum(
                test(c["tag"].strip("#").casefold(), c["text"].casefold()) == c["match"]
                for c in cases
            )
        )
        for name, test in BASELINES.items()
    }
    yield f"tag cases right of {len(cases)}", float(ours), other


def _seed(path: Path) -> Iterator[Row]:
    texts = [MatchText(title=d["title"], body=d["text"]) for d in _read(path)]
    for tag in (*SPELLINGS, "#US", "#IT") if texts else ():
        name = tag.strip("#").casefold()
        other = {
            base: float(sum(test(name, f"{t.title} {t.body}".casefold()) for t in texts))
            for base, test in BASELINES.items()
        }
        yield f"seed: {tag} of {len(texts)}", float(sum(_fits(tag, t) for t in texts)), other


def _f1(counts: Counts) -> tuple[float, float, float]:
    right = sum(len(said & gold) for said, gold in counts)
    precision = right / max(1, sum(len(said) for said, _ in counts))
    recall = right / max(1, sum(len(gold) for _, gold in counts))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


class Names:
    """The tags of one set of texts: their names as written, by normal form."""

    def __init__(self) -> None:
        self.index = TagIndex()
        self.written: dict[str, set[str]] = {}
        self._ids: dict[str, QueryId] = {}

    def add(self, names: Iterable[str]) -> set[str]:
        """Add the names; return their normal forms."""
        keys = set()
        for written in names:
            try:
                term = naming.name(written)
            except TagError:
                continue
            self._ids.setdefault(term.key, QueryId(len(self._ids) + 1))
            self.index.add(self._ids[term.key], made(term))
            self.written.setdefault(term.key.lower(), set()).add(written)
            keys.add(term.key.lower())
        return keys

    def ours(self, text: str, language: str, *, as_written: bool = False) -> set[str]:
        """Return the keys found; `as_written`: a capitalised name counts capitalised only."""
        matches = self.index.match(MatchText(title=text, language=language))
        hits = [hit for match in matches for hit in match.hits]
        return {h.key.lower() for h in hits if not as_written or self._is_written(h)}

    def _is_written(self, hit: Hit) -> bool:
        return not hit.words[0].islower() or any(
            name[0].islower() for name in self.written[hit.key.lower()]
        )

    def theirs(self, test: Callable[[str, str], bool], text: str, *, fold: bool) -> set[str]:
        """Return the keys that a baseline finds."""
        change = str.casefold if fold else str
        text = change(text)
        return {
            key
            for key, names in self.written.items()
            if any(test(change(name), text) for name in names)
        }


def _mentions(path: Path) -> Iterator[Row]:
    documents = _read(path)
    for language in dict.fromkeys(d["lang"] for d in documents):
        here = [d for d in documents if d["lang"] == language]
        label = f"tag mentions {language}"
        if language == "ko":
            every = sorted({kind for d in here for _, kind in d["entities"]})
            yield from _of_kinds(f"{label} (PS LC OG)", here, ("PS", "LC", "OG"))
            yield from _of_kinds(f"{label} ({' '.join(every)}: all)", here, every)
        else:
            yield from _of_kinds(label, here)


def _of_kinds(label: str, documents: list[dict], kinds: Iterable[str] = ()) -> Iterator[Row]:
    """Score names of these kinds of entities, all in one language; none: of every kind."""
    language = documents[0]["lang"]
    names = Names()
    golds = [
        names.add(n for n, kind in d["entities"] if len(n) > 1 and (not kinds or kind in kinds))
        for d in documents
    ]
    texts = [d["text"] for d in documents]
    cased = language in {"en", "de"}
    yield from _score(label, names, texts, golds, language, cased=cased)


def _russian(path: Path) -> Iterator[Row]:
    documents = _read(path)
    if not documents:
        return
    names = Names()
    golds = [names.add(n for n in d["names"] if len(n) > 1) for d in documents]
    texts = [d["text"] for d in documents]
    own, filtered = "tag mentions ru, product's own", "tag mentions ru, filtered by case here"
    yield from _score(own, names, texts, golds, "ru")
    yield from _score(filtered, names, texts, golds, "ru", written=True)


def _score(
    label: str,
    names: Names,
    texts: list[str],
    golds: list[set[str]],
    language: str,
    *,
    written: bool = False,
    cased: bool = False,
) -> Iterator[Row]:
    scores = {"ours": _f1([(names.ours(t, language, as_written=written), g)
                           for t, g in zip(texts, golds, strict=True)])}  # fmt: skip
    tests = {name: (test, not written) for name, test in BASELINES.items()}
    tests |= {name: (test, False) for name, test in WITH_CASE.items() if cased}
    for name, (test, fold) in tests.items():
        pairs = zip(texts, golds, strict=True)
        scores[name] = _f1([(names.theirs(test, t, fold=fold), g) for t, g in pairs])
    ours = scores.pop("ours")
    for number, part in enumerate(("P", "R", "F1")):
        yield f"{label}: {part}", ours[number], {n: s[number] for n, s in scores.items()}


def _reuters(path: Path, at_least: int = 3) -> Iterator[Row]:
    documents = _read(path)
    counted: dict[str, int] = {}
    for place in (place for d in documents for place in d["places"]):
        counted[place] = counted.get(place, 0) + 1
    places = [place for place, count in counted.items() if count >= at_least]
    if not places:
        return
    index = TagIndex()
    for number, place in enumerate(places):
        index.add(QueryId(number), with_aliases(place))
    texts = [MatchText(title=d["title"], body=d["text"], language="en") for d in documents]
    said = [{places[match.query_id] for match in index.match(text)} for text in texts]
    others = {
        name: [
            {p for p in places if test(p.replace("-", " "), f"{t.title}\n{t.body}".casefold())}
            for t in texts
        ]
        for name, test in BASELINES.items()
    }
    plain = [f"{t.title}\n{t.body}".casefold() for t in texts]
    folded = {place: [name.casefold() for name in aliases(place)] for place in places}
    others["whole word with aliases"] = [
        {p for p in places if any(_whole_word(name, text) for name in folded[p])} for text in plain
    ]
    golds = [set(d["places"]) & set(places) for d in documents]
    ours = _macro(places, said, golds)
    theirs = {name: _macro(places, found, golds) for name, found in others.items()}
    for number, part in enumerate(("P", "R", "F1")):
        label = f"Reuters places ({len(places)}), macro {part}"
        yield label, ours[number], {n: s[number] for n, s in theirs.items()}


def with_aliases(place: str) -> Query:
    """Return the query of a place and what is offered as its other names."""
    return parse_query(" | ".join(f'"{name}"' for name in aliases(place)))


def aliases(place: str) -> list[str]:
    """Return a place's name, as written in a text, and what is offered as its other names."""
    return [place.replace("-", " "), *suggest(parse_tag(place), languages=("en",))]


def _macro(
    places: list[str], said: list[set[str]], golds: list[set[str]]
) -> tuple[float, float, float]:
    scores = [
        _f1([(s & {place}, g & {place}) for s, g in zip(said, golds, strict=True)])
        for place in places
    ]
    precision, recall, f1 = (sum(part) / len(places) for part in zip(*scores, strict=True))
    return precision, recall, f1


def main() -> None:
    for metric, ours, others in rows(Path(sys.argv[1])):
        print(f"{metric:52}{ours:8.3f}   " + "  ".join(f"{n} {f:.3f}" for n, f in others.items()))


if __name__ == "__main__":
    main()
