"""The outbox's own SQL: fan a story out, take what is next in each chat's line.

The line of a chat are its waiting deliveries in the order they were put; only its head may go, and
only while nothing of the chat is in flight. Chats take turns: a claim goes on after the chat where
the last one stopped, jumping from chat to chat along an index, so that neither ten thousand
waiting alerts of one chat nor ten thousand chats make it slow.
"""

from sqlalchemy import TextClause, bindparam, text

from storage.schema import UtcDateTime

FIRST_CHAT = -(2**63)
"""Comes before every chat's id."""

LAST_CHAT = 2**63 - 1
"""Comes after every chat's id."""

# Word for word as the partial indexes have it, or SQLite does not use them.
IS_WAITING = text("state = 'waiting'")
IS_NOT_WAITING = text("state <> 'waiting'")
IS_EDIT = text("state = 'edit_waiting'")

_MOMENT = UtcDateTime()


def _with_times(statement: str, *names: str) -> TextClause:
    return text(statement).bindparams(*(bindparam(name, type_=_MOMENT) for name in names))


# A story goes to a place once, however many of its subscriptions find it. Instant beats silent
# beats digest beats breaking.
FAN_OUT = _with_times(
    """
INSERT INTO deliveries
    (story_id, chat_id, topic_id, state, reason, silent, due_at, created_at, expires_at)
SELECT
    :story, s.chat_id, s.topic_id,
    CASE WHEN max(CASE WHEN s.mode IN ('instant', 'silent') THEN 1 ELSE 0 END) = 1
        THEN 'waiting' ELSE 'held' END,
    CASE WHEN max(CASE WHEN s.mode IN ('instant', 'silent') THEN 1 ELSE 0 END) = 1 THEN ''
        WHEN max(CASE WHEN s.mode = 'digest' THEN 1 ELSE 0 END) = 1 THEN 'digest'
        ELSE 'breaking' END,
    max(CASE WHEN s.mode = 'instant' THEN 1 ELSE 0 END) = 0,
    :due, :created, :expires
FROM subscriptions AS s
JOIN chats AS c ON c.id = s.chat_id
WHERE s.query_id IN :queries AND s.active AND s.created_at <= :seen
    AND c.state = 'active' AND (c.allowed OR :anybody)
    AND NOT EXISTS (
        SELECT 1 FROM topics AS t
        WHERE t.chat_id = s.chat_id AND t.topic_id = s.topic_id AND t.state <> 'active'
    )
    AND NOT EXISTS (
        SELECT 1 FROM mutes AS m
        WHERE m.chat_id = s.chat_id AND m.topic_id = s.topic_id
            AND (m.until IS NULL OR m.until > :now)
            AND (
                m.source_id IN :sources
                OR EXISTS (
                    SELECT 1 FROM query_tags AS q
                    WHERE q.tag_id = m.tag_id AND q.query_id = s.query_id
                )
            )
    )
GROUP BY s.chat_id, s.topic_id
ORDER BY s.chat_id, s.topic_id
ON CONFLICT DO NOTHING
""",
    "due",
    "created",
    "expires",
    "seen",
    "now",
).bindparams(bindparam("queries", expanding=True), bindparam("sources", expanding=True))

_LANES = """
WITH RECURSIVE lane (chat_id) AS (
    SELECT min(chat_id) FROM deliveries
    WHERE state = 'waiting' AND chat_id > :after
    UNION ALL
    SELECT (
        SELECT min(d.chat_id) FROM deliveries AS d
        WHERE d.state = 'waiting' AND d.chat_id > lane.chat_id
    )
    FROM lane WHERE lane.chat_id IS NOT NULL
), head (id) AS (
    SELECT (
        SELECT min(d.id) FROM deliveries AS d
        WHERE d.state = 'waiting' AND d.chat_id = lane.chat_id
    )
    FROM lane
    JOIN chats AS c ON c.id = lane.chat_id
    WHERE lane.chat_id <= :last
        AND c.state = 'active' AND (c.held_until IS NULL OR c.held_until <= :now)
        AND NOT EXISTS (
            SELECT 1 FROM deliveries AS f
            WHERE f.chat_id = c.id AND f.state IN ('sending', 'editing')
        )
)"""

_TAKE = """
UPDATE deliveries SET state = :taken, owner = :owner, lease_until = :lease
WHERE id IN ({picked}) AND state = :from
RETURNING id, chat_id
"""

_HEADS = """
    SELECT d.id FROM head JOIN deliveries AS d ON d.id = head.id
    WHERE d.due_at <= :now AND d.state = 'waiting'
    LIMIT :limit"""

# Of each chat one edit at a time, the longest due first.
_EDITS = """
    SELECT min(e.id) FROM (
        SELECT d.id, d.chat_id FROM deliveries AS d
        JOIN chats AS c ON c.id = d.chat_id
        WHERE d.state = 'edit_waiting' AND d.due_at <= :now
            AND c.state = 'active' AND (c.held_until IS NULL OR c.held_until <= :now)
            AND NOT EXISTS (
                SELECT 1 FROM deliveries AS f
                WHERE f.chat_id = c.id AND f.state IN ('sending', 'editing')
            )
        ORDER BY d.due_at, d.id
        LIMIT :wide
    ) AS e
    GROUP BY e.chat_id
    LIMIT :limit"""


def take_heads(*, on_sqlite: bool) -> TextClause:
    """Return the statement that claims heads; SQLite's one writer needs no row locks."""
    if on_sqlite:
        statement = _LANES + _TAKE.format(picked=_HEADS)
    else:
        picked = f", picked AS MATERIALIZED ({_HEADS} FOR UPDATE OF d SKIP LOCKED)"
        statement = _LANES + picked + _TAKE.format(picked="SELECT id FROM picked")
    return _with_times(statement, "now", "lease")


def take_edits() -> TextClause:
    """Return the statement that claims edits."""
    return _with_times(_TAKE.format(picked=_EDITS), "now", "lease")


TAKE_REST = _with_times(
    _TAKE.format(
        picked="""
    SELECT d.id FROM deliveries AS d
    WHERE d.state = 'waiting' AND d.chat_id = :chat AND d.topic_id = :topic
    ORDER BY d.id LIMIT :limit"""
    ),
    "lease",
)

_GIVE_BACK = """
UPDATE deliveries SET
    state = CASE state WHEN 'editing' THEN 'edit_waiting' ELSE 'waiting' END,
    uncertain = uncertain + :tries,
    maybe_duplicate = maybe_duplicate OR (:tries > 0 AND state = 'sending'),
    owner = '', lease_until = NULL, due_at = :now
WHERE state IN ('sending', 'editing') AND """

# What nobody answered for comes back; it may have arrived.
RUN_OUT = _with_times(_GIVE_BACK + "lease_until < :now", "now")
RELEASE = _with_times(_GIVE_BACK + "owner = :owner", "now")

NEXT_DUE = (
    text(
        _LANES.replace("AND (c.held_until IS NULL OR c.held_until <= :now)", "").replace(
            "head (id) AS (\n    SELECT (", "head (held_until, id) AS (\n    SELECT c.held_until, ("
        )
        + """
SELECT min(CASE WHEN head.held_until > d.due_at THEN head.held_until ELSE d.due_at END) AS due
FROM head JOIN deliveries AS d ON d.id = head.id
"""
    )
    .bindparams(after=FIRST_CHAT, last=LAST_CHAT)
    .columns(due=_MOMENT)
)
