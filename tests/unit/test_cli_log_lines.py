"""The end of a log as a person reads it."""

from cli.log_lines import last_words


def test_of_a_traceback_only_the_error_is_told() -> None:
    line = '{"event": "the bot died", "exception": "Traceback\\n  File x\\nValueError: no token"}'

    assert last_words(line, count=5) == "the bot died: ValueError: no token"


def test_a_line_said_at_every_start_is_told_once() -> None:
    assert last_words("SUPPORT_PORT: bad\n\nSUPPORT_PORT: bad\n", count=5) == "SUPPORT_PORT: bad"


def test_only_the_last_lines_are_told() -> None:
    assert last_words("a\nb\nc", count=2) == "b\nc"


def test_json_that_is_no_log_entry_stays_as_it_is() -> None:
    assert last_words('[1]\n{"a": 1}\n"event"', count=5) == '[1]\n{"a": 1}\n"event"'
