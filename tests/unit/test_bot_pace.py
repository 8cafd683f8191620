"""How fast the bot may speak."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.bot.sending.pace import GROUP_MINUTE, OVERALL_SECOND, Pace

GROUP = -5


def say(pace: Pace, chat_id: int, now: float) -> None:
    """Something that is answered at once."""
    pace.note_begin(chat_id)
    pace.note_end(chat_id, now)


def test_a_chat_gets_one_message_a_second() -> None:
    pace = Pace()
    say(pace, 7, 100.0)

    assert pace.wait(7, 100.25) == 0.75
    assert pace.wait(7, 101.0) == 0
    assert pace.wait(8, 100.0) == 0


def test_the_second_is_counted_from_the_answer() -> None:
    pace = Pace()
    pace.note_begin(7)
    pace.note_end(7, 103.0)

    assert pace.wait(7, 103.5) == 0.5


def test_all_chats_together_get_twenty_five_a_second() -> None:
    pace = Pace()
    for chat_id in range(1, 26):
        assert pace.wait(chat_id, 100.0) == 0
        say(pace, chat_id, 100.0)

    assert pace.wait(99, 100.5) > 0
    assert pace.wait(99, 101.0) == 0


def test_what_has_no_answer_yet_takes_its_place_until_a_second_after_it() -> None:
    pace = Pace()
    for chat_id in range(1, 26):
        pace.note_begin(chat_id)

    assert pace.wait(99, 105.0) > 0
    pace.note_end(1, 105.0)
    assert pace.wait(99, 105.5) == 0.5
    assert pace.wait(99, 106.0) == 0


def test_an_end_that_is_told_twice_counts_once() -> None:
    pace = Pace()
    for chat_id in range(1, 25):
        say(pace, chat_id, 100.0)
        pace.note_end(chat_id, 100.0)

    assert pace.wait(99, 100.0) == 0


def test_a_group_gets_twenty_a_minute() -> None:
    pace, now = Pace(), 100.0
    for _ in range(20):
        assert pace.wait(GROUP, now) == 0
        say(pace, GROUP, now)
        now += 1

    assert pace.wait(GROUP, now) == 40
    assert pace.wait(GROUP, 160.0) == 0


def test_what_went_out_before_a_restart_counts_on() -> None:
    pace = Pace()
    for second in range(20):
        pace.remember(GROUP, 100.0 + second)

    assert pace.wait(GROUP, 125.0) == 35
    assert pace.wait(7, 125.0) == 0


def test_an_album_that_went_out_before_a_restart_counts_as_its_messages() -> None:
    pace = Pace()
    pace.remember(GROUP, 100.0, 10)
    pace.remember(7, 100.0, 10)

    assert pace.overall_wait(100.5, 6) == 0.5
    assert pace.wait(7, 104.0) == 6
    assert pace.wait(GROUP, 110.0, 10) == 0
    assert pace.wait(GROUP, 110.0, 11) == 50


def test_a_chat_on_hold_holds_up_no_other() -> None:
    pace = Pace()
    pace.hold(7, 30, 100.0)

    assert pace.wait(7, 100.0) == 30
    assert pace.wait(8, 100.0) == 0


def test_in_a_chat_on_hold_nothing_is_edited_either() -> None:
    pace = Pace()
    pace.hold(7, 30, 100.0)

    assert pace.edit_wait(7, 100.0) == 30
    assert pace.edit_wait(8, 100.0) == 0


def test_an_edit_does_not_wait_for_the_rhythm_of_its_chat() -> None:
    pace = Pace()
    pace.note_begin(7)
    pace.note_end(7, 100.0)

    assert pace.wait(7, 100.0) == 1
    assert pace.edit_wait(7, 100.0) == 0


def test_edits_count_over_all_but_not_in_their_chat() -> None:
    pace = Pace()
    for chat_id in range(1, 26):
        pace.note_begin(chat_id, is_edit=True)
        pace.note_end(chat_id, 100.0)

    assert pace.overall_wait(100.0) > 0
    assert pace.wait(7, 101.0) == 0


def test_what_goes_to_a_crowd_flows_evenly_and_makes_up_for_a_little_delay() -> None:
    pace = Pace()
    pace.note_crowd(100.0)
    assert pace.crowd_wait(100.0) == 0  # as after a rest
    for _ in range(5):
        pace.note_crowd(100.0)

    assert pace.crowd_wait(100.0) == pytest.approx(1 / 25)
    assert pace.crowd_wait(100.0 + 1 / 25) == pytest.approx(0, abs=1e-9)
    assert pace.wait(7, 100.0) == 0


def test_an_album_counts_as_its_messages() -> None:
    pace = Pace()

    for chat_id in (1, 2):
        pace.note_begin(chat_id, 10)
        pace.note_end(chat_id, 0.0)

    assert pace.wait(1, 0.0) == 10
    assert pace.wait(3, 0.0, 5) == 0
    assert pace.wait(3, 0.0, 6) == 1
    assert pace.wait(3, 1.5, 10) == 0


def test_an_album_does_not_fit_where_a_message_does_in_a_group() -> None:
    pace = Pace()

    pace.note_begin(-1, 15)
    pace.note_end(-1, 0.0)

    assert pace.wait(-1, 20.0, 5) == 0
    assert pace.wait(-1, 20.0, 6) == 40


def eighths(most: int) -> st.SearchStrategy[float]:
    """Numbers whose sums and products are exact: a second is one then, and not a little less."""
    return st.integers(0, 8 * most).map(lambda count: count / 8)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([GROUP, *range(1, 40)]),
            eighths(3),  # how many seconds its answer takes
            eighths(1),  # where on that way it reaches Telegram
            st.booleans(),
        ),
        min_size=30,
        max_size=200,
    )
)
def test_telegram_never_sees_more_than_it_allows_however_long_a_call_takes(
    calls: list[tuple[int, float, float, bool]],
) -> None:
    pace, now = Pace(), 0.0
    in_air, arrived = dict[int, float](), list[tuple[float, int, bool]]()
    for chat_id, seconds, share, is_edit in calls:
        while chat_id in in_air or (pace.overall_wait(now) if is_edit else pace.wait(chat_id, now)):
            now = round(now + 0.125, 3)
            for ended in [chat for chat, end in in_air.items() if end <= now]:
                pace.note_end(ended, in_air.pop(ended))
        pace.note_begin(chat_id, is_edit=is_edit)
        in_air[chat_id] = now + seconds
        arrived.append((now + share * seconds, chat_id, is_edit))

    assert most_within(1.0, [at for at, _, _ in arrived]) <= OVERALL_SECOND
    said = [(at, chat_id) for at, chat_id, is_edit in arrived if not is_edit]
    assert most_within(60.0, [at for at, chat_id in said if chat_id == GROUP]) <= GROUP_MINUTE
    for one in {chat_id for _, chat_id in said}:
        moments = sorted(at for at, chat_id in said if chat_id == one)
        assert all(after - before >= 1 for before, after in pairwise(moments))


def most_within(seconds: float, moments: Sequence[float]) -> int:
    """How many lie in the fullest half-open stretch of so many seconds."""
    return max(
        (sum(begin <= at < begin + seconds for at in moments) for begin in moments), default=0
    )
