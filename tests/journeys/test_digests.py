"""Digests and quiet hours over a clock that leaps, a machine that sleeps, and restarts."""

from datetime import UTC, datetime

from bot.demo.chats import Chat, SentMessage
from bot.telegram.languages import Languages
from tests.journeys.scene import Item, Scene, rss

OLD = Item("A museum opens", "A museum of ships opened on the coast.", minutes_old=60)
BEFORE = datetime(2027, 3, 27, 20, 0, tzinfo=UTC)
"""An evening in Berlin; in its night the clocks leap from 2:00 to 3:00."""


def feed(scene: Scene, *headlines: str, paper: str = "paper") -> str:
    """Let a paper tell these stories now; return its address."""
    items = [Item(one) for one in headlines]
    text = rss(
        *items,
        OLD,
        title=f"The {paper.title()}",
        site=f"https://{paper}.example",
        now=scene.clock.now(),
    )
    return scene.web.puts(f"/{paper}", text)


def told(scene: Scene, chat: Chat, words: str) -> list[SentMessage]:
    return [one for one in scene.api.messages(chat) if words in one.text.splitlines()[0]]


async def evening(scene: Scene, *papers: str) -> None:
    """Start the bot that evening, with these papers."""
    scene.clock.put_to(BEFORE)
    await scene.start(*(feed(scene, paper=paper) for paper in papers))
    for paper in papers:
        await scene.polled(f"/{paper}")


async def test_a_digest_comes_once_though_clocks_leap_and_the_machine_sleeps(scene: Scene) -> None:
    chat = scene.person()
    await evening(scene, "paper")
    await scene.says(chat, "/settings Berlin")
    await scene.says(chat, "/subscribe #Korea, #Japan")
    answer = await scene.says(chat, "/digest daily 08:00")
    assert "The next one: Mar 28, 8:00\u202fAM." in answer.text
    feed(scene, "Korea plans an exercise", "Japan builds a bridge", "Korea opens a harbour")
    await scene.polled("/paper")
    scene.clock.put_to(datetime(2027, 3, 28, 5, 59, tzinfo=UTC))
    await scene.polled("/paper")
    assert not told(scene, chat, "digest")

    await scene.stop()
    scene.clock.put_to(datetime(2027, 3, 28, 6, 20, tzinfo=UTC))
    await scene.start()
    (digest,) = await scene.api.wait_for(lambda: told(scene, chat, "Your digest"), timeout=15)
    lines = digest.text.splitlines()
    assert lines[0] == "Your digest: 3 stories"
    assert [line for line in lines if line.startswith("#")] == ["#Korea", "#Japan"]
    assert lines.index("#Korea") < lines.index("• Korea plans an exercise")
    assert lines.index("#Japan") < lines.index("• Japan builds a bridge")

    await scene.stop()
    await scene.start()
    await scene.polled("/paper")
    assert len(told(scene, chat, "Your digest")) == 1
    assert "Mar 29, 8:00" in (await scene.says(chat, "/digest")).text
    feed(scene, "Whales return to Korea")
    await scene.polled("/paper")
    scene.clock.put_to(datetime(2027, 3, 29, 6, 0, tzinfo=UTC))
    await scene.api.wait_for(lambda: len(told(scene, chat, "Your digest")) == 2, timeout=15)
    assert not scene.alerts(chat, "Korea")


async def test_a_quiet_night_lets_through_what_breaks_and_ends_with_a_roundup(
    scene: Scene,
) -> None:
    chat, texts = scene.person(), Languages().of("ko")
    papers = ("paper", "post", "herald")
    await evening(scene, *papers)
    await scene.says(chat, "/language ko")
    await scene.says(chat, "/settings 베를린")
    settings = await scene.says(chat, "/settings")
    for button in (
        texts.quiet_label("", ""),
        texts.from_label("21:00"),
        texts.breaking_label(),
    ):
        before = settings.edited
        scene.api.press(settings, button)
        await scene.api.wait_for(lambda: settings.edited > before, timeout=15)  # noqa: B023 - at once
    await scene.says(chat, "/subscribe #Korea")
    feed(scene, "Korea plans an exercise", "Korea opens a harbour", "Quake shakes Korea at night")
    await scene.polled("/paper")
    assert not scene.alerts(chat, "Korea")
    for paper in papers[1:]:
        feed(scene, "Quake shakes Korea at night", paper=paper)
        await scene.polled(f"/{paper}")
    assert "Quake" in (await scene.alert(chat, "Korea")).text

    scene.clock.put_to(datetime(2027, 3, 28, 5, 0, tzinfo=UTC))
    title = texts.wording().meanwhile(2)
    (roundup,) = await scene.api.wait_for(lambda: told(scene, chat, title), timeout=15)
    assert "Korea opens a harbour" in roundup.text
    assert "Quake" not in roundup.text
    assert len(scene.alerts(chat, "Korea")) == 1
