"""Subscribing, seeing at once what it would have brought, and unsubscribing."""

from datetime import timedelta

import pytest

from storage.records import Mode
from tests.telegram.conftest import House, place


async def shown(house: House, chat: int, topic: int = 0) -> list[str]:
    return [one.shown for one in await house.services.subscriptions.of(place(chat, topic))]


async def test_subscribing_shows_what_the_tag_would_have_brought(house: House) -> None:
    for number in range(5):
        await house.publish(f"Samsung opens plant {number}", ago=timedelta(hours=number + 1))
    await house.publish("Samsung long ago", ago=timedelta(days=8))
    await house.publish("Nothing to do with it")
    answer = await house.ask(house.server.private(1001), "/subscribe #Samsung")
    assert "✓ Subscribed to #Samsung. It would have brought 5 stories" in answer.text
    assert [answer.text.count(f"plant {number}") for number in range(5)] == [1, 1, 1, 0, 0]
    assert answer.linked("text_link") == [f"Samsung opens plant {n}" for n in range(3)]
    assert await shown(house, 1001) == ["#Samsung"]


async def test_a_tag_without_stories_says_so(house: House) -> None:
    answer = await house.ask(house.server.private(1001), "/SUB@tagwire_demo_bot Okapi")
    assert "No story that I know has ever carried it" in answer.text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("#a1 #b2, c3", ["#a1", "#b2", "#c3"]),
        ('"climate summit" #x9', ['"climate summit"', "#x9"]),
        ("#Samsung -baseball", ["#Samsung -baseball"]),
        ('#Samsung -"Galaxy Watch"', ['#Samsung -"Galaxy Watch"']),
        ("#한미일 #日米韓", ["#한미일", "#日米韓"]),
        ("#SouthKorea-US-Japan #southkoreausjapan", ["#SouthKorea-US-Japan"]),
    ],
)
async def test_several_tags_at_once(house: House, typed: str, kept: list[str]) -> None:
    await house.ask(house.server.private(1001), f"/subscribe {typed}")
    assert await shown(house, 1001) == kept


async def test_subscribing_again_changes_nothing(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Samsung")
    answer = await house.ask(ada, "/subscribe samsung")
    assert answer.text.startswith("You already have #samsung")
    assert await shown(house, 1001) == ["#samsung"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Tell me what to look for"),
        ("!!! ???", "I did not understand"),
        ('""', "I did not understand"),
        ("-baseball", "Say what you want before what you leave out"),
        (" ".join(f"#tag{n}" for n in range(300)), "300 tags at once. I take up to 20"),
        ("x" * 3000, "too long"),
        ("\x00\u202e\u0336" * 50, "I did not understand"),
        ("<b>&amp;</b> /start@x", ""),
    ],
    ids=["nothing", "punctuation", "empty", "only without", "300", "long", "odd", "markup"],
)
async def test_what_is_no_tag_gets_a_friendly_answer(house: House, typed: str, said: str) -> None:
    answer = await house.ask(house.server.private(1001), f"/subscribe {typed}")
    assert said in answer.text
    assert "bot_command" not in {one.type for one in answer.entities} or not typed


