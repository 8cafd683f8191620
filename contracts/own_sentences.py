"""The sentences that the desk publishes by itself, so that every reader is told them in their own
language.

One is known by its words alone: nothing has to be stored or sent beside the text, and what a person
wrote stays as it is. One whose words have changed since is told as it was.
"""

from collections.abc import Mapping
from typing import NamedTuple

from contracts.desk import Desk, Words

DOMAIN = "public"
IDENTIFIED, MONITORING = "public.identified", "public.monitoring"
REOPENED = "public.reopened"
SUSPECTED = "public.suspected"
"""The title of an incident that a surge made known."""


class OwnSentence(NamedTuple):
    """Its message in the catalogues, and the category that it names."""

    id: str
    category: Words | None = None

    @property
    def subjects(self) -> Mapping[str, Mapping[str, str]]:
        """What is put in, by name and language."""
        return {} if self.category is None else {"category": self.category.model_dump()}


def own_sentences(desk: Desk) -> tuple[OwnSentence, ...]:
    """All of them."""
    plain = (OwnSentence(one) for one in (IDENTIFIED, MONITORING, REOPENED))
    return (*plain, *(OwnSentence(SUSPECTED, rule.name) for rule in desk.categories))
