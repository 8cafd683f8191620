"""When a silent neighbour is asked, and when not."""

from chassis.breaker import REST_SECONDS, SILENCES_TO_OPEN, Breaker


def opened(at: float) -> Breaker:
    breaker = Breaker()
    for _ in range(SILENCES_TO_OPEN):
        breaker.note_silence(at)
    return breaker


def test_a_few_silences_do_not_open_it() -> None:
    breaker = Breaker()
    for _ in range(SILENCES_TO_OPEN - 1):
        breaker.note_silence(0)

    assert breaker.lets_through(0)


def test_an_answer_in_between_starts_the_count_again() -> None:
    breaker = Breaker()
    for _ in range(SILENCES_TO_OPEN - 1):
        breaker.note_silence(0)
    breaker.note_answer()
    breaker.note_silence(0)

    assert breaker.lets_through(0)


def test_open_it_lets_one_trial_through_after_each_rest() -> None:
    breaker = opened(at=100)

    assert not breaker.lets_through(100)
    assert breaker.lets_through(100 + REST_SECONDS)
    assert not breaker.lets_through(100 + REST_SECONDS)
    assert breaker.lets_through(100 + 2 * REST_SECONDS)


def test_an_answered_trial_closes_it() -> None:
    breaker = opened(at=100)
    breaker.lets_through(100 + REST_SECONDS)

    breaker.note_answer()

    assert breaker.lets_through(100 + REST_SECONDS)
