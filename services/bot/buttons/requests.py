"""What users press: under their request, under news, and when they have an incident's trouble too.
Pure."""

from collections.abc import Sequence

from contracts.incidents import IncidentView
from contracts.tickets import BEST_RATING, TicketFacts
from contracts.vocabulary import PRIORITY_OF_IMPACT, Category, Impact
from services.bot.buttons.codes import (
    CONFIRM_LINK,
    JOIN_INCIDENT,
    NEW_REQUEST,
    RATE,
    REFUSE_LINK,
    SET_CATEGORY,
    SET_IMPACT,
    SOLVED,
    TITLE_LENGTH,
    UNLINK,
    UNSOLVED,
    UNSUBSCRIBE,
    WISH_NEWS,
    code,
    marked,
    pairs,
)
from services.bot.letters import Button, Keyboard
from services.bot.markup import one_line
from services.bot.speech import Speech


def request_card(words: Speech, ticket: TicketFacts) -> Keyboard:
    """What a user can tell about a request after writing it: what is true of it is marked, the
    defaults included."""
    categories = [
        Button(
            marked(words.category(one), one == ticket.category),
            code(SET_CATEGORY, ticket.id, index),
        )
        for index, one in enumerate(Category)
    ]
    impacts = [
        (Button(marked(label, is_so), code(SET_IMPACT, ticket.id, index)),)
        for index, one in enumerate(Impact)
        for is_so in [PRIORITY_OF_IMPACT[one] == ticket.priority]
        for label in [words(f"bot.impact.{one.value}")]
    ]
    return (*pairs(categories), *impacts, *new_request(words))


def new_request(words: Speech) -> Keyboard:
    return ((Button(words("bot.button.new_request"), code(NEW_REQUEST)),),)


def news(words: Speech, ticket_id: int) -> Keyboard:
    """Under news of the incident that a request is about."""
    return ((Button(words("bot.button.only_end"), code(WISH_NEWS, ticket_id, 0)),),)


def solved(words: Speech, ticket_id: int, *, is_under_news: bool = False) -> Keyboard:
    """Under the word that a request is resolved: is it? News stays to be read after a press."""
    place = int(is_under_news)
    return (
        (
            Button(words("bot.button.solved"), code(SOLVED, ticket_id, place)),
            Button(words("bot.button.unsolved"), code(UNSOLVED, ticket_id, place)),
        ),
        *new_request(words),
    )


def ratings(words: Speech, ticket_id: int, rating: int | None) -> Keyboard:
    """1 to 5 in one tap, what was given marked."""
    stars = tuple(
        Button(marked(f"{number} ★", number == rating), code(RATE, ticket_id, number - 1))
        for number in range(1, BEST_RATING + 1)
    )
    return (stars, *new_request(words))


def link(words: Speech, asked_in: int) -> Keyboard:
    """Whether an account is theirs; `asked_in` is the message with the link."""
    return (
        (
            Button(words("bot.button.my_account"), code(CONFIRM_LINK, asked_in)),
            Button(words("bot.button.not_mine"), code(REFUSE_LINK, asked_in)),
        ),
    )


def unlink(words: Speech, asked_in: int) -> Keyboard:
    """Under the word that two are one person now; `asked_in` is the message with the link."""
    return ((Button(words("bot.button.unlink"), code(UNLINK, asked_in)),),)


def unsubscribe(words: Speech) -> Keyboard:
    """Under news of incidents that the chat has asked for."""
    return ((Button(words("bot.button.unsubscribe"), code(UNSUBSCRIBE)),),)


def join(words: Speech, incident_id: int, *ticket_id: int) -> Keyboard:
    """For whoever may have an incident's trouble too; with a ticket, that it is about that."""
    return ((Button(words("bot.button.me_too"), code(JOIN_INCIDENT, incident_id, *ticket_id)),),)


def join_any(words: Speech, incidents: Sequence[IncidentView]) -> Keyboard:
    """The same under a list of incidents; of several each button names its own."""
    if len(incidents) == 1:
        return join(words, incidents[0].id)
    return tuple(
        (
            Button(
                one_line(f"🙋 {words.told(one.title)}", TITLE_LENGTH),
                code(JOIN_INCIDENT, one.id),
            ),
        )
        for one in incidents
    )
