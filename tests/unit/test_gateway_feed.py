"""The feed: what RFC 4287 asks for, whatever people wrote."""

from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from contracts.incidents import IncidentView, StatusView
from tests.support.gateway import NOW, Gateway
from tests.support.public_facts import OUTAGE, eventful, returned, update

ATOM = "{http://www.w3.org/2005/Atom}"
FEED = "/status/feed.atom"
HOST = "https://desk.example:8443"


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def read(gateway: Gateway, base_url: str = HOST, **query: str) -> ElementTree.Element:
    told = gateway.as_anyone().gets(FEED, base_url=base_url, query_string=query)
    assert told.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(told.data)


def text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def links(element: ElementTree.Element) -> dict[str, str]:
    return {each.get("rel", ""): each.get("href", "") for each in element.findall(f"{ATOM}link")}


def entries(feed: ElementTree.Element) -> list[ElementTree.Element]:
    return feed.findall(f"{ATOM}entry")


def an_incident(title: str, message: str = "x") -> StatusView:
    incident = IncidentView(
        id=1,
        title=title,
        status="investigating",
        impact="major",
        started_at=NOW,
        updates=[update(1, "investigating", message, NOW)],
    )
    return StatusView(
        status="degraded", incident=incident, incidents=[incident], updated_at=NOW, version=1
    )


def test_the_feed_says_what_it_is_and_where(gateway: Gateway) -> None:
    gateway.board.hear(eventful(NOW), NOW)

    feed = read(gateway, lang="en")

    assert feed.tag == f"{ATOM}feed"
    assert text(feed, "id") == "tag:desk.example,2026:status"
    assert text(feed, "title") == "System status"
    assert text(feed, "updated") == "2026-03-02T08:56:00.000Z"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Support"
    assert links(feed) == {"self": f"{HOST}{FEED}?lang=en", "alternate": f"{HOST}/status"}
    assert links(read(gateway))["self"] == f"{HOST}{FEED}"


def test_incidents_and_works_are_an_entry_each_what_changed_last_first(gateway: Gateway) -> None:
    gateway.board.hear(eventful(NOW), NOW)

    found = entries(read(gateway))

    assert [links(each)["alternate"].rpartition("#")[2] for each in found] == [
        "incident-4",
        "incident-3",
        "maintenance-2",
        "maintenance-1",
        "incident-2",
        "maintenance-3",
        "incident-1",
    ]
    assert [text(each, "title") for each in found][1] == OUTAGE
    for each in found:
        published, updated = text(each, "published"), text(each, "updated")
        assert datetime.fromisoformat(published) <= datetime.fromisoformat(updated)
        assert links(each)["alternate"].startswith(f"{HOST}/status#")
        assert text(each, "id").startswith("urn:uuid:")
    assert text(found[4], "updated") == "2026-03-01T09:00:00.000Z"


def test_planned_work_is_told_with_its_times(gateway: Gateway) -> None:
    gateway.board.hear(eventful(NOW), NOW)

    told = {text(each, "title"): text(each, "content") for each in entries(read(gateway))}

    assert "мы проведём плановые работы" in told["Переезд в другой зал"]
    assert "закончены" in told["Замена диска"]


def test_what_was_written_of_an_end_stands_below_its_return(gateway: Gateway) -> None:
    view = eventful(NOW).model_copy(update={"incidents": [returned(NOW)], "recent": []})
    gateway.board.hear(view, NOW)

    (story,) = [
        text(each, "content")
        for each in entries(read(gateway))
        if text(each, "title") == "Видео прерывалось"
    ]

    assert story.index("Снова прерывается") < story.index("Разбор причин") < story.index("Решено")


def test_an_entry_tells_its_updates_newest_first_as_text(gateway: Gateway) -> None:
    gateway.board.hear(eventful(NOW), NOW)

    found = entries(read(gateway, lang="ru"))
    open_one, explained = text(found[1], "content"), text(found[4], "content")

    content = found[1].find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert open_one.index("Причина найдена") < open_one.index("Выясняем")
    assert "2 марта, 11:35" in open_one
    assert "Нашли причину:<br>банк" in open_one
    assert "&lt;b&gt; &amp; «возвраты»" in open_one
    assert "<b>" not in open_one
    assert explained.index("Разбор причин") < explained.index("Решено")


def test_an_entry_keeps_its_id_when_the_incident_goes_on_and_wherever_it_is_read(
    gateway: Gateway,
) -> None:
    gateway.board.hear(eventful(NOW), NOW)
    before = _by_title(read(gateway))

    changed = eventful(NOW)
    longer = changed.incidents[0].model_copy(update={"updated_at": NOW + timedelta(minutes=1)})
    gateway.board.hear(changed.model_copy(update={"incidents": [longer], "version": 13}), NOW)

    after = _by_title(read(gateway, "http://127.0.0.1:8080"))
    assert len({one_id for one_id, _ in before.values()}) == len(before)
    assert {title: before[title][0] for title in after} == {
        title: one_id for title, (one_id, _) in after.items()
    }
    assert after[OUTAGE][1] == "2026-03-02T09:01:00.000Z"


def _by_title(feed: ElementTree.Element) -> dict[str, tuple[str, str]]:
    """The ids of entries, and when they last changed."""
    found = sorted(entries(feed), key=lambda each: text(each, "title"))
    return {text(each, "title"): (text(each, "id"), text(each, "updated")) for each in found}


@pytest.mark.parametrize(
    "title",
    [
        "<b>&amp;</b> ]]> <!-- <script>",
        "Платежи 🔥💳 👩‍💻",
        "שלום עולם \u202eтекст наоборот\u202c",
        "кавычки \" и ' и {title} %s",
        "перенос\nстроки\tи табуляция",
    ],
)
def test_whatever_people_wrote_arrives_as_they_wrote_it(gateway: Gateway, title: str) -> None:
    gateway.board.hear(an_incident(title, title), NOW)

    (entry,) = entries(read(gateway))

    assert text(entry, "title") == title
    assert "<script" not in text(entry, "content")


@pytest.mark.parametrize("forbidden", ["\x00", "\x08", "\x0b", "\x1b", "\ufffe", "\uffff"])
def test_what_xml_cannot_write_does_not_break_it(gateway: Gateway, forbidden: str) -> None:
    gateway.board.hear(an_incident(f"до{forbidden}после", f"a{forbidden}b"), NOW)

    (entry,) = entries(read(gateway))

    assert text(entry, "title") == "до\ufffdпосле"
    assert forbidden not in text(entry, "content")


def test_before_anything_is_known_it_is_an_empty_feed(gateway: Gateway) -> None:
    feed = read(gateway)

    assert entries(feed) == []
    assert text(feed, "updated") == "1970-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("base_url", "authority"),
    [("http://127.0.0.1:8080", "127.0.0.1"), ("http://[::1]:8080", "--1"), (HOST, "desk.example")],
)
def test_ids_are_tags_of_the_host_and_not_of_its_port(
    gateway: Gateway, base_url: str, authority: str
) -> None:
    assert text(read(gateway, base_url), "id") == f"tag:{authority},2026:status"
