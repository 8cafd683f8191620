"""A day with an outage, from the first complaint to the last word about it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cli.drill.outage import Outage
from cli.drill.stage import AppUser, Speaker, Stage
from cli.drill.timeline import Timeline

BANNER_SECONDS = 1.0
TOLD_SECONDS = 150.0
READING_SECONDS = 0.5
"""How often somebody looks into their ticket: the desk lets nobody read without end."""
COMPLAINT = {"ru": "Не проходит оплата", "en": "My payment fails"}
PAYMENTS = {"ru": "Оплата", "en": "Payment"}
"""How the category's name begins, before the slash."""
COMPONENT = {"ru": "Оплата", "en": "Payments"}
UPDATE = {"ru": "нашли причину", "en": "we found the cause"}
END = {"ru": "платежи снова проходят", "en": "payments go through again"}
STILL = {"ru": "У меня всё ещё не проходит", "en": "Mine still fails"}
WHY = {"ru": "истёк сертификат", "en": "a certificate had expired"}


@dataclass
class Crowd:
    """Whoever complained, and the tickets they have."""

    in_app: dict[int, AppUser] = field(default_factory=dict)
    in_telegram: list[Speaker] = field(default_factory=list)
    have_pressed: set[int] = field(default_factory=set)


def play(stage: Stage, outage: Outage, timeline: Timeline, people: int) -> None:
    """The whole day; ends early when the incident cannot be declared."""
    crowd = _complaints(stage, timeline, people)
    incident_id = _declaration(stage, outage, timeline)
    if incident_id is None:
        return
    _links(stage, outage, timeline, crowd)
    _latecomer(stage, timeline, incident_id, crowd)
    _update(stage, outage, timeline, crowd)
    end = stage.own(END[stage.desk.locale])
    _end(outage, timeline, crowd, end)
    _reply(stage, timeline, crowd, end)
    _postmortem(stage, timeline, incident_id)


def _complaints(stage: Stage, timeline: Timeline, people: int) -> Crowd:
    crowd = Crowd()
    said = COMPLAINT[stage.desk.locale]
    for number in range(people):
        if number % 3:
            user = stage.app_user(number)
            crowd.in_app[user.opens(said, "payment")["id"]] = user
        else:
            speaker = stage.speaker(number)
            speaker.says(said)
            crowd.in_telegram.append(speaker)
    timeline.note(f"{people} people complain")
    timeline.wait("those in Telegram say what it is about", lambda: _all_say(crowd, stage))
    newest = max(crowd.in_app)
    timeline.wait("an agent hears of the last of them", lambda: stage.agent.heard(f"{newest}"))
    return crowd


def _all_say(crowd: Crowd, stage: Stage) -> bool:
    """Whoever has been answered says by a button, once, that it is about payments."""
    part = f"{PAYMENTS[stage.desk.locale]}/"
    for speaker in crowd.in_telegram:
        card = speaker.heard(button=part)
        if card is not None and speaker.id not in crowd.have_pressed:
            speaker.presses(card, part)
            crowd.have_pressed.add(speaker.id)
    return all(speaker.heard(button=f"✓ {part}") for speaker in crowd.in_telegram)


def _declaration(stage: Stage, outage: Outage, timeline: Timeline) -> int | None:
    outage.declare()
    timeline.wait("every user sees the banner", outage.seen, within=BANNER_SECONDS)
    if outage.id is not None:
        timeline.wait("the status page tells it", lambda: stage.shows("/status", outage.title))
    return outage.id


