"""The outbox's own SQL: fan a story out, take what is next in each chat's line.

The line of a chat are its waiting deliveries in the order they were put; only its head may go, and
only while nothing of the chat is in flight. Chats take turns: a claim goes on after the chat where
the last one stopped, jumping from chat to chat along an index, so that neither ten thousand
waiting alerts of one chat nor ten thousand chats make it slow.
"""

from sqlalchemy import Text, TextClause, bindparam, text

from storage.columns import UtcDateTime

FIRST_CHAT = -(2**63)
"""Comes before every chat's id."""


# Word for word as the partial indexes have it, or SQLite does not use them.
IS_WAITING = text("state = 'waiting'")
IS_IN_FLIGHT = text("state IN ('sending', 'editing')")
IS_NOT_WAITING = text("state <> 'waiting'")

_MOMENT = UtcDateTime()


def _with_times(statement: str, *names: str) -> TextClause:
    return text(statement).bindparams(*(bindparam(name, type_=_MOMENT) for name in names))


# A story that somebody tells who is not muted by name is told, and so tellers are counted.
# A story goes to a place once, however many of its subscriptions find it. Instant beats silent
# beats breaking, as what does not break goes into the digest all the same.
FAN_OUT = _with_times(
    """/* long */
INSERT INTO deliveries
    (story_id, chat_id, topic_id, state, reason, silent, due_at, created_at, expires_at)
SELECT
    :story, s.chat_id, s.topic_id,
    CASE WHEN max(CASE WHEN s.mode IN ('instant', 'silent') THEN 1 ELSE 0 END) = 1
        THEN 'waiting' ELSE 'held' END,
    CASE WHEN max(CASE WHEN s.mode IN ('instant', 'silent') THEN 1 ELSE 0 END) = 1 THEN ''
        WHEN max(CASE WHEN s.mode = 'breaking' THEN 1 ELSE 0 END) = 1 THEN 'breaking'
        ELSE 'digest' END,
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
    AND :tellers > (
        SELECT count(*) FROM mutes AS m
        WHERE m.chat_id = s.chat_id AND m.topic_id = s.topic_id
            AND (m.until IS NULL OR m.until > :now) AND m.name IN :names
    )
GROUP BY s.chat_id, s.topic_id
ORDER BY s.chat_id, s.topic_id
ON CONFLICT (story_id, chat_id, topic_id) DO NOTHING
""",
    "due",
    "created",
    "expires",
    "seen",
    "now",
).bindparams(
    bindparam("queries", expanding=True),
    bindparam("sources", expanding=True),
    bindparam("names", expanding=True, type_=Text()),
)

# One step is one look into the index, however long the lines are.
VISIT = text(
    """
WITH RECURSIVE lane (chat_id, step) AS (
    SELECT min(chat_id), 1 FROM deliveries
    WHERE state = 'waiting' AND chat_id > :after
    UNION ALL
    SELECT (
        SELECT min(d.chat_id) FROM deliveries AS d
        WHERE d.state = 'waiting' AND d.chat_id > lane.chat_id
    ), lane.step + 1
    FROM lane WHERE lane.chat_id IS NOT NULL AND lane.step < :steps
), head (chat_id, step, id) AS (
    SELECT lane.chat_id, lane.step, (
        SELECT min(d.id) FROM deliveries AS d
        WHERE d.state = 'waiting' AND d.chat_id = lane.chat_id
    )
    FROM lane WHERE lane.chat_id IS NOT NULL
)
SELECT head.chat_id, head.id, d.due_at, c.held_until, c.state = 'active' AS awake,
    EXISTS (
        SELECT 1 FROM deliveries AS f
        WHERE f.chat_id = head.chat_id AND f.state IN ('sending', 'editing')
    ) AS busy
FROM head
JOIN deliveries AS d ON d.id = head.id
LEFT JOIN chats AS c ON c.id = head.chat_id
ORDER BY head.step
"""
).columns(due_at=_MOMENT, held_until=_MOMENT)

