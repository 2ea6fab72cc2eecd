"""What a tag would bring, seen before anybody subscribes; and what may be meant instead."""

from datetime import timedelta

import pytest

from tests.telegram.conftest import House, place
from tests.telegram.test_first_steps import labels


async def test_a_tag_is_seen_before_it_is_subscribed(house: House) -> None:
    ada = house.server.private(1001)
    for number in range(4):
        await house.publish(f"Samsung opens plant {number}", ago=timedelta(hours=number + 1))
    await house.publish("Samsung long ago", ago=timedelta(days=9))
    shown = await house.ask(ada, "/preview #Samsung")
    lines = shown.text.splitlines()
    assert lines[0].startswith("#Samsung: It would have brought 4 stories in the last 7 days")
    assert [line for line in lines if line.startswith("•")] == [
        f"• Samsung opens plant {number}" for number in range(3)
    ]
    assert await house.services.subscriptions.of(place(ada)) == []
    house.server.press(shown, "Subscribe to #Samsung")
    await house.server.wait_for(lambda: "✓ Subscribed" in house.server.last(ada).text)


async def test_a_misspelt_tag_gets_the_one_that_is_meant(house: House) -> None:
    ada = house.server.private(1001)
    await house.publish("Ukraine and its grain")
    shown = await house.ask(ada, "/preview #Ukrane")
    assert "No story that I know has ever carried it" in shown.text
    assert "Related, with more stories:" in shown.text
    assert labels(shown) == ["Subscribe to #Ukrane", "#Ukraine"]
    answer = await house.ask(ada, "/subscribe #Ukrane")
    assert labels(answer) == ["#Ukraine"]
    house.server.press(answer, "#Ukraine")
    await house.server.wait_for(lambda: "1 story" in house.server.last(ada).text)
    assert "#Ukraine" in labels(await house.ask(ada, "/latest #Ukrane"))


async def test_a_query_that_asks_for_too_much_gets_its_tag_alone(house: House) -> None:
    ada = house.server.private(1001)
    await house.publish("Samsung opens a plant", summary="Baseball was played.")
    answer = await house.ask(ada, "/subscribe #Samsung -baseball")
    assert "No story that I know has ever carried it" in answer.text
    assert labels(answer) == ["#Samsung"]
    await house.publish("Samsung opens two more")
    assert "#Samsung" not in labels(await house.ask(ada, "/preview #Samsung -baseball"))


async def test_a_tag_that_had_stories_once_says_so(house: House) -> None:
    await house.publish("Okapi born", ago=timedelta(days=20))
    shown = await house.ask(house.server.private(1001), "/preview #Okapi")
    assert "Nothing in the last 7 days" in shown.text


async def test_a_tag_with_many_stories_proposes_nothing(house: House) -> None:
    for number in range(12):
        await house.publish(f"South Korea, Japan meet {number}")
    shown = await house.ask(house.server.private(1001), "/preview #SouthKorea-Japan")
    assert "12 stories" in shown.text
    assert "Related" not in shown.text


async def test_many_tags_are_counted_only(house: House) -> None:
    await house.publish("Samsung opens a plant")
    shown = await house.ask(house.server.private(1001), "/preview #Samsung, #Okapi, #Zebra")
    assert shown.text.count("No story that I know") == 2
    assert "•" not in shown.text
    assert len(labels(shown)) == 3


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/preview", "Which tag?"),
        ("/preview !!", "letters or digits"),
        (f"/preview {', '.join(f'#tag{n}' for n in range(30))}", "30 tags at once"),
    ],
)
async def test_what_is_no_tag_is_explained(house: House, typed: str, said: str) -> None:
    assert said in (await house.ask(house.server.private(1001), typed)).text
