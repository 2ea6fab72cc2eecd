"""The window of articles and its index, against plain dictionaries."""

from collections import Counter
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core import frequencies, postings
from bot.core import window as window_of_articles
from bot.core.duplicates import fingerprint
from bot.core.frequencies import Frequencies
from bot.core.postings import Postings, docs_of, times_of
from bot.core.window import Facts, Vector, Window

PRINT = fingerprint("", "")
counted = st.dictionaries(st.integers(1, 40), st.integers(1, 40), min_size=1, max_size=12)


def vector(terms: dict[int, int], language: str = "en") -> Vector:
    return Vector.of(language, terms)


@given(st.lists(counted, max_size=30), st.integers(0, 30), st.sets(st.integers(1, 40), min_size=1))
def test_the_index_finds_what_a_dictionary_finds(
    documents: list[dict[int, int]], gone: int, asked: set[int]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(postings, "RUN", 4)
        patched.setattr(postings, "LONGEST", 16)
        index = Postings()
        for number, terms in enumerate(documents):
            made = vector(terms)
            index.add(number, made.terms, made.times)
        index.forget(gone)
        rows, which = index.find(np.array(sorted(asked), np.uint32))
        runs = index.runs()
    found = {
        (sorted(asked)[at], doc, times)
        for at, doc, times in zip(which, docs_of(rows), times_of(rows), strict=True)
        if doc >= gone
    }
    expected = {
        (term, number, min(times, postings.MAX_TIMES))
        for number, terms in enumerate(documents)
        for term, times in terms.items()
        if term in asked and number >= gone
    }
    assert found == expected
    kept = {
        (int(term), int(doc))
        for run in runs
        for term, doc in zip(np.repeat(run.terms, run.lengths), docs_of(run.rows), strict=True)
    }
    assert {pair for pair in kept if pair[1] >= gone} == {
        (term, number) for number, terms in enumerate(documents) for term in terms if number >= gone
    }


def test_a_forgotten_run_is_gone_for_good() -> None:
    index = Postings()
    for number in range(2 * postings.RUN):
        index.add(number, np.array([7], np.uint32), np.array([1]))
    assert sum(len(run.rows) for run in index.runs()) == 2 * postings.RUN
    index.forget(2 * postings.RUN)
    assert index.runs() == []


def weight(frequency: Frequencies, term: int, language: str = "en") -> float:
    return float(frequency.weights(np.array([term], np.uint32), language)[0])


def test_a_term_weighs_less_the_more_articles_have_it() -> None:
    frequency = Frequencies()
    for number in range(1, 41):
        terms = [1] if number % 4 else [1, 2]
        frequency.count(np.array(terms, np.uint32), "en", number, 0)
    assert weight(frequency, 1) < weight(frequency, 2) < weight(frequency, 3)
    counted_at_last_step = frequency.articles("en")
    assert weight(frequency, 3) == round(64 * log(1 + (counted_at_last_step + 50) / 0.5))
    assert frequency.articles("de") == 0


def test_an_article_is_counted_once() -> None:
    frequency = Frequencies()
    assert frequency.count(np.array([1], np.uint32), "en", 5, 0)
    assert not frequency.count(np.array([1], np.uint32), "en", 5, 0)
    assert frequency.articles("en") == 1


def test_a_day_without_many_articles_is_a_step_too() -> None:
    frequency = Frequencies()
    for number in range(1, 101):
        frequency.count(np.array([1], np.uint32), "en", number, 0)
    assert not frequency.count(np.array([1], np.uint32), "en", 101, 60)
    assert frequency.count(np.array([1], np.uint32), "en", 102, frequencies.DAY_S + 60)


def test_counts_are_halved_and_rare_terms_dropped_in_time() -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(frequencies, "MAX_ARTICLES", 40)
        patched.setattr(frequencies, "MAX_TERMS", 20)
        frequency = Frequencies()
        for number in range(1, 100):
            terms = np.array(sorted({1, number + 100}), np.uint32)
            frequency.count(terms, "en", number, number * frequencies.DAY_S)
    assert frequency.articles("en") <= 40
    assert int(frequency.counts(np.array([1], np.uint32))[0]) > 10
    assert int(frequency.counts(np.array([101], np.uint32))[0]) == 0


@given(st.lists(st.tuples(counted, st.sampled_from(["en", "ko", ""])), max_size=30))
def test_a_restored_dump_weighs_the_same(documents: list[tuple[dict[int, int], str]]) -> None:
    frequency = Frequencies()
    for number, (terms, language) in enumerate(documents, 1):
        frequency.count(vector(terms).terms, language, number, number)
    other = Frequencies()
    other.restore(frequency.dump())
    asked = np.arange(1, 41, dtype=np.uint32)
    for language in ("en", "ko", "", "de"):
        ours, theirs = frequency.weights(asked, language), other.weights(asked, language)
        assert ours.tolist() == theirs.tolist()
    assert other.last_id == frequency.last_id


@pytest.mark.parametrize("cut", [0, 3, 20, -1])
def test_a_dump_that_is_not_whole_is_refused(cut: int) -> None:
    import zlib  # noqa: PLC0415 - this test alone looks inside

    frequency = Frequencies()
    frequency.count(np.array([1, 2], np.uint32), "en", 1, 1)
    raw = zlib.decompress(frequency.dump())
    with pytest.raises(ValueError, match="dump"):
        Frequencies().restore(zlib.compress(raw[:cut]))


def naive(
    frequency: Frequencies, asking: dict[int, int], others: dict[int, dict[int, int]]
) -> dict[int, tuple[float, float]]:
    """Return number -> (cosine, weights of what is shared), as one would write it down."""

    def weighed(terms: dict[int, int]) -> dict[int, float]:
        return {
            term: weight(frequency, term) * round(16 * (1 + log(min(times, postings.MAX_TIMES))))
            for term, times in terms.items()
        }

    def length(weights: dict[int, float]) -> float:
        return sqrt(sum(value**2 for value in weights.values()))

    ours = weighed(asking)
    found = {}
    for number, terms in others.items():
        theirs = weighed(terms)
        shared = ours.keys() & theirs.keys()
        cosine = sum(ours[term] * theirs[term] for term in shared) / length(ours) / length(theirs)
        found[number] = cosine, sum(weight(frequency, term) for term in shared) / 64
    return found


@settings(max_examples=60)
@given(st.lists(counted, min_size=1, max_size=30), counted, st.integers(0, 20))
def test_the_likest_are_those_of_the_plain_formula(
    documents: list[dict[int, int]], asking: dict[int, int], gone: int
) -> None:
    frequency = Frequencies()
    window = Window(frequency)
    for number, terms in enumerate(documents):
        made = vector(terms)
        window.add(made, PRINT, Facts(number + 1, number + 1, 1, number, number))
        if frequency.count(made.terms, "en", number + 1, number):
            window.reweigh()
    window.forget(gone)
    kept = {n: terms for n, terms in enumerate(documents) if n >= window.first}
    expected = naive(frequency, asking, kept)
    likest = window.like(vector(asking), 0, len(documents), 10_000)
    assert [like.likeness for like in likest] == sorted(
        (like.likeness for like in likest), reverse=True
    )
    for like in likest:
        cosine, shared = expected[like.number]
        assert like.likeness == pytest.approx(min(1.0, cosine))
        assert like.shared == pytest.approx(shared)
    clear = {number for number, (cosine, _) in expected.items() if cosine > 0.051}
    assert clear <= {like.number for like in likest}


def test_only_what_was_published_and_seen_near_it_is_alike() -> None:
    window = Window(Frequencies())
    for published, seen in ((0, 0), (50, 50), (1_000, 50)):
        window.add(vector({1: 1, 2: 1}), PRINT, Facts(1, 1, 1, published, seen))
    asked = vector({1: 1, 2: 1})
    assert [like.number for like in window.like(asked, 50, 60, 60)] == [0, 1]
    assert [like.number for like in window.like(asked, 1_000, 70, 60)] == [2]
    assert window.like(vector({}), 0, 0, 60) == []
    assert window.like(vector({9: 1}), 0, 0, 60) == []


@settings(max_examples=60)
@example([(1 + number % 6, number % 2 == 0) for number in range(40)])
@example([(1 + number % 6, number % 20 == 0) for number in range(40)])
@given(st.lists(st.tuples(st.integers(1, 6), st.booleans()), min_size=1, max_size=40))
def test_of_many_alike_the_likest_that_are_near_are_taken(
    documents: list[tuple[int, bool]],
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(window_of_articles, "CANDIDATES", 2)
        window = Window(Frequencies())
        for others, near in documents:
            terms = {1: 1} | {10 + number: 1 for number in range(others)}
            window.add(vector(terms), PRINT, Facts(1, 1, 1, 0 if near else 1_000, 0))
        found = window.like(vector({1: 1}), 0, 0, 60)
    kept = [number for number, (_, near) in enumerate(documents) if near]
    expected = sorted(kept, key=lambda number: documents[number][0])
    assert [like.number for like in found] == expected[:2]


def test_terms_that_many_articles_have_find_nobody_but_count() -> None:
    frequency = Frequencies()
    window = Window(frequency)
    for number in range(2_100):
        terms = {1: 1, number + 10: 1}
        window.add(vector(terms), PRINT, Facts(number, number, 1, 0, 0))
        frequency.count(vector(terms).terms, "en", number + 1, 0)
    frequency.count(vector({5: 1}).terms, "en", 9_999, 10 * frequencies.DAY_S)
    window.reweigh()
    assert window.like(vector({1: 1}), 0, 0, 10) == []
    [one] = window.like(vector({1: 1, 77: 1}), 0, 0, 10)
    assert one.number == 67
    assert one.likeness == pytest.approx(1.0)


def test_a_story_is_as_close_as_the_sum_of_its_articles() -> None:
    window = Window(Frequencies())
    for terms in ({1: 1}, {2: 1}, {3: 1}):
        window.add(vector(terms), PRINT, Facts(1, 7, 1, 0, 0))
    members = window.members(7, 0)
    assert members.tolist() == [0, 1, 2]
    assert window.closeness(vector({1: 1, 2: 1, 3: 1}), members) == pytest.approx(1.0)
    assert window.closeness(vector({1: 1}), members) == pytest.approx(1 / sqrt(3))
    assert Counter(window.members(7, 1).tolist()) == Counter()