def _links(stage: Stage, outage: Outage, timeline: Timeline, crowd: Crowd) -> None:
    title, part = outage.title, COMPONENT[stage.desk.locale]
    card = timeline.wait("the agent has its card", lambda: stage.agent.heard(title, button=part))
    if card is None:
        return
    stage.agent.presses(card, part)
    timeline.wait("the page shows what is hit", lambda: _hits_something(outage))
    link = stage.words("bot.button.link_matching", n="")
    offer = timeline.wait(
        "similar tickets are offered", lambda: stage.agent.heard(title, button=link)
    )
    if offer is None:
        return
    stage.agent.presses(offer, link)
    timeline.wait(
        "those who complained are told",
        _all(crowd, lambda ticket: ticket["incident"]),
        within=TOLD_SECONDS,
        every=READING_SECONDS,
    )
    timeline.wait("in Telegram too", lambda: _all_heard(crowd, title), within=TOLD_SECONDS)


def _hits_something(outage: Outage) -> bool:
    incident = outage.seen()
    return incident is not None and bool(incident["components"])


def _all(crowd: Crowd, is_so: Callable[[dict[str, Any]], object]) -> Callable[[], bool]:
    """A look whether it is so with the ticket of everybody in the app; whoever has seen it once
    does not read again."""
    left = dict(crowd.in_app)

    def look() -> bool:
        while left:
            ticket_id, user = next(iter(left.items()))
            if not is_so(user.reads(ticket_id)):
                return False
            del left[ticket_id]
        return True

    return look


def _latecomer(stage: Stage, timeline: Timeline, incident_id: int, crowd: Crowd) -> None:
    user = stage.app_user(len(crowd.in_app) + len(crowd.in_telegram) + 1)
    ticket = user.opens(COMPLAINT[stage.desk.locale], "payment")
    timeline.wait(
        "whoever writes now is answered that it is known",
        lambda: (ticket["known_incident"] or {}).get("id") == incident_id,
    )
    user.has_it_too(incident_id, ticket["id"])
    timeline.wait(
        "and is linked by one tap",
        lambda: user.reads(ticket["id"])["incident"],
        every=READING_SECONDS,
    )
    crowd.in_app[ticket["id"]] = user


def _update(stage: Stage, outage: Outage, timeline: Timeline, crowd: Crowd) -> None:
    said = stage.own(UPDATE[stage.desk.locale])
    outage.update(said)
    timeline.wait("the status page has the update", lambda: outage.is_told(said))
    _all_in_app_read(timeline, crowd, said, "everybody in the app has it")
    timeline.wait("and in Telegram", lambda: _all_heard(crowd, said), within=TOLD_SECONDS)


def _end(outage: Outage, timeline: Timeline, crowd: Crowd, said: str) -> None:
    outage.end(said)
    timeline.wait("the banner is gone", outage.is_over, within=BANNER_SECONDS)
    _all_in_app_read(timeline, crowd, said, "everybody in the app is told")
    timeline.wait(
        "their tickets are resolved",
        _all(crowd, lambda ticket: ticket["status"] == "resolved"),
        every=READING_SECONDS,
    )


def _all_in_app_read(timeline: Timeline, crowd: Crowd, said: str, name: str) -> None:
    def has_it(ticket: dict[str, Any]) -> bool:
        return any(said in message["body"] for message in ticket["messages"])

    timeline.wait(name, _all(crowd, has_it), within=TOLD_SECONDS, every=READING_SECONDS)


def _reply(stage: Stage, timeline: Timeline, crowd: Crowd, said: str) -> None:
    speaker = crowd.in_telegram[0]
    told = timeline.wait("everybody in Telegram is told", lambda: _all_heard(crowd, said))
    if not told:
        return
    speaker.says(STILL[stage.desk.locale], reply_to=speaker.heard(said))
    timeline.wait(
        "a reply opens a ticket again", lambda: stage.agent.heard(STILL[stage.desk.locale])
    )


def _all_heard(crowd: Crowd, said: str) -> bool:
    return all(speaker.heard(said) for speaker in crowd.in_telegram)


def _postmortem(stage: Stage, timeline: Timeline, incident_id: int) -> None:
    said = stage.own(WHY[stage.desk.locale])
    stage.agent.says(f"/postmortem {incident_id} {said}")
    timeline.wait("the page tells why", lambda: stage.shows("/status", said))
