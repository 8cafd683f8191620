"""The incidents as an Atom feed (RFC 4287): one entry each, which changes as the incident does."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit
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


def draw_feed(view: StatusView | None, clock: WallClock, *, root: str, address: str) -> str:
    """Of the open incidents and those remembered, what changed last first. `root` is where the desk
    is, with a slash at the end; `address` the feed's own."""
    known = [*view.incidents, *view.recent] if view else []
    newest = sorted(known, key=lambda each: (_changed_at(each), each.id), reverse=True)
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    feed.set("xml:lang", clock.words.language)
    _text(feed, "id", _tag(root, "status"))
    _text(feed, "title", clock.words("page.title"))
    _text(feed, "updated", rfc3339(view.updated_at if view else NEVER))
    _text(SubElement(feed, "author"), "name", clock.words("agent.name"))
    _link(feed, "self", address, "application/atom+xml")
    _link(feed, "alternate", f"{root}status", "text/html")
    for incident in newest:
        _add_entry(feed, incident, clock, root)
    return DECLARATION + tostring(feed, encoding="unicode")


def _add_entry(feed: Element, incident: IncidentView, clock: WallClock, root: str) -> None:
    entry = SubElement(feed, "entry")
    _text(entry, "id", _tag(root, f"incident-{incident.id}"))
    _text(entry, "title", incident.title)
    _text(entry, "published", rfc3339(incident.started_at))
    _text(entry, "updated", rfc3339(_changed_at(incident)))
    _link(entry, "alternate", f"{root}status#incident-{incident.id}", "text/html")
    content = _text(entry, "content", Markup().join(_parts(incident, clock)))
    content.set("type", "html")


def _parts(incident: IncidentView, clock: WallClock) -> Iterator[Markup]:
    """The post-mortem and the updates, newest first, as HTML in which what people wrote is only
    text."""
    if explained := incident.postmortem:
        yield _part(
            clock.words("page.postmortem"), clock.moment(explained.written_at), explained.text
        )
    for update in sorted(incident.updates, key=lambda each: (each.shown_at, each.id), reverse=True):
        status = clock.words(f"incident.{update.status}")
        yield _part(status, clock.moment(update.shown_at), update.message)
    yield LAST_PART.format(zone=clock.words("page.times", zone=clock.zone.key))


def _part(status: str, when: str, text: str) -> Markup:
    lines = Markup("<br>").join(text.splitlines())
    return ENTRY_PART.format(status=status, when=when, text=lines)


def _changed_at(incident: IncidentView) -> datetime:
    """An incidents process of before did not say when."""
    told = (update.created_at for update in incident.updates)
    return incident.updated_at or max(told, default=incident.started_at)


def _tag(root: str, name: str) -> str:
    """A name that stays the same for as long as the host does (RFC 4151)."""
    host = re.sub(r"[^A-Za-z0-9.-]", "-", urlsplit(root).hostname or "localhost")
    return f"tag:{host},2026:{name}"


def _text(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = FORBIDDEN.sub("�", text)
    return child


def _link(parent: Element, relation: str, address: str, media_type: str) -> None:
    href = FORBIDDEN.sub("�", address)
    SubElement(parent, "link", {"rel": relation, "type": media_type, "href": href})
