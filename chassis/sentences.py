"""Sentences that are known by their words, whatever the language they were written down in."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from chassis.catalogue import LANGUAGES, Catalogue


class Sentence(Protocol):
    """A message of a catalogue, and what is put in by name, each in every language."""

    @property
    def id(self) -> str: ...

    @property
    def subjects(self) -> Mapping[str, Mapping[str, str]]: ...


class Sentences:
    """Those of one domain of the catalogues."""

    def __init__(self, domain: str, sentences: Iterable[Sentence]) -> None:
        self._domain = domain
        self._forms: dict[str, Mapping[str, str]] = {}
        for sentence in sentences:
            forms = {language: self._say(sentence, language) for language in LANGUAGES}
            self._forms |= dict.fromkeys(forms.values(), forms)

    def told(self, text: str, language: str) -> str:
        """The same in this language, if it is one of them; any other text as it is."""
        return self._forms.get(text, {}).get(language, text)

    def _say(self, sentence: Sentence, language: str) -> str:
        values = {name: forms[language] for name, forms in sentence.subjects.items()}
        return Catalogue.read(language, self._domain)(sentence.id, **values)