async def test_what_cannot_be_seen_and_markup_stay_out_of_tags(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe <b>okapi</b>, zoo\u202e \u2066giraffe -<i>toy</i>\x07")
    assert await shown(house, 1001) == ["#okapi", "#zoo", "giraffe -toy"]
    offered = await house.ask(ada, "#<b>zebra</b>\u202e")
    assert offered.buttons[0][0].text == "Subscribe to #zebra"
    assert "<b>" not in offered.text
    listed = await house.ask(ada, "/tags")
    labels = [one.text for row in listed.buttons for one in row]
    assert labels[:3] == ["#okapi", "#zoo", "giraffe -toy"]
    await house.ask(ada, "/unsubscribe <b>okapi</b>")
    assert await shown(house, 1001) == ["#zoo", "giraffe -toy"]


@pytest.mark.parametrize("command", ["subscribe", "unsubscribe", "latest"])
async def test_a_query_that_breaks_off_is_shown_with_the_place(house: House, command: str) -> None:
    answer = await house.ask(house.server.private(1001), f"/{command} #Canada + (#China")
    assert answer.text == (
        "I did not understand that. This bracket is never closed. Add the ) that belongs to it.\n"
        "#Canada + ▸(#China"
    )
    assert answer.linked("code") == ["#Canada + ▸(#China"]
    assert answer.linked("hashtag") == []


async def test_of_a_long_query_only_what_is_around_the_place_is_shown(house: House) -> None:
    long = " + ".join(f"#tag{n}" for n in range(40))
    answer = await house.ask(house.server.private(1001), f"/subscribe {long}\n+ #a")
    shown = answer.text.splitlines()[1]
    assert (shown[0], shown[-1]) == ("…", "…")
    assert len(shown) < 90
    assert "▸#tag32" in shown


async def test_help_teaches_queries_that_can_be_typed(house: House) -> None:
    page = await house.ask(house.server.private(1001), "/help subscribe")
    typed = page.linked("code")
    assert "/subscribe #Canada mention:any" in typed
    for one in typed:
        answer = await house.ask(house.server.private(1001), one)
        assert answer.text.startswith("✓ Subscribed to"), one


async def test_an_everyday_word_is_asked_about(house: House) -> None:
    ada = house.server.private(1001)
    question = await house.ask(ada, "/subscribe #it #Samsung", answers=2)
    assert "everyday word" in question.text
    assert await shown(house, 1001) == ["#Samsung"]
    house.server.press(question, "#IT")
    await house.server.wait_for(lambda: "Subscribed to #IT" in house.server.last(ada).text)
    house.server.press(question, "#it")
    await house.server.wait_for(lambda: "Subscribed to #it" in house.server.last(ada).text)
    assert await shown(house, 1001) == ["#Samsung", "#IT", "#it"]


async def test_many_subscriptions_end_somewhere(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.subscriptions.MOST_IN_A_PLACE", 2)
    answer = await house.ask(house.server.private(1001), "/subscribe #a1 #b2 #c3")
    assert "more than 2 subscriptions" in answer.text
    assert await shown(house, 1001) == []


async def test_unsubscribing_by_name(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Samsung #Canada")
    answer = await house.ask(ada, "/unsub SAMSUNG-x, canada")
    assert answer.text == "✓ Ended: #canada\nYou had no subscription to #SAMSUNG-x. Yours: /tags"
    assert await shown(house, 1001) == ["#Samsung"]


async def test_unsubscribing_a_tag_in_another_spelling(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #ВоеннаяПомощь #Москва")
    answer = await house.ask(ada, "/unsubscribe #военнаяпомощь")
    assert answer.text == "✓ Ended: #военнаяпомощь"
    assert await shown(house, 1001) == ["#Москва"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Canada not hockey", ["Canada not hockey"]),
        ("Canada or China Korea AND Japan", ["Canada or China", "Korea AND Japan"]),
        ("#AND #Canada", ["#AND", "#Canada"]),
    ],
)
async def test_words_are_operators(house: House, typed: str, kept: list[str]) -> None:
    ada = house.server.private(1001)
    answer = await house.ask(ada, f"/subscribe {typed}")
    assert "everyday word" not in answer.text
    assert await shown(house, 1001) == kept
    ended = await house.ask(ada, f"/unsubscribe {typed}")
    assert ended.text.startswith("✓ Ended: ")
    assert await shown(house, 1001) == []


async def test_a_tag_alone_that_still_brings_what_is_left_out_can_be_ended(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Canada")
    answer = await house.ask(ada, "/subscribe #Canada not hockey")
    assert "You also have #Canada alone, which still brings all of its stories." in answer.text
    await house.press(answer, "End #Canada")
    assert await shown(house, 1001) == ["#Canada not hockey"]
    again = await house.ask(ada, "/subscribe #Canada -football")
    assert "alone" not in again.text


async def test_a_bracket_is_shown_with_the_place_even_in_one_word(house: House) -> None:
    answer = await house.ask(house.server.private(1001), "/subscribe (korea")
    assert answer.text.splitlines()[1] == "▸(korea"


async def test_a_word_without_its_tag_is_shown_with_the_place(house: House) -> None:
    answer = await house.ask(house.server.private(1001), "/subscribe Canada and")
    assert answer.text == (
        "I did not understand that. A tag is missing after “and”. Type one; if you mean the word "
        "itself, type #and.\nCanada ▸and"
    )


async def test_unsubscribing_by_buttons_edits_one_message(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #a1 #b2")
    message = await house.ask(ada, "/unsubscribe")
    await house.press(message, "✕ #a1")
    assert await shown(house, 1001) == ["#b2"]
    await house.press(message, "End all…")
    await house.press(message, "Yes, end all")
    assert message.text.startswith("✓ 1 subscription ended")
    assert await shown(house, 1001) == []


async def test_all_end_only_after_a_question(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #a1 #b2")
    question = await house.ask(ada, "/unsubscribe all")
    assert len(await shown(house, 1001)) == 2
    await house.press(question, "Cancel")
    assert len(await shown(house, 1001)) == 2


async def test_a_button_of_a_subscription_that_ended_shows_what_is_left(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #a1 #b2")
    message = await house.ask(ada, "/unsubscribe")
    await house.ask(ada, "/unsubscribe a1")
    await house.press(message, "✕ #a1")
    assert await shown(house, 1001) == ["#b2"]


async def test_the_buttons_of_another_chat_end_nothing_here(house: House) -> None:
    ada, bob = house.server.private(1001), house.server.private(1002)
    await house.ask(ada, "/subscribe #a1")
    await house.ask(bob, "/subscribe #b2")
    mine = await house.ask(ada, "/unsubscribe")
    theirs = await house.ask(bob, "/unsubscribe")
    theirs.markup = mine.markup
    house.server.press(theirs, "✕ #a1")
    await house.server.wait_for(lambda: house.server.requests("editMessageText"))
    assert await shown(house, 1001) == ["#a1"]
    assert await shown(house, 1002) == ["#b2"]


async def test_tags_lists_what_is_subscribed(house: House) -> None:
    ada = house.server.private(1001)
    assert "No subscriptions here yet" in (await house.ask(ada, "/list")).text
    await house.ask(ada, "/subscribe #Samsung -baseball #Canada")
    answer = await house.ask(ada, "/tags")
    assert answer.text == "2 subscriptions here:\n• #Samsung -baseball\n• #Canada"
    assert [[one.text for one in row] for row in answer.buttons] == [
        ["#Samsung -baseball", "#Canada"],
        ["Show the newest", "End some…"],
    ]
    await house.press(answer, "End some…")
    assert answer.text == "Which subscription shall end?"


async def test_who_subscribes_again_keeps_how_the_stories_come(house: House) -> None:
    chat = house.server.private(1001)
    await house.ask(chat, "/subscribe #Okapi")
    (kept,) = await house.services.subscriptions.of(place(chat))
    known = await house.services.chats.get(place(chat).chat_id)
    assert known is not None
    await house.services.digests.set_mode(known, place(chat), kept.id, Mode.SILENT)
    assert "already" in (await house.ask(chat, "/subscribe okapi")).text
    (again,) = await house.services.subscriptions.of(place(chat))
    assert again.mode is Mode.SILENT


async def test_a_source_that_nobody_knows_is_told_once_with_those_like_it(house: House) -> None:
    await house.publish("An okapi is born", source="Herald")
    ada = house.server.private(1001)
    told = await house.ask(ada, "/subscribe #Okapi source:Harald")
    assert told.text.startswith("✓ Subscribed to #Okapi source:Harald.")
    assert (
        "I know no source called Harald yet; this brings nothing until there is one. "
        "Near it: Herald"
    ) in told.text
    again = await house.ask(ada, "/subscribe #Okapi source:Harald")
    assert "no source called" not in again.text
    several = "/subscribe #Okapi source:Atlantis, #Lynx source:Atlantis, #Zebra source:herald"
    told = await house.ask(ada, several)
    assert told.text.count("I know no source called Atlantis yet") == 1
    assert "Near it" not in told.text
    assert "Herald yet" not in told.text
