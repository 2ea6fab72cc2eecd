"""The first words to Telegram: a bot is made, and says hello."""

import logging
from urllib.parse import urlsplit

from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.errors import TagwireError, TokenRejectedError
from bot.settings import Settings
from bot.telegram.patience import wait_s
from bot.telegram.polling import ListeningBot
from bot.telegram.request import AiohttpRequest, AnswerLostError, NotSentError, ProxyFaultError

logger = logging.getLogger(__name__)

REJECTED = (
    "Telegram does not accept the bot's token. Check TELEGRAM_BOT_TOKEN (from @BotFather) and "
    "TAGWIRE_TELEGRAM_API_URL."
)

NOT_INLINE = "; inline mode is off, turn it on at @BotFather to share stories in any chat"


def make_bot(settings: Settings) -> ListeningBot:
    """Make the bot that both the chat side and the sender use; nothing is sent yet.

    Raises ConfigurationError where there is no token.
    """
    base = settings.base_url
    return ListeningBot(
        settings.required_token(),
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=AiohttpRequest(proxy=settings.telegram_proxy),
        get_updates_request=AiohttpRequest(connections=1, proxy=settings.telegram_proxy),
    )


async def connect(bot: ExtBot[None], clock: Clock) -> None:
    """Say hello to Telegram, however long it is down; raises TokenRejectedError."""
    pause = 1.0
    while True:
        try:
            await bot.initialize()
        except InvalidToken:
            # PTB's own error holds the token.
            raise TokenRejectedError(REJECTED) from None
        except TelegramError as error:
            logger.warning("Telegram does not answer, trying again in %.0f s: %s", pause, error)
            await clock.sleep(wait_s(error) if isinstance(error, RetryAfter) else pause)
            pause = min(30.0, pause * 2)
        else:
            return


async def ask_name(bot: ExtBot[None]) -> str:
    """Ask Telegram once what the bot is called, and what it lacks.

    Raises TokenRejectedError or TagwireError.
    """
    try:
        await bot.initialize()
    except InvalidToken:
        raise TokenRejectedError(REJECTED) from None
    except TelegramError as error:
        raise TagwireError(_calmly(error, urlsplit(bot.base_url).netloc)) from None
    lacks = "" if bot.supports_inline_queries else NOT_INLINE
    return f"{bot.username}{lacks}"


def _calmly(error: TelegramError, host: str) -> str:
    """Return one line for people: what went wrong, in our words where it is the network."""
    cause = error.__cause__
    if isinstance(cause, ProxyFaultError):
        return f"{host} cannot be reached: the proxy {cause}. Is TAGWIRE_TELEGRAM_PROXY right?"
    if isinstance(cause, NotSentError):
        return f"{host} cannot be reached. Is the network up, and TAGWIRE_TELEGRAM_API_URL right?"
    if isinstance(cause, AnswerLostError):
        return f"{host} gave no answer. Is the network up, and TAGWIRE_TELEGRAM_API_URL right?"
    return f"Telegram does not answer as it should: {error}. Try again later."
