"""How a suspicion looks to agents, and what has become of it. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from contracts.errors import SuspicionAnswered
from contracts.incidents import SuspicionView
from contracts.vocabulary import SuspicionAnswer
from services.bot.markup import Html, one_line
from services.bot.speech import Speech


def card(words: Speech, suspected: SuspicionView) -> Html:
    """What is suspected, why, and some of the tickets it is seen by."""
    title = words.plural(
        "bot.suspicion.title",
        suspected.count,
        category=words.category(suspected.category),
        span=words.duration(timedelta(minutes=suspected.window_minutes)),
        usual=_usual(words, suspected.usual),
    )
    examples = [
        words("bot.suspicion.example", id=one.ticket_id, subject=one_line(one.subject))
        for one in suspected.examples
    ]
    return Html("\n".join([title, *examples]))


def dismissed(words: Speech, suspected: SuspicionView, now: datetime) -> Html:
    """Said to whoever dismissed it."""
    category = words.category(suspected.category)
    until = words.moment(suspected.quiet_until, now)
    return words("bot.suspicion.dismissed", category=category, until=until)


def answered(
    words: Speech, refusal: SuspicionAnswered, names: Mapping[str, str], now: datetime
) -> Html:
    """Who has answered what meanwhile; `names` are the agents' by id."""
    told = refusal.details
    agent_id = told["answered_by"]
    name = one_line(names.get(agent_id, agent_id), 80)
    at = words.when(datetime.fromisoformat(told["answered_at"]), now)
    if told["answer"] == SuspicionAnswer.DISMISSED:
        return words("bot.suspicion.was_dismissed", name=name, at=at)
    title = one_line(told["title"])
    return words("bot.suspicion.was_declared", id=told["id"], title=title, name=name, at=at)


def _usual(words: Speech, usual: float | None) -> Html:
    if usual is None:
        return words("bot.suspicion.usual_unknown")
    if round(usual) < 1:
        return words("bot.suspicion.usual_none")
    return words("bot.suspicion.usual", usual=round(usual))
