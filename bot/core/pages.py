"""Articles' pages: which are worth a visit, and what of them is kept."""

from dataclasses import replace
from urllib.parse import urlsplit

import regex

from bot.core import language
from bot.core.duplicates import fold
from bot.core.entries import PageText
from bot.core.normalise import MAX_BODY, MAX_SUMMARY
from bot.core.summary import is_thin
from bot.core.text import clean_line, clean_text, html_to_text
from storage.records import NewArticle

AKIN = 0.25
"""Part of a headline's words that its article's own page has too; a login, a captcha or a home
page in its place has fewer."""
_STEM = 5
"""Letters of a word that stay when it is declined."""
_LEAST = 4
"""Letters from which a word tells something."""
_NO_PAGES = frozenset({"news.google.com"})
"""Hosts whose links lead on by a script alone: there is nothing to read."""
_NO_TEXT = regex.compile(
    r"\.(?:pdf|mp[34]|m4[av]|webm|ogg|wav|jpe?g|png|gif|webp|svg|zip|gz|docx?|xlsx?|pptx?)",
    regex.IGNORECASE,
)
_DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}]")


def wants_page(article: NewArticle) -> bool:
    """Tell whether the feed says too little of an article, and its page may say more."""
    try:
        parts = urlsplit(article.url)
    except ValueError:
        return False
    if not parts.hostname or parts.hostname in _NO_PAGES or _NO_TEXT.search(parts.path[-6:]):
        return False
    return is_thin(article.title, article.summary, article.body, article.language)


def with_page(article: NewArticle, page: PageText, source_language: str) -> NewArticle:
    """Return the article with what its page says of it; as it was where that is nothing."""
    body = clean_text(page.text, MAX_BODY)
    summary = clean_line(html_to_text(page.description, MAX_BODY), MAX_SUMMARY)
    if len(body) <= len(article.body) or not speaks_of(article.title, body):
        body = article.body
    if len(summary) <= len(article.summary) or not speaks_of(article.title, summary):
        summary = article.summary
    if (body, summary) == (article.body, article.summary):
        return article
    return replace(
        article,
        body=body,
        summary=summary,
        language=language.guess(f"{article.title}\n{summary or body[:500]}", source_language),
    )


def speaks_of(title: str, text: str) -> bool:
    """Tell whether a text is about what a headline says: it has a part of its words."""
    words = _telling(title)
    told = fold(text)
    return bool(told) and sum(word in told for word in words) >= AKIN * len(words)


def _telling(title: str) -> list[str]:
    """Return the words by which a headline is known, in the form that stays the same."""
    found: list[str] = []
    for word in fold(title).split():
        if _DENSE.search(word):
            found += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
        elif len(word) >= _LEAST:
            found.append(word[:_STEM])
    return found
