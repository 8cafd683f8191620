"""Words by language and number."""

from pathlib import Path

import pytest

from chassis import catalogue
from chassis.catalogue import LANGUAGES, Catalogue, MissingWords, language_of

PO = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: {forms};\n"

msgid "test.hello"
msgstr "{hello}, {{name}}!"

msgid "test.waiting"
msgid_plural "test.waiting.many"
{words}
"""
RUSSIAN = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<10 || n%100>=20) ? 1 : 2)"
)


@pytest.fixture(autouse=True)
def locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path,
        "ru",
        "Привет",
        forms=RUSSIAN,
        plurals=["{n} обращение", "{n} обращения", "{n} обращений"],
    )
    write(
        tmp_path,
        "en",
        "Hello",
        forms="nplurals=2; plural=(n != 1)",
        plurals=["{n} ticket", "{n} tickets"],
    )
    monkeypatch.setattr(catalogue, "LOCALES", tmp_path)
    catalogue._read.cache_clear()


def write(place: Path, language: str, hello: str, *, forms: str, plurals: list[str]) -> None:
    folder = place / language / "LC_MESSAGES"
    folder.mkdir(parents=True)
    words = "\n".join(f'msgstr[{number}] "{word}"' for number, word in enumerate(plurals))
    text = PO.format(forms=forms, hello=hello, words=words)
    (folder / "test.po").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "0 обращений"),
        (1, "1 обращение"),
        (2, "2 обращения"),
        (4, "4 обращения"),
        (5, "5 обращений"),
        (11, "11 обращений"),
        (12, "12 обращений"),
        (21, "21 обращение"),
        (22, "22 обращения"),
        (111, "111 обращений"),
    ],
)
def test_russian_has_three_forms(n: int, words: str) -> None:
    assert Catalogue.read("ru", "test").plural("test.waiting", n) == words


@pytest.mark.parametrize(("n", "words"), [(0, "0 tickets"), (1, "1 ticket"), (21, "21 tickets")])
def test_english_has_two(n: int, words: str) -> None:
    assert Catalogue.read("en", "test").plural("test.waiting", n) == words


def test_values_are_put_in_and_their_braces_are_left_alone() -> None:
    assert Catalogue.read("ru", "test")("test.hello", name="{name}") == "Привет, {name}!"


def test_a_language_we_do_not_speak_gets_the_default_one() -> None:
    assert [language_of(tag) for tag in ("en-GB", "EN_us", "de", "", None)] == [
        "en",
        "en",
        "ru",
        "ru",
        "ru",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_missing_words_are_a_bug(language: str) -> None:
    words = Catalogue.read(language, "test")

    with pytest.raises(MissingWords):
        words("test.goodbye")
    with pytest.raises(MissingWords):
        words.plural("test.goodbye", 2)
