"""What the desk publishes by itself is read by everybody in their own language."""

from pathlib import Path

import pytest

from chassis.catalogue import Catalogue
from contracts import own_sentences
from contracts.incidents import IncidentView, StatusView
from contracts.tickets import AuthorView, LinkedIncident, MessageView
from contracts.vocabulary import AuthorKind, Category, IncidentNotice, IncidentStatus
from services.bot.commands.incidents import STANDING
from services.bot.showing import figures, incident_cards
from services.gateway.presenting import ticket as shown_ticket
from services.gateway.status_board import Knowledge
from tests.support.bot_rows import DESK, LANGUAGES
from tests.support.gateway import NOW, Gateway, make_ticket
from tests.support.public_facts import update

RU, EN = LANGUAGES.of("ru"), LANGUAGES.of("en")
TITLE = {
    "ru": f"Проблемы: {RU.category(Category.PAYMENT)}",
    "en": f"Problems: {EN.category(Category.PAYMENT)}",
}
FOUND = {
    "ru": "Причина найдена, исправляем.",
    "en": "The cause is identified, we are fixing it.",
}
SAID = "Банк <не> отвечает"
INCIDENT = IncidentView(
    id=3,
    title=TITLE["ru"],
    status="identified",
    impact="major",
    started_at=NOW,
    updates=[
        update(1, "investigating", TITLE["ru"], NOW),
        update(2, "identified", SAID, NOW),
        update(3, "identified", FOUND["ru"], NOW),
    ],
)
STATUS = StatusView(
    status="degraded",
    incident=INCIDENT,
    incidents=[INCIDENT],
    recent=[INCIDENT.model_copy(update={"id": 2})],
    updated_at=NOW,
    version=2,
)


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    told = Gateway(tmp_path)
    told.board.hear(STATUS, NOW)
    return told


def test_of_every_sentence_each_form_is_known_in_each_language() -> None:
    sentences = [*STANDING.values(), own_sentences.REOPENED]
    pairs = [(RU.public(one), EN.public(one)) for one in sentences]
    pairs += [
        tuple(
            words.public(own_sentences.SUSPECTED, category=words.category(rule.id))
            for words in (RU, EN)
        )
        for rule in DESK.categories
    ]

    for russian, english in pairs:
        assert russian != english
        for text in (russian, english):
            assert (RU.told(text), EN.told(text)) == (russian, english)


def test_what_a_person_wrote_stays_as_it_is() -> None:
    for text in ("", SAID, f"{FOUND['ru']} Ждём банк.", "Проблемы: всё"):
        assert (RU.told(text), EN.told(text)) == (text, text)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    "path",
    ["/api/support/status/", "/status", "/status/feed.atom", "/api/v2/incidents.json"],
)
def test_every_face_tells_it_in_the_readers_language(
    gateway: Gateway, path: str, language: str
) -> None:
    other = {"ru": "en", "en": "ru"}[language]

    told = gateway.as_anyone().gets(path, headers={"Accept-Language": language}).text

    assert TITLE[language] in told
    assert FOUND[language] in told
    assert TITLE[other] not in told
    assert FOUND[other] not in told
    assert "отвечает" in told


@pytest.mark.parametrize("language", ["ru", "en"])
def test_so_does_the_ticket_that_is_about_it(language: str) -> None:
    about = LinkedIncident(id=3, title=TITLE["ru"])
    news = MessageView(
        id=2,
        author=AuthorView(kind=AuthorKind.SYSTEM, name=""),
        body=FOUND["ru"],
        created_at=NOW,
        incident=about,
        incident_status=IncidentStatus.IDENTIFIED,
        notice=IncidentNotice.NEWS,
    )
    words = Catalogue.read(language, "gateway")

    known = Knowledge(STATUS, NOW)
    told = shown_ticket(make_ticket(incident=about, messages=[news]), None, known, words, desk=DESK)
    offered = shown_ticket(make_ticket(category="payment"), None, known, words, desk=DESK)

    assert told.incident is not None
    assert told.incident.title == TITLE[language]
    assert TITLE[language] in told.messages[0].body
    assert FOUND[language] in told.messages[0].body
    assert offered.known_incident is not None
    assert offered.known_incident.title == TITLE[language]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_so_does_the_bot(language: str) -> None:
    words = LANGUAGES.of(language)

    assert FOUND[language] in figures.status(words, STATUS, NOW)
    assert TITLE[language] in figures.status(words, STATUS, NOW)
    assert TITLE[language] in incident_cards.known(words, INCIDENT)
