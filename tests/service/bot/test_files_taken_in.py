"""Files of users and agents on their way into the desk, with neighbours of few words."""

from datetime import timedelta
from typing import Any

import pytest

from services.bot.files import taking_in
from services.bot.queries import mentioned_ticket
from tests.service.bot.test_worker import Bench, bench
from tests.support.bot_rows import ANNA, IVAN

__all__ = ["bench"]


def photo(file_id: str = "a", **parts: Any) -> dict[str, Any]:
    sizes = [
        {"file_id": f"{file_id}-small", "file_unique_id": "s", "width": 1, "height": 1},
        {"file_id": file_id, "file_unique_id": "b", "width": 9, "height": 9, "file_size": 9},
    ]
    return {"photo": sizes, **parts}


def document(file_id: str, name: str, **parts: Any) -> dict[str, Any]:
    named = {"file_id": file_id, "file_unique_id": "b", "file_name": name, "file_size": 9}
    return {"document": named, **parts}


def opened(bench: Bench) -> Any:
    (command,) = bench.tickets.opened.values()
    return command


def names(command: Any) -> list[str]:
    return [file.name for file in command.attachments]


def test_a_photo_goes_with_the_ticket_that_it_opens(bench: Bench) -> None:
    bench.writes(IVAN, **photo(caption="Вот экран"))

    bench.works(lambda: bench.said("принято"))

    assert (opened(bench).description, names(opened(bench))) == ("Вот экран", ["photo.jpg"])
    assert bench.files.taken == ["a"]
    assert not bench.said("не сохран")


def test_a_voice_message_without_words_is_called_what_it_is(bench: Bench) -> None:
    bench.writes(IVAN, voice={"file_id": "v", "file_unique_id": "v", "duration": 1})

    bench.works(lambda: bench.said("принято"))

    assert opened(bench).description == ""
    assert opened(bench).subject == "[Пользователь прислал голосовое сообщение]"


def test_a_document_without_words_is_called_after_its_own_name(bench: Bench) -> None:
    bench.writes(IVAN, **document("d", "../../счёт.pdf"))

    bench.works(lambda: bench.said("принято"))

    assert opened(bench).subject is None
    assert names(opened(bench)) == ["счёт.pdf.jpg"]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("too_large", "больше 20 МБ"),
        ("kind", "такого вида не принимаются"),
        ("empty", "пустой"),
        ("gone", "Telegram его не отдаёт"),
    ],
)
def test_a_file_that_is_not_kept_is_told_to_both_and_the_words_arrive(
    bench: Bench, reason: str, words: str
) -> None:
    bench.files.lost["d"] = reason
    bench.writes(IVAN, **document("d", "a <b>.exe", caption="Смотрите"))

    bench.works(lambda: bench.said("принято"))

    first, lost = opened(bench).description.split("\n")
    assert first == "Смотрите"
    assert lost.startswith("[Файл «a _b_.exe» не сохранён")
    assert words in lost
    assert opened(bench).attachments == []
    assert bench.said(words)


def test_what_is_no_file_is_named_and_the_user_is_told_that_it_is_not_kept(bench: Bench) -> None:
    bench.writes(IVAN, location={"latitude": 1.0, "longitude": 2.0})

    bench.works(lambda: bench.said("принято"))

    assert opened(bench).description == "[Пользователь прислал местоположение]"
    assert bench.said("опишите, пожалуйста, главное словами")


def test_an_album_is_one_message_with_all_its_files_and_one_reply(bench: Bench) -> None:
    for number, caption in enumerate(["Раз", "", "Три"]):
        bench.writes(IVAN, **photo(str(number), caption=caption, media_group_id="g"))

    bench.works(lambda: bench.said("принято"))

    assert opened(bench).description == "Раз\nТри"
    assert len(opened(bench).attachments) == 3
    assert len(bench.rows.all()) == 1
    assert bench.tickets.added == {}
    found = [bench.rows.store.ask(mentioned_ticket, IVAN, one) for one in (1, 2, 3)]
    assert found == [1, 1, 1]


def test_an_album_does_not_wait_for_a_clock_that_was_set_back(bench: Bench) -> None:
    bench.writes(IVAN, media_group_id="7", **photo("a", caption="Смотрите"))

    bench.rows.clock.advance(hours=-3)
    bench.works(lambda: bench.said("принято"))

    assert names(opened(bench)) == ["photo.jpg"]


def test_a_part_that_comes_late_continues_the_ticket_of_its_album(bench: Bench) -> None:
    bench.writes(IVAN, **photo("1", media_group_id="g"))
    bench.works(lambda: bench.said("принято"))
    bench.writes(IVAN, text="Другое")  # no album, and no second ticket either
    bench.writes(IVAN, **photo("2", media_group_id="g"))

    bench.works(lambda: len(bench.tickets.added) == 2 and bench.rows_settled())

    _, late = bench.tickets.added.values()
    assert (late.ticket_id, len(late.attachments)) == (1, 1)
    assert len(bench.tickets.opened) == 1


