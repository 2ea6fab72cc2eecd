"""The full-text index: the same cut of words, kept as FTS5 on SQLite, as tsvector on PostgreSQL.

Latin, Cyrillic and the like are cut at what is no letter, digit or mark, without case and accents.
Scripts that are written without blanks (and Korean, whose words carry endings) are cut into pairs
of neighbouring characters, so that any piece of two characters or more is found as it stands.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, text

from storage.database.work import Work
from storage.records import ArticleId

INDEXED_CHARACTERS = 4000
"""How much of an article's texts together can be searched."""
ASKED_WORDS = 12
"""How many words of a question count."""
_LONGEST = 64
"""Of a longer word only its beginning counts; PostgreSQL takes up to 2046 bytes."""
_POSITIONS = 16_383  # PostgreSQL's last position in a tsvector.

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u0900-\u0dff]+[^\W_]*)*")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_PAIRED = re.compile(
    "["
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"  # Korean
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # Japanese
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "]+"
)


def words_of(texts: Iterable[str]) -> list[str]:
    """Cut texts into what is indexed; the last character of a paired run stands alone."""
    whole = " \n ".join(text for text in texts if text)[:INDEXED_CHARACTERS]
    found: list[str] = []
    for kind, piece in _pieces(whole):
        if kind == "word":
            found.append(piece[:_LONGEST])
        else:
            found.extend(piece[i : i + 2] for i in range(len(piece)))
    return found[:_POSITIONS]


def _pieces(raw: str) -> Iterable[tuple[str, str]]:
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", raw))
    folded = unicodedata.normalize("NFC", plain).casefold()
    for match in _WORD.finditer(folded):
        word, start = match[0], 0
        for run in _PAIRED.finditer(word):
            if run.start() > start:
                yield "word", word[start : run.start()]
            yield "run", run[0]
            start = run.end()
        if start < len(word):
            yield "word", word[start:]


def _asked(question: str) -> list[list[str]]:
    """Return the phrases of a question; the last word of each may go on (a prefix)."""
    phrases = []
    for kind, piece in _pieces(question[:INDEXED_CHARACTERS]):
        if kind == "run" and len(piece) > 1:
            phrases.append([piece[i : i + 2] for i in range(len(piece) - 1)])
        else:
            phrases.append([piece[:_LONGEST]])
    return phrases[:ASKED_WORDS]


async def index(work: Work, rows: Sequence[tuple[ArticleId, Sequence[str]]]) -> None:
    """Make articles (one or more) findable by these texts, each once."""
    if work.on_sqlite:
        statement = text("INSERT INTO article_search (rowid, words) VALUES (:id, :words)")
        values = [{"id": id_, "words": " ".join(words_of(texts))} for id_, texts in rows]
    else:
        statement = text(
            "INSERT INTO article_search (article_id, words) "
            "VALUES (:id, CAST(CAST(:words AS text) AS tsvector))"
        )
        values = [{"id": id_, "words": _vector(words_of(texts))} for id_, texts in rows]
    await work.run(statement, values)


def _vector(words: Sequence[str]) -> str:
    return " ".join(f"'{word}':{place}" for place, word in enumerate(words, 1))


async def unindex(work: Work, ids: Sequence[ArticleId]) -> None:
    """Take articles out of the index."""
    column = "rowid" if work.on_sqlite else "article_id"
    statement = text(f"DELETE FROM article_search WHERE {column} = :id")  # noqa: S608 - ours
    if ids:
        await work.run(statement, [{"id": id_} for id_ in ids])


async def find(
    work: Work, question: str, *, limit: int, before: ArticleId | None
) -> list[ArticleId]:
    """Return articles that carry every word of the question, newest first.

    No question raises: one without a word finds nothing.
    """
    phrases = _asked(question)
    if not phrases:
        return []
    statement = _ON_SQLITE if work.on_sqlite else _ON_POSTGRESQL
    values = {"asked": _asking(work, phrases), "before": before or 2**62, "limit": limit}
    return [ArticleId(row[0]) for row in await work.rows(statement, values)]


async def count(work: Work, question: str, *, first: ArticleId, most: int) -> int:
    """Return in how many stories up to `most` articles from `first` on carry every word."""
    phrases = _asked(question)
    if not phrases:
        return 0
    statement = _COUNT_ON_SQLITE if work.on_sqlite else _COUNT_ON_POSTGRESQL
    values = {"asked": _asking(work, phrases, goes_on=False), "first": first, "most": most}
    return int(await work.scalar(statement, values))


def _asking(work: Work, phrases: Sequence[Sequence[str]], *, goes_on: bool = True) -> str:
    """Return the phrases as the database's own index is asked for them.

    `goes_on`: the last word of each may be the beginning of a longer one.
    """
    if work.on_sqlite:
        end = '"*' if goes_on else '"'
        return " AND ".join('"' + " ".join(phrase) + end for phrase in phrases)
    end = ":*" if goes_on else ""
    return " & ".join("(" + _followed(phrase, end) + ")" for phrase in phrases)


def _followed(phrase: Sequence[str], end: str) -> str:
    return " <-> ".join(f"'{word}'" for word in phrase) + end


_ON_SQLITE = text(
    "SELECT rowid FROM article_search WHERE article_search MATCH :asked AND rowid < :before "
    "ORDER BY rowid DESC LIMIT :limit"
).bindparams(bindparam("before"))
_ON_POSTGRESQL = text(
    "SELECT article_id FROM article_search "
    "WHERE words @@ CAST(CAST(:asked AS text) AS tsquery) AND article_id < :before "
    "ORDER BY article_id DESC LIMIT :limit"
)
_COUNT_ON_SQLITE = text(
    "SELECT count(DISTINCT story_id) FROM articles WHERE id IN (SELECT rowid FROM article_search "
    "WHERE article_search MATCH :asked AND rowid >= :first LIMIT :most)"
)
_COUNT_ON_POSTGRESQL = text(
    "SELECT count(DISTINCT story_id) FROM articles WHERE id IN (SELECT article_id "
    "FROM article_search WHERE words @@ CAST(CAST(:asked AS text) AS tsquery) "
    "AND article_id >= :first LIMIT :most)"
)
