"""The words people read, by message id and language, with plural forms.

`locales/<language>/LC_MESSAGES/<domain>.po` is read as it is; nothing has to be compiled.

    words = Catalogue.read("ru", "bot")
    words("bot.ticket_opened", id=42)
    words.plural("bot.tickets_waiting", 3)
"""

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parent.parent / "locales"
LANGUAGES = ("ru", "en")
DEFAULT = "ru"


class MissingWords(LookupError):
    """The catalogue has no such message; a test walks the code, so this is a bug."""


class Catalogue:
    """One language's words of one domain."""

    def __init__(self, language: str, translations: GNUTranslations) -> None:
        self.language = language
        self._translations = translations

    @classmethod
    def read(cls, language: str | None, domain: str) -> "Catalogue":
        """The catalogue of a language; one we do not speak gets the default language."""
        return _read(language_of(language), domain)

    def __call__(self, message_id: str, **values: object) -> str:
        """The words of `message_id` with `values` put in; escaping them is the caller's."""
        return self._known(message_id, self._translations.gettext(message_id)).format(**values)

    def plural(self, message_id: str, n: int, **values: object) -> str:
        """The words for `n` things, in the form the language has for that number."""
        words = self._translations.ngettext(message_id, f"{message_id}.many", n)
        return self._known(message_id, words).format(n=n, **values)

    def _known(self, message_id: str, words: str) -> str:
        if words in {message_id, f"{message_id}.many"}:
            raise MissingWords(f"{self.language}: {message_id}")
        return words


def language_of(tag: str | None) -> str:
    """The language we speak for a tag such as `en-GB`."""
    language = (tag or "").replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else DEFAULT


@cache
def _read(language: str, domain: str) -> Catalogue:
    path = LOCALES / language / "LC_MESSAGES" / f"{domain}.po"
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language, abort_invalid=True))
    compiled.seek(0)
    return Catalogue(language, GNUTranslations(compiled))
