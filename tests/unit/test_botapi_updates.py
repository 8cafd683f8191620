from threading import Condition

from botapi.updates import UpdateFeed


def feed_of(count: int) -> UpdateFeed:
    held = Condition()
    held.acquire()
    feed = UpdateFeed(first_id=100, changed=held)
    for number in range(count):
        feed.add("message", {"message_id": number})
    return feed


def ids(feed: UpdateFeed) -> list[int]:
    return [update["update_id"] for update in feed.first(100)]


def test_updates_wait_until_an_offset_confirms_them() -> None:
    feed = feed_of(3)

    feed.confirm(0)
    assert ids(feed) == [100, 101, 102]

    feed.confirm(102)
    assert ids(feed) == [102]


def test_a_negative_offset_keeps_the_last_ones() -> None:
    feed = feed_of(5)

    feed.confirm(-2)

    assert ids(feed) == [103, 104]


def test_a_limit_leaves_the_rest_waiting() -> None:
    feed = feed_of(3)

    assert len(feed.first(2)) == 2
    assert len(feed) == 3


def test_kinds_nobody_asked_for_do_not_come() -> None:
    feed = feed_of(0)

    feed.add("chat_member", {})
    feed.allow(["message"])
    feed.add("callback_query", {})
    feed.allow([])
    feed.add("callback_query", {})

    assert [set(update) - {"update_id"} for update in feed.first(9)] == [{"callback_query"}]


def test_a_new_poller_takes_the_turn() -> None:
    feed = feed_of(0)
    first = feed.take_turn()
    second = feed.take_turn()

    assert not feed.has_turn(first)
    assert feed.has_turn(second)
