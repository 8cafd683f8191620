"""A day with an outage, from the first complaint to the last word about it."""

from dataclasses import dataclass, field

from cli.drill.stage import AppUser, Speaker, Stage
from cli.drill.timeline import Timeline

BANNER_SECONDS = 1.0
TOLD_SECONDS = 150.0
TITLE = {"ru": "Учения: не проходят платежи", "en": "Drill: payments fail"}
COMPLAINT = {"ru": "Не проходит оплата", "en": "My payment fails"}
PAYMENTS = {"ru": "Оплата", "en": "Payment"}
"""How the category's name begins, before the slash."""
COMPONENT = {"ru": "Оплата", "en": "Payments"}
UPDATE = {"ru": "Учения: нашли причину", "en": "Drill: we found the cause"}
END = {"ru": "Учения: платежи снова проходят", "en": "Drill: payments go through again"}
STILL = {"ru": "У меня всё ещё не проходит", "en": "Mine still fails"}
WHY = {"ru": "Учения: истёк сертификат", "en": "Drill: a certificate had expired"}


@dataclass
class Crowd:
    """Whoever complained, and the tickets they have."""

    in_app: dict[int, AppUser] = field(default_factory=dict)
    in_telegram: list[Speaker] = field(default_factory=list)
    have_pressed: set[int] = field(default_factory=set)


def play(stage: Stage, timeline: Timeline, people: int) -> None:
    """The whole day; ends early when the incident cannot be declared."""
    crowd = _complaints(stage, timeline, people)
    incident_id = _declaration(stage, timeline)
    if incident_id is None:
        return
    _links(stage, timeline, crowd)
    _latecomer(stage, timeline, incident_id, crowd)
    _update(stage, timeline, crowd)
    _end(stage, timeline, crowd)
    _reply(stage, timeline, crowd)
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


def _declaration(stage: Stage, timeline: Timeline) -> int | None:
    title = TITLE[stage.desk.locale]
    stage.agent.says(f"/incident {title}")
    shown = timeline.wait(
        "every user sees the banner", lambda: _incident(stage, title), within=BANNER_SECONDS
    )
    timeline.wait("the status page tells it", lambda: stage.shows("/status", title))
    return shown


def _incident(stage: Stage, title: str) -> int | None:
    incident = stage.status().get("incident")
    return int(incident["id"]) if incident and incident["title"] == title else None


def _links(stage: Stage, timeline: Timeline, crowd: Crowd) -> None:
    title, part = TITLE[stage.desk.locale], COMPONENT[stage.desk.locale]
    undo = str(stage.words("bot.button.undo"))
    card = timeline.wait("the agent has its card", lambda: stage.agent.heard(title, button=undo))
    if card is None:
        return
    stage.agent.presses(card, part)
    timeline.wait("the page shows what is hit", lambda: _is_hit(stage))
    link = stage.words("bot.button.link_matching", n="")
    offer = timeline.wait("similar tickets are offered", lambda: stage.agent.heard(button=link))
    if offer is None:
        return
    stage.agent.presses(offer, link)
    timeline.wait("those who complained are told", lambda: _all_linked(crowd), within=TOLD_SECONDS)
    timeline.wait("in Telegram too", lambda: _all_heard(crowd, title), within=TOLD_SECONDS)


def _is_hit(stage: Stage) -> bool:
    return any(one["status"] == "major_outage" for one in stage.status()["components"])


def _all_linked(crowd: Crowd) -> bool:
    return all(user.reads(ticket_id)["incident"] for ticket_id, user in crowd.in_app.items())


def _latecomer(stage: Stage, timeline: Timeline, incident_id: int, crowd: Crowd) -> None:
    user = stage.app_user(len(crowd.in_app) + len(crowd.in_telegram) + 1)
    ticket = user.opens(COMPLAINT[stage.desk.locale], "payment")
    timeline.wait(
        "whoever writes now is answered that it is known",
        lambda: (ticket["known_incident"] or {}).get("id") == incident_id,
    )
    user.has_it_too(incident_id, ticket["id"])
    timeline.wait("and is linked by one tap", lambda: user.reads(ticket["id"])["incident"])
    crowd.in_app[ticket["id"]] = user


def _update(stage: Stage, timeline: Timeline, crowd: Crowd) -> None:
    said = UPDATE[stage.desk.locale]
    stage.agent.says(f"/update {said}")
    timeline.wait("the status page has the update", lambda: stage.shows("/status", said))
    timeline.wait(
        "everybody in the app has it", lambda: _have_read(crowd, said), within=TOLD_SECONDS
    )
    timeline.wait("and in Telegram", lambda: _all_heard(crowd, said), within=TOLD_SECONDS)


def _end(stage: Stage, timeline: Timeline, crowd: Crowd) -> None:
    said = END[stage.desk.locale]
    stage.agent.says(f"/resolve {said}")
    timeline.wait(
        "the banner is gone", lambda: stage.status()["incident"] is None, within=BANNER_SECONDS
    )
    timeline.wait(
        "everybody in the app is told", lambda: _have_read(crowd, said), within=TOLD_SECONDS
    )
    timeline.wait("their tickets are resolved", lambda: _all_are(crowd, "resolved"))


def _have_read(crowd: Crowd, said: str) -> bool:
    return all(
        any(said in message["body"] for message in user.reads(ticket_id)["messages"])
        for ticket_id, user in crowd.in_app.items()
    )


def _all_are(crowd: Crowd, status: str) -> bool:
    return all(user.reads(one)["status"] == status for one, user in crowd.in_app.items())


def _reply(stage: Stage, timeline: Timeline, crowd: Crowd) -> None:
    said, speaker = END[stage.desk.locale], crowd.in_telegram[0]
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
    said = WHY[stage.desk.locale]
    stage.agent.says(f"/postmortem {incident_id} {said}")
    timeline.wait("the page tells why", lambda: stage.shows("/status", said))