def test_an_album_handled_again_says_what_it_said_and_fetches_nothing_again(bench: Bench) -> None:
    bench.tickets.silent_after_work = 1
    bench.files.lost["2"] = "kind"
    for number in (1, 2):
        bench.writes(IVAN, **photo(str(number), media_group_id="g"))

    def comes_later() -> bool:
        bench.files.lost.clear()
        return bench.said("принято")

    bench.works(lambda: bool(bench.tickets.opened))
    bench.writes(IVAN, **photo("3", media_group_id="g"))
    bench.works(comes_later)
    bench.works(lambda: bool(bench.tickets.added))

    assert bench.files.taken == ["1", "2", "3"]
    assert len(opened(bench).attachments) == 1
    assert "не сохранён" in opened(bench).description


def test_of_too_many_files_at_once_the_first_are_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = bench.office.settings.file.attachments
    monkeypatch.setitem(rules.__dict__, "at_once", 2)
    for number in range(3):
        bench.writes(IVAN, **photo(str(number), media_group_id="g"))

    bench.works(lambda: bench.said("принято"))

    assert bench.files.taken == ["0", "1"]
    assert bench.said("не больше 2")


def test_while_the_store_is_away_a_file_waits_and_the_user_is_told(bench: Bench) -> None:
    bench.files.is_away = True
    bench.writes(IVAN, **photo(caption="Вот"))

    bench.works(lambda: bench.said("Повторять не нужно"))
    bench.files.is_away = False
    bench.works(lambda: bench.said("принято"))

    assert len(opened(bench).attachments) == 1


def test_from_a_store_that_stays_away_the_words_go_on_without_the_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_in, "PATIENCE", timedelta(seconds=20))
    bench.files.is_away = True
    bench.writes(IVAN, **photo(caption="Вот"))

    bench.works(lambda: bench.said("принято"))

    assert opened(bench).description.startswith("Вот\n[Файл «photo» не сохранён")
    assert bench.said("хранилище файлов не отвечает")


def test_an_agent_is_told_soon_that_a_file_cannot_be_kept_now(bench: Bench) -> None:
    bench.files.is_away = True
    bench.writes(ANNA, **photo(caption="/reply 1 Вот"))

    bench.works(lambda: bench.said("не отвечает"))

    assert bench.tickets.answered == {}


@pytest.mark.parametrize(("caption", "body"), [("/reply 1 Вот так", "Вот так"), ("/reply 1", "")])
def test_reply_under_a_file_answers_with_it(bench: Bench, caption: str, body: str) -> None:
    bench.writes(ANNA, **photo(caption=caption))

    bench.works(lambda: bool(bench.tickets.answered))

    (command,) = bench.tickets.answered.values()
    assert (command.ticket_id, command.body, names(command)) == (1, body, ["photo.jpg"])


def test_an_answer_whose_file_is_not_kept_is_not_sent(bench: Bench) -> None:
    bench.files.lost["a"] = "kind"
    bench.writes(ANNA, **photo(caption="/reply 1 Вот так"))

    bench.works(lambda: bench.said("Ответ не отправлен"))

    assert bench.tickets.answered == {}
    assert bench.said("такого вида не принимаются")


@pytest.mark.parametrize("caption", ["/reply", "/reply сорок", "/reply 0 текст"])
def test_a_wrong_reply_under_a_file_is_answered_with_its_usage(bench: Bench, caption: str) -> None:
    bench.writes(ANNA, **photo(caption=caption))

    bench.works(lambda: bench.said("/reply 42"))

    assert (bench.files.taken, bench.tickets.answered) == ([], {})


@pytest.mark.parametrize("caption", ["/tickets", "/view_1", "/incident Всё", "просто"])
def test_any_other_caption_of_an_agent_is_no_command(bench: Bench, caption: str) -> None:
    bench.writes(ANNA, **photo(caption=caption))

    bench.works(lambda: bool(bench.rows.all()))

    assert (bench.files.taken, bench.tickets.answered, bench.tickets.opened) == ([], {}, {})


def test_reply_under_a_users_file_is_a_message_like_any_other(bench: Bench) -> None:
    bench.writes(IVAN, **photo(caption="/reply 1 Вот"))

    bench.works(lambda: bench.said("принято"))

    assert opened(bench).description == "/reply 1 Вот"
    assert bench.tickets.answered == {}


def test_of_an_agents_album_that_replies_to_nothing_one_hint_is_given(bench: Bench) -> None:
    for number in range(3):
        bench.writes(ANNA, **photo(str(number), media_group_id="g"))

    bench.works(lambda: bool(bench.rows.all()) and bench.rows_settled())

    assert len(bench.rows.all()) == 1