# Edits whose chat may be written to, the longest due first.
EDITS = _with_times(
    """
SELECT d.id, d.chat_id FROM deliveries AS d
JOIN chats AS c ON c.id = d.chat_id
WHERE d.state = 'edit_waiting' AND d.due_at <= :now
    AND c.state = 'active' AND (c.held_until IS NULL OR c.held_until <= :now)
    AND NOT EXISTS (
        SELECT 1 FROM deliveries AS f
        WHERE f.chat_id = c.id AND f.state IN ('sending', 'editing')
    )
ORDER BY d.due_at, d.id
LIMIT :limit
""",
    "now",
)

_EVERY_LANE = """
WITH RECURSIVE lane (chat_id) AS (
    SELECT min(chat_id) FROM deliveries WHERE state = 'waiting'
    UNION ALL
    SELECT (
        SELECT min(d.chat_id) FROM deliveries AS d
        WHERE d.state = 'waiting' AND d.chat_id > lane.chat_id
    )
    FROM lane WHERE lane.chat_id IS NOT NULL
)"""

# When the first head may go of a line that nothing is in flight of; visits every chat with a line.
NEXT_HEAD = text(
    _EVERY_LANE  # noqa: S608 - ours
    + """
SELECT min(CASE WHEN c.held_until > d.due_at THEN c.held_until ELSE d.due_at END) AS at
FROM lane
JOIN chats AS c ON c.id = lane.chat_id AND c.state = 'active'
JOIN deliveries AS d ON d.id = (
    SELECT min(h.id) FROM deliveries AS h
    WHERE h.state = 'waiting' AND h.chat_id = lane.chat_id
)
WHERE NOT EXISTS (
    SELECT 1 FROM deliveries AS f
    WHERE f.chat_id = c.id AND f.state IN ('sending', 'editing')
)
"""
).columns(at=_MOMENT)

# When the one was due that waits longest, whatever holds it; read from the index alone but for it.
OLDEST = text(
    _EVERY_LANE  # noqa: S608 - ours
    + """
SELECT due_at FROM deliveries WHERE id = (
    SELECT min((
        SELECT min(h.id) FROM deliveries AS h
        WHERE h.state = 'waiting' AND h.chat_id = lane.chat_id
    ))
    FROM lane
)
"""
).columns(due_at=_MOMENT)

# When the first edit may go whose chat may be written to; what its chat has in flight ends first.
NEXT_EDIT = text(
    """
SELECT d.due_at, c.held_until FROM deliveries AS d
JOIN chats AS c ON c.id = d.chat_id
WHERE d.state = 'edit_waiting' AND c.state = 'active'
    AND NOT EXISTS (
        SELECT 1 FROM deliveries AS f
        WHERE f.chat_id = c.id AND f.state IN ('sending', 'editing')
    )
ORDER BY CASE WHEN c.held_until > d.due_at THEN c.held_until ELSE d.due_at END
LIMIT 1
"""
).columns(due_at=_MOMENT, held_until=_MOMENT)

# What rests until its reader wants more again.
WAKE = _with_times(
    """
UPDATE deliveries SET state = 'waiting', reason = ''
WHERE state = 'held' AND reason = 'enough' AND due_at <= :now
""",
    "now",
)
NEXT_TO_WAKE = text(
    """
SELECT due_at FROM deliveries
WHERE state = 'held' AND reason = 'enough'
ORDER BY due_at LIMIT 1
"""
).columns(due_at=_MOMENT)

_GIVE_BACK = """
UPDATE deliveries SET
    state = CASE state WHEN 'editing' THEN 'edit_waiting' ELSE 'waiting' END,
    maybe_duplicate = maybe_duplicate OR (:unsure AND state = 'sending'),
    owner = '', lease_until = NULL, due_at = :now
WHERE state IN ('sending', 'editing') AND """

# What nobody answered for comes back; it may have arrived. Who asks knows of its own what it still
# has in hand, whatever its clock says.
RUN_OUT = _with_times(_GIVE_BACK + "lease_until < :by AND owner <> :owner", "now", "by")
RELEASE = _with_times(_GIVE_BACK + "owner = :owner AND id NOT IN :held", "now").bindparams(
    bindparam("held", expanding=True)
)
