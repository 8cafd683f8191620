"""How fast the bot may speak."""

from services.bot.pace import Pace


def test_a_chat_gets_one_message_a_second() -> None:
    pace = Pace()
    pace.note_sent(7, 100.0)

    assert pace.wait(7, 100.25) == 0.75
    assert pace.wait(7, 101.0) == 0
    assert pace.wait(8, 100.0) == 0


def test_all_chats_together_get_twenty_five_a_second() -> None:
    pace = Pace()
    for chat_id in range(1, 26):
        assert pace.wait(chat_id, 100.0) == 0
        pace.note_sent(chat_id, 100.0)

    assert pace.wait(99, 100.5) > 0
    assert pace.wait(99, 101.0) == 0


def test_a_group_gets_twenty_a_minute() -> None:
    pace, now = Pace(), 100.0
    for _ in range(20):
        assert pace.wait(-5, now) == 0
        pace.note_sent(-5, now)
        now += 1

    assert pace.wait(-5, now) == 40
    assert pace.wait(-5, 160.0) == 0


def test_a_chat_on_hold_holds_up_no_other() -> None:
    pace = Pace()
    pace.hold(7, 30, 100.0)

    assert pace.wait(7, 100.0) == 30
    assert pace.wait(8, 100.0) == 0


def test_edits_count_over_all_but_not_in_their_chat() -> None:
    pace = Pace()
    for _ in range(25):
        pace.note_edited(100.0)

    assert pace.overall_wait(100.0) > 0
    assert pace.wait(7, 101.0) == 0


def test_an_album_counts_as_its_messages() -> None:
    pace = Pace()

    pace.note_sent(1, 0.0, 10)
    pace.note_sent(2, 0.0, 10)

    assert pace.wait(1, 0.0) == 10
    assert pace.wait(3, 0.0, 5) == 0
    assert pace.wait(3, 0.0, 6) == 1
    assert pace.wait(3, 1.5, 10) == 0


def test_an_album_does_not_fit_where_a_message_does_in_a_group() -> None:
    pace = Pace()

    pace.note_sent(-1, 0.0, 15)

    assert pace.wait(-1, 20.0, 5) == 0
    assert pace.wait(-1, 20.0, 6) == 40
