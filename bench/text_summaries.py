"""Scores summaries, sentences and languages on labelled news text; see `bench/text.py`."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.core.language import guess
from bot.core.sentences import split
from bot.core.summary import LENGTHS, summarise
from bot.core.text import shorten

Row = tuple[str, float, dict[str, float]]
LIMIT = LENGTHS["short"]


def rows(folder: Path) -> list[Row]:
    """Return (metric, our figure, {baseline: its figure}) for every score."""
    return [
        *_summaries(folder / "summaries.jsonl"),
        *_highlights(folder / "summaries_cnndm.jsonl"),
        *_sentences(folder / "summaries.jsonl"),
        *_languages(folder),
    ]


def _read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.open(encoding="utf-8")] if path.exists() else []


def words(text: str) -> list[str]:
    """Return what ROUGE counts: words in small letters; of Han and kana, characters."""
    dense = r"\u3040-\u30ff\u4e00-\u9fff"
    return re.findall(rf"[{dense}]|[^\W_{dense}]+", text.lower())


def rouge_1(told: str, reference: str) -> float:
    """Return the F1 of single words, x100 (Lin 2004)."""
    ours, theirs = Counter(words(told)), Counter(words(reference))
    shared = (ours & theirs).total()
    return 200 * shared / max(1, ours.total() + theirs.total())


def lead_cut(sentences: Sequence[str]) -> str:
    """Return the first sentences, cut at the limit wherever that is."""
    return " ".join(sentences)[:LIMIT]


def lead(sentences: Sequence[str]) -> str:
    """Return the first whole sentences."""
    return _filled(sentences, range(len(sentences)))


def text_rank(sentences: Sequence[str]) -> str:
    """Return the sentences that TextRank finds central (Mihalcea and Tarau 2004), in order."""
    bags = [set(words(sentence)) for sentence in sentences]
    count = len(bags)
    links = [
        [_likeness(a, b) if i != j else 0.0 for j, b in enumerate(bags)] for i, a in enumerate(bags)
    ]
    sums = [sum(row) or 1.0 for row in links]
    ranks = [1.0] * count
    for _ in range(30):
        ranks = [
            0.15 + 0.85 * sum(links[j][i] / sums[j] * ranks[j] for j in range(count))
            for i in range(count)
        ]
    return _filled(sentences, sorted(range(count), key=lambda at: -ranks[at]))


def _likeness(one: set[str], other: set[str]) -> float:
    from math import log  # noqa: PLC0415 - used by this baseline alone

    return len(one & other) / (log(len(one) + 1) + log(len(other) + 1) or 1.0)


def _filled(sentences: Sequence[str], order: Sequence[int]) -> str:
    chosen: list[int] = []
    for at in order:
        if sum(len(sentences[one]) + 1 for one in (*chosen, at)) - 1 <= LIMIT:
            chosen.append(at)
        else:
            break
    return " ".join(sentences[at] for at in sorted(chosen)) or shorten(sentences[order[0]], LIMIT)


BASELINES: dict[str, Callable[[Sequence[str]], str]] = {
    "lead": lead,
    "lead, cut": lead_cut,
    "TextRank": text_rank,
}


def _summaries(path: Path) -> Iterator[Row]:
    documents = [one for one in _read(path) if one["sentences"]]
    groups = {
        "": documents,
        ", en": [one for one in documents if one["lang"] == "en"],
        ", de": [one for one in documents if one["lang"] == "de"],
        ", not copied": [one for one in documents if not one["reference_is_copied_from_body"]],
    }
    for name, some in groups.items():
        if some:
            yield f"summaries{name} ({len(some)}): ROUGE-1", _ours(some), _baselines(some)
    if documents:
        cut = sum(not _is_whole(one) for one in documents)
        yield "summaries that cut a word or pass 280", float(cut), {}


def _told(one: dict) -> str:
    return summarise(one.get("title", ""), "", "\n".join(one["sentences"]), one.get("lang", "en"))


def _is_whole(one: dict) -> bool:
    """Tell whether a summary is short enough and all its words are words of the text."""
    told, body = _told(one), " ".join(one["sentences"])
    return len(told) <= LIMIT and (
        one["lang"] in ("ja", "zh") or not set(words(told)) - set(words(body))
    )


def _ours(some: list[dict]) -> float:
    return sum(rouge_1(_told(one), one["reference"]) for one in some) / len(some)


def _baselines(some: list[dict]) -> dict[str, float]:
    return {
        name: sum(rouge_1(work(one["sentences"]), one["reference"]) for one in some) / len(some)
        for name, work in BASELINES.items()
    }


def _highlights(path: Path) -> Iterator[Row]:
    documents = _read(path)
    for one in documents:
        one["sentences"] = [re.sub(r"</?t>", "", line).strip() for line in one["sentences"]]
        one["reference"] = re.sub(r"</?t>", "", one["reference"])
    if documents:
        yield "CNN/DailyMail highlights: ROUGE-1", _ours(documents), _baselines(documents)


# Written for Tagwire; the bars are the borders between sentences.
SENTENCES = (
    ("en", "S. Korea and the U.S. met.|Adm. Kim spoke to Gen. Caine.|It was No. 5 on the list."),
    ("en", "He lives in Washington, D.C., with J. K. Rowling.|At 5 p.m. Eastern they left."),
    (
        "en",
        "“Is it true?” he asked.|Prices rose 3.5 percent.|Acme Inc. lost.|The U.S. won.|He left.",
    ),
    ("de", "Am 3. Mai kam z. B. Dr. Weber.|Es kostet rd. 2,5 Mio. Euro.|Danach ging er."),
    ("ru", "В 2020 г. он жил на ул. Ленина.|А. С. Пушкин умер.|Это было давно."),
    ("fr", "M. Dupont est arrivé.|Mme Martin est partie à 17 h.|Voilà."),
    ("es", "El Sr. García habló con EE. UU. sobre el tema.|Luego se fue."),
    ("ja", "彼は言った。|「終わった。もう遅い。」と述べた。|本当か？"),
    ("zh", "他说：“好。”|第二句！|第三句？"),
    ("ar", "هل هذا صحيح؟|نعم.|انتهى."),
    ("hi", "यह सच है।|हाँ।"),
)


def _borders(parts: Sequence[str]) -> set[int]:
    ends, total = set(), 0
    for part in parts[:-1]:
        total += len(part.replace(" ", ""))
        ends.add(total)
    return ends


def _naive(text: str) -> list[str]:
    return re.split(r"(?<=[.!?。！？])\s+", text)


def _sentences(path: Path) -> Iterator[Row]:
    right: Counter[str] = Counter()
    gold = 0
    for language, marked in SENTENCES:
        parts = marked.split("|")
        joined = ("" if language in ("ja", "zh") else " ").join(parts)
        expected = _borders(parts)
        gold += len(expected)
        for name, found in (("ours", split(joined, language)), ("every full stop", _naive(joined))):
            borders = _borders(found)
            right[name] += len(borders & expected)
            right[name, "found"] += len(borders)
    scores = {
        name: 2 * right[name] / max(1, right[name, "found"] + gold)
        for name in ("ours", "every full stop")
    }
    yield "sentence borders, hard cases: F1", scores.pop("ours"), scores
    del path


def _opening(one: dict) -> str:
    return " ".join(one["sentences"][:2])[:300]


def _languages(folder: Path) -> Iterator[Row]:
    labelled = [
        *((one["text"], one["lang"]) for one in _read(folder / "tag_mentions.jsonl")),
        *((one["text"][:300], one["lang"]) for one in _read(folder / "tag_docs_ru.jsonl")),
        *((pair["a"]["title"], pair["lang"]) for pair in _read(folder / "thread_pairs.jsonl")),
        *((_opening(one), one["lang"]) for one in _read(folder / "summaries.jsonl")),
    ]  # fmt: skip
    if labelled:
        for name, hint in (("without a hint", ""), ("source says en", "en")):
            right = sum(guess(text, hint) == language for text, language in labelled)
            yield f"language, {name}: right", right / len(labelled), {}
