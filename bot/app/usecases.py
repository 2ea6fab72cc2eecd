"""The use cases that the chat offers, put together."""

from collections.abc import Callable

from bot.app.workshop import Workshop
from bot.services.chats import Chats, Memory
from bot.services.digests import Digests
from bot.services.hushes import Hushes
from bot.services.inbox import Inbox
from bot.services.latest import Latest
from bot.services.lesses import Lesses
from bot.services.links import Links
from bot.services.papers import Papers
from bot.services.preferences import Preferences
from bot.services.privacy import Privacy
from bot.services.stats import Live, Stats
from bot.services.subscriptions import Subscriptions
from bot.services.suggestions import Suggestions
from bot.services.tag_topics import TagTopics
from bot.services.tokens import Tokens
from bot.services.transfer import Transfer
from bot.services.trends import TrendCounts
from bot.services.whys import Whys
from bot.telegram.turn import Services


def make_services(shop: Workshop, chats: Chats, live: Callable[[], Live]) -> Services:
    """Make them; what they change for an update is noted with it, so that it is done once."""
    inbox = Inbox(shop.store, shop.clock, shop.settings.bot_id)
    noting = shop.store.noting(inbox.note)
    return Services(
        chats=chats,
        subscriptions=Subscriptions(noting, shop.clock),
        tag_topics=TagTopics(shop.store),
        suggestions=Suggestions(shop.store, shop.clock),
        papers=Papers(shop.store),
        preferences=Preferences(noting, shop.clock),
        digests=Digests(noting, shop.clock),
        hushes=Hushes(noting, shop.clock),
        lesses=Lesses(shop.store, shop.clock, Subscriptions(noting, shop.clock)),
        latest=Latest(shop.store),
        links=Links(shop.store),
        whys=Whys(shop.store),
        sources=shop.sources,
        stats=Stats(shop.store, shop.clock, live),
        privacy=Privacy(noting),
        transfer=Transfer(
            shop.store,
            shop.clock,
            shop.lists,
            read_opml=lambda content: shop.read_opml(content).sources,
            write_opml=shop.write_opml,
        ),
        trends=TrendCounts(shop.store, shop.clock),
        painter=shop.painter,
        tokens=Tokens(shop.store, shop.clock),
        memory=Memory(shop.store),
        inbox=inbox,
    )
