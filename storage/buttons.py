"""What may be asked of the texts behind a chat's buttons, in one transaction."""

from datetime import datetime

from sqlalchemy import delete, select

from storage.database import Work
from storage.records import ChatId
from storage.schema import buttons


class Buttons:
    """Texts that a button has no room for; each belongs to the chat where the button stands."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, chat_id: ChatId, token: str, text: str, now: datetime, most: int) -> None:
        """Keep the text under the token, with the chat's newest others, `most` in all.

        One that is put again is as new as the first time. The chat has to be known.
        """
        new = self._work.insert(buttons).values(
            chat_id=chat_id, token=token, text=text, made_at=now
        )
        await self._work.run(
            new.on_conflict_do_update(
                index_elements=["chat_id", "token"],
                set_={"text": new.excluded.text, "made_at": new.excluded.made_at},
            )
        )
        others = (buttons.c.chat_id == chat_id) & (buttons.c.token != token)
        kept = (
            select(buttons.c.token)
            .where(others)
            .order_by(buttons.c.made_at.desc(), buttons.c.token)
            .limit(most - 1)
        )
        await self._work.run(delete(buttons).where(others, buttons.c.token.not_in(kept)))

    async def get(self, chat_id: ChatId, token: str) -> str | None:
        """Return the text that a button of this chat stands for, or None."""
        found: str | None = await self._work.scalar(
            select(buttons.c.text).where(buttons.c.chat_id == chat_id, buttons.c.token == token)
        )
        return found

    async def prune(self, before: datetime) -> int:
        """Forget the texts that were last put before that moment; return how many."""
        done = await self._work.run(delete(buttons).where(buttons.c.made_at < before))
        return done.rowcount
