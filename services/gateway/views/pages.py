"""The public status page. It is drawn from memory, like the banner."""

from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request

from chassis.catalogue import LANGUAGES, Catalogue
from services.gateway import public_status
from services.gateway.answering import in_callers_language
from services.gateway.forms import PageWish
from services.gateway.operations import Operation, describes
from services.gateway.own_words import told_status
from services.gateway.pages import page
from services.gateway.reading import read_wish
from services.gateway.redirects import redirected
from services.gateway.status_board import Knowledge
from services.gateway.toolbox import desk, drawings, status_board
from services.gateway.uptime_strips import strips
from services.gateway.visit import current
from services.gateway.wall_clock import WallClock

NONCE = token_urlsafe(16)
"""Stands in a page that is kept for the nonce of each answer. Nobody can have written it there."""

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@describes(Operation(summary="To the status page", tag="pages", is_documented=False))
def go_to_status() -> Response:
    return redirected("/status", 302)


@blueprint.get("/api/support/")
@describes(Operation(summary="To the manual", tag="pages", is_documented=False))
def go_to_manual() -> Response:
    return redirected("/api/support/docs/", 302)


@blueprint.get("/status", strict_slashes=False)
@describes(Operation(summary="The status page", tag="pages", query=PageWish, is_documented=False))
def show_status() -> Response:
    language = read_wish(request).lang or current().language
    known, now = status_board().known, current().received_at
    second = _second(known, now)
    html = drawings().get(
        (show_status.__name__, known.digest, known.confirmed_at, language, second),
        lambda: render_template("status.html", nonce=NONCE, **_facts(known, second, language)),
    )
    nonce = token_urlsafe(16)
    return in_callers_language(page(html.replace(NONCE, nonce), nonce), language)


def _second(known: Knowledge, now: datetime) -> datetime:
    """The whole second of the knowledge's age, as which it is told anyway: all who ask within it
    are shown the same page."""
    age = known.age_at(now)
    if age is None or known.confirmed_at is None:
        return now.replace(microsecond=0)
    return known.confirmed_at + timedelta(seconds=age // timedelta(seconds=1))


def _facts(known: Knowledge, now: datetime, language: str) -> dict[str, Any]:
    """What the page is drawn of: one state of knowledge, in one language, at one moment."""
    words = Catalogue.read(language, "gateway")
    clock = WallClock(ZoneInfo(desk().timezone), words)
    known = replace(known, view=told_status(known.view, desk(), language))
    told = public_status.present(known, now, desk(), words)
    components = public_status.components_of(known.view, desk(), language)
    names = {each.id: each.name for each in components}
    return {
        "status": told,
        "incidents": known.view.incidents if known.view else [],
        "works": known.view.maintenances if known.view else [],
        "strips": strips(known, components, now, clock),
        "resolved": public_status.recent(known, now),
        "past_works": public_status.past_works(known, now),
        "called": lambda ids: ", ".join(names.get(each, each) for each in ids),
        "words": words,
        "clock": clock,
        "now": now,
        "ago": clock.ago(told.age_seconds),
        "languages": LANGUAGES,
        "zone": desk().timezone,
    }
