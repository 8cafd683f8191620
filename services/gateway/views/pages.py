"""The public status page. It is drawn from memory, like the banner."""

from datetime import datetime
from secrets import token_urlsafe
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Blueprint, Response, render_template, request

from chassis.catalogue import LANGUAGES, Catalogue
from services.gateway import public_status
from services.gateway.forms import PageWish
from services.gateway.operations import Operation, describes
from services.gateway.pages import page
from services.gateway.reading import read_query
from services.gateway.redirects import redirected
from services.gateway.toolbox import desk, status_board
from services.gateway.visit import current

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@describes(Operation(summary="To the status page", tag="pages", is_documented=False))
def go_to_status() -> Response:
    return redirected("/status", 302)


@blueprint.get("/status", strict_slashes=False)
@describes(Operation(summary="The status page", tag="pages", query=PageWish, is_documented=False))
def show_status() -> Response:
    visit = current()
    language = read_query(request, PageWish).lang or visit.language
    words = Catalogue.read(language, "gateway")
    told = public_status.present(status_board().known, visit.received_at, desk(), words)
    nonce = token_urlsafe(16)
    html = render_template(
        "status.html",
        status=told,
        resolved=public_status.recent(status_board().known, visit.received_at),
        words=words,
        when=lambda instant: _local(instant, words.language),
        ago=_ago(told.age_seconds, words),
        languages=LANGUAGES,
        zone=desk().timezone,
        nonce=nonce,
    )
    response = page(html, nonce)
    response.headers["Content-Language"] = words.language
    response.vary.add("Accept-Language")
    return response


def _local(instant: datetime, language: str) -> str:
    """An instant on the desk's own wall."""
    zone = ZoneInfo(desk().timezone)
    pattern = "d MMMM, HH:mm" if language == "ru" else "MMMM d, HH:mm"
    return format_datetime(instant.astimezone(zone), pattern, locale=language)


def _ago(seconds: float | None, words: Catalogue) -> str | None:
    """How old the knowledge is, in the largest unit that fits."""
    if seconds is None:
        return None
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return words.plural(f"age.{unit}", int(seconds // size))
    return words.plural("age.seconds", int(seconds))
