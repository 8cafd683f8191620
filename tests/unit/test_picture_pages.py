"""A chat as a page: what Telegram marks is marked, and nothing of people becomes markup."""

from botapi.sights import ChatMessage
from docs.drawing.album import Shot
from docs.drawing.page import marked_up, page


def said(text: str, *entities: tuple[str, int, int], author_id: int = 1) -> ChatMessage:
    told = [{"type": kind, "offset": at, "length": length} for kind, at, length in entities]
    return ChatMessage.from_json(
        {
            "message_id": 5,
            "from": {"first_name": "Поддержка", "id": author_id, "is_bot": True},
            "text": text,
            "entities": told,
            "markup": {"inline_keyboard": [[{"text": "<Взять>", "callback_data": "t:1"}]]},
            "sent_at": 1_795_503_600.0,
            "edited_at": None,
            "is_silent": False,
            "is_deleted": False,
            "revisions": [],
        }
    )


def test_entities_count_as_telegram_counts_and_may_lie_in_each_other() -> None:
    message = said("😀 <b> жирно", ("bold", 3, 9), ("italic", 7, 5))

    assert marked_up(message) == (
        '😀 <span class="bold">&lt;b&gt; </span><span class="bold italic">жирно</span>'
    )


def test_a_page_has_buttons_times_and_ones_own_words_on_the_right() -> None:
    shot = Shot("card", "Поддержка", 1, (said("Да"),), {}, 0.0)

    shown = page(shot)

    assert "<span>&lt;Взять&gt;</span>" in shown
    assert "<time>10:00</time>" in shown
    assert '<article class="own">' in shown
    assert "http" not in shown, "nothing is loaded"
