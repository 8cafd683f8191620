"""Both languages say the same things, with the same values put in."""

import re
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from chassis.catalogue import LANGUAGES, LOCALES

DOMAINS = ("gateway", "bot", "public")
SPOKEN_IN_ONE = ("gateway", "bot")
FORMS = {"ru": 3, "en": 2}


def catalogue(language: str, domain: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages(language: str, domain: str) -> dict[str, Message]:
    """By id; a plural message goes by its first."""
    entries = [message for message in catalogue(language, domain) if message.id]
    return {entry.id if isinstance(entry.id, str) else entry.id[0]: entry for entry in entries}


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def values_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_languages_have_the_same_messages(domain: str) -> None:
    first, second = (set(messages(language, domain)) for language in LANGUAGES)

    assert first == second


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_unsaid(language: str, domain: str) -> None:
    found = messages(language, domain)

    assert [name for name, message in found.items() if not all(forms(message))] == []
    plural = [message for message in found.values() if not isinstance(message.id, str)]
    assert {len(forms(message)) for message in plural} <= {FORMS[language]}


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_languages_put_the_same_values_in(domain: str) -> None:
    first, second = (messages(language, domain) for language in LANGUAGES)

    different = [
        name
        for name in first
        if _all_values(first[name]) - {"n"} != _all_values(second[name]) - {"n"}
    ]
    assert different == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_english_has_one_sign_for_a_number(domain: str) -> None:
    texts = [text for message in messages("en", domain).values() for text in forms(message)]

    assert [text for text in texts if re.search(r"№|\bNo\. ?\{", text)] == []


@pytest.mark.parametrize("domain", SPOKEN_IN_ONE)
def test_the_code_says_nothing_that_stands_in_no_catalogue(domain: str) -> None:
    known = messages(LANGUAGES[0], domain)
    sources = (LOCALES.parent / "services" / domain).rglob("*.py")
    said = {
        name
        for source in sources
        for name in re.findall(r'words(?:\.plural)?\(\s*"([\w.]+)"', source.read_text("utf-8"))
    }

    assert said
    assert said - set(known) == set()


def _all_values(message: Message) -> set[str]:
    return set().union(*(values_in(text) for text in forms(message)))
