"""/export and /import: subscriptions and sources as files, taken along and brought back."""

from functools import partial

from telegram.error import BadRequest

from bot.core.messages import Button
from bot.errors import DocumentError, FileError
from bot.services.transfer import Brought, ListOfSources
from bot.telegram.access import Who, may
from bot.telegram.commands.table import Command, Press
from bot.telegram.commands.topics import has_topics, placed_in_any_case
from bot.telegram.keyboards import pack
from bot.telegram.turn import Turn

MOST_BYTES = 20_000_000
"""Telegram gives bots files up to this size (getFile)."""
TELL_EACH_S = 3.0
"""Seconds between two edits that tell how far an import is."""


async def export(turn: Turn) -> None:
    """Send the place's subscriptions as a file, and to those who may add sources also these."""
    topics = has_topics(turn)
    content, count = await turn.services.transfer.subscriptions(turn.place, topics=topics)
    if count:
        caption = turn.texts.exported_subscriptions(count)
        await turn.send_file("tagwire-subscriptions.json", content, caption)
    if not (await _export_sources(turn) or count):
        await turn.say(turn.texts.no_subscriptions())


async def _export_sources(turn: Turn) -> bool:
    """Send the sources to those who may add some; return whether there was anything to send."""
    if not await may(turn, Who.SOURCE_KEEPERS):
        return False
    whole = turn.private and turn.services.chats.is_operator(turn.user_id)
    content, count, left = await turn.services.transfer.sources(whole=whole)
    if not count and not left:
        return False
    caption = turn.texts.exported_sources(count, left_out=left)
    await turn.send_file("tagwire-sources.opml", content, caption)
    return True


async def bring(turn: Turn) -> None:
    """Look at the file that came along, tell what is in it, and ask."""
    if turn.file is None:
        await turn.say(turn.texts.import_usage())
        return
    brought = await _brought(turn, turn.file.file_id, turn.file.file_size or 0)
    if brought is None:
        return
    said, new = _told(turn, brought)
    if not new:
        await turn.say(said)
        return
    token = await turn.token(turn.file.file_id)
    rows = [
        [Button(turn.texts.import_label(new), data=pack("take", token))],
        [Button(turn.texts.cancel(), data=pack("keep"))],
    ]
    await turn.say(said, rows)


async def take(turn: Turn) -> None:
    """Take in the file that was asked about; the message tells how far it is."""
    file_id = await turn.carried(0)
    if file_id is None:
        await turn.say_plain(turn.texts.stale_button())
        return
    brought = await _brought(turn, file_id, 0)
    if brought is None:
        return
    total, done, told_at = len(brought.new), 0, turn.clock.monotonic()
    homes = partial(placed_in_any_case, turn)
    steps = turn.services.transfer.take(turn.chat, homes, brought, turn.user_id)
    async for done in steps:
        if done < total and turn.clock.monotonic() - told_at >= TELL_EACH_S:
            told_at = turn.clock.monotonic()
            await turn.show(turn.texts.importing(done, total))
    sources = isinstance(brought, ListOfSources)
    await turn.show(turn.texts.imported_sources(done) if sources else turn.texts.imported(done))


async def _brought(turn: Turn, file_id: str, size: int) -> Brought | None:
    """Fetch and look at a file; says why where that cannot be, or this person may not."""
    try:
        content = await _fetched(turn, file_id, size)
        topics = has_topics(turn)
        brought = await turn.services.transfer.look(turn.place, content, topics=topics)
    except FileError as error:
        await turn.show(turn.texts.bad_file(error.reason, error.most))
        return None
    except DocumentError:
        await turn.show(turn.texts.bad_file("no-list", 0))
        return None
    if isinstance(brought, ListOfSources) and not await may(turn, Who.SOURCE_KEEPERS):
        await turn.show(turn.texts.sources_only_operators())
        return None
    if isinstance(brought, ListOfSources) and not turn.services.chats.is_operator(turn.user_id):
        room = await turn.services.sources.room(turn.user_id)
        if len(brought.new) > room:
            await turn.show(turn.texts.bad_file("too-many", room))
            return None
        brought = brought.of(turn.user_id)
    return brought


async def _fetched(turn: Turn, file_id: str, size: int) -> bytes:
    if size > MOST_BYTES:
        raise FileError("too-large", MOST_BYTES // 1_000_000)
    try:
        file = await turn.bot.get_file(file_id)
        return bytes(await file.download_as_bytearray(read_timeout=60))
    except BadRequest as error:
        raise FileError("gone") from error


def _told(turn: Turn, brought: Brought) -> tuple[str, int]:
    texts, new = turn.texts, len(brought.new)
    if isinstance(brought, ListOfSources):
        said = texts.found_sources(new, known=brought.known)
        return "\n".join((said, *texts.refused_sources(brought.refused))), new
    said = texts.found_subscriptions(new, known=brought.known)
    more = texts.not_understood(brought.bad)
    if brought.no_room:
        more = [*more, texts.no_room(brought.no_room)]
    return "\n".join((said, *more)), new


EXPORT = Command(
    "export", export, lambda texts: texts.menu_export(), more=lambda texts: texts.more_export()
)
IMPORT = Command(
    "import",
    bring,
    lambda texts: texts.menu_import(),
    more=lambda texts: texts.more_import(),
    who=Who.MANAGERS,
)
PRESSES = (Press("take", take, Who.MANAGERS),)
