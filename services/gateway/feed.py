"""Incidents and planned work as an Atom feed (RFC 4287), each an entry that changes as it does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from contracts.event import rfc3339
from contracts.incidents import IncidentView, StatusView
from services.gateway.wall_clock import WallClock

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
NEVER = datetime.fromtimestamp(0, UTC)
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write, not even escaped."""

ENTRY_PART = Markup("<p><strong>{status}</strong> · {when}<br>{text}</p>")
LAST_PART = Markup("<p><small>{zone}</small></p>")


@dataclass(frozen=True)
class Entry:
    """One thing that readers follow. `name` is also where the status page tells of it."""

    name: str
    title: str
    published: datetime
    updated: datetime
    parts: list[Markup]


def draw_feed(view: StatusView | None, clock: WallClock, *, root: str, address: str) -> str:
    """Of the open incidents, planned work and what is remembered of both, what changed last first.
    `root` is where the desk is, with a slash at the end; `address` the feed's own."""
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    feed.set("xml:lang", clock.words.language)
    _text(feed, "id", tag(root))
    _text(feed, "title", clock.words("page.title"))
    _text(feed, "updated", rfc3339(view.updated_at if view else NEVER))
    _text(SubElement(feed, "author"), "name", clock.words("agent.name"))
    _link(feed, "self", address, "application/atom+xml")
    _link(feed, "alternate", f"{root}status", "text/html")
    entries = [*_of_incidents(view, clock), *_of_works(view, clock)] if view else []
    for entry in sorted(entries, key=lambda each: (each.updated, each.name), reverse=True):
        _add(feed, entry, clock, root)
    return DECLARATION + tostring(feed, encoding="unicode")


def _of_incidents(view: StatusView, clock: WallClock) -> Iterator[Entry]:
    for incident in [*view.incidents, *view.recent]:
        yield Entry(
            name=f"incident-{incident.id}",
            title=incident.title,
            published=incident.started_at,
            updated=_changed_at(incident),
            parts=_story(incident, clock),
        )


def _of_works(view: StatusView, clock: WallClock) -> Iterator[Entry]:
    for work in [*view.maintenances, *view.past_maintenances]:
        status, span = clock.words(f"work.{work.status}"), clock.span(work.starts_at, work.ends_at)
        yield Entry(
            name=f"maintenance-{work.id}",
            title=work.title,
            published=work.announced_at,
            updated=work.updated_at,
            parts=[_part(status, span, clock.words(f"work.told.{work.status}"))],
        )


def _add(feed: Element, told: Entry, clock: WallClock, root: str) -> None:
    entry = SubElement(feed, "entry")
    _text(entry, "id", _urn(told))
    _text(entry, "title", told.title)
    _text(entry, "published", rfc3339(told.published))
    _text(entry, "updated", rfc3339(told.updated))
    _link(entry, "alternate", f"{root}status#{told.name}", "text/html")
    zone = LAST_PART.format(zone=clock.words("page.times", zone=clock.zone.key))
    content = _text(entry, "content", Markup().join([*told.parts, zone]))
    content.set("type", "html")


def _story(incident: IncidentView, clock: WallClock) -> list[Markup]:
    """The post-mortem and the updates, newest first, as HTML in which what people wrote is only
    text. Of what happened in one moment, the post-mortem came after the updates."""
    told = [
        (update.shown_at, clock.words(f"incident.{update.status}"), update.message)
        for update in incident.shown_updates
    ]
    if explained := incident.postmortem:
        told.append((explained.written_at, clock.words("page.postmortem"), explained.text))
    oldest_first = sorted(told, key=lambda each: each[0])
    return [_part(status, clock.moment(at), text) for at, status, text in reversed(oldest_first)]


def _part(status: str, when: str, text: str) -> Markup:
    lines = Markup("<br>").join(text.splitlines())
    return ENTRY_PART.format(status=status, when=when, text=lines)


def _changed_at(incident: IncidentView) -> datetime:
    """An incidents process of before did not say when."""
    told = (update.created_at for update in incident.updates)
    return incident.updated_at or max(told, default=incident.started_at)


def tag(root: str) -> str:
    """The feed's own name, the same for as long as the host is (RFC 4151)."""
    host = re.sub(r"[^A-Za-z0-9.-]", "-", urlsplit(root).hostname or "localhost")
    return f"tag:{host},2026:status"


def _urn(entry: Entry) -> str:
    """A name that stays the same at whatever address the desk is asked, and that no other desk
    gives: it is made of when the thing began."""
    return uuid5(NAMESPACE_URL, f"support:{entry.name}:{rfc3339(entry.published)}").urn


def _text(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = FORBIDDEN.sub("�", text)
    return child


def _link(parent: Element, relation: str, address: str, media_type: str) -> None:
    href = FORBIDDEN.sub("�", address)
    SubElement(parent, "link", {"rel": relation, "type": media_type, "href": href})
