"""The public status as a feed for readers and a badge for other people's pages; from memory."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from chassis.catalogue import Catalogue
from services.gateway.answering import of_status
from services.gateway.badge import draw_badge
from services.gateway.feed import draw_feed, tag
from services.gateway.forms import PageWish
from services.gateway.operations import Operation, describes
from services.gateway.own_words import told_status
from services.gateway.reading import read_wish
from services.gateway.toolbox import HERE, desk, drawn_for_here, status_board
from services.gateway.visit import current
from services.gateway.wall_clock import WallClock

ATOM = "application/atom+xml"
SVG = "image/svg+xml"

blueprint = Blueprint("faces", __name__)


def _shows(media_type: str, summary: str) -> Operation:
    return Operation(
        summary=summary,
        tag="status",
        query=PageWish,
        answers={200: media_type},
        answer_headers=("ETag", "Cache-Control"),
        is_public=True,
    )


@blueprint.get("/status/feed.atom")
@describes(_shows(ATOM, "The incidents as an Atom feed"))
def show_feed() -> Response:
    wished = read_wish(request).lang
    known, words = status_board().known, _words(wished)
    address = f"{HERE}status/feed.atom" + (f"?lang={wished}" if wished else "")
    clock = WallClock(ZoneInfo(desk().timezone), words)
    feed = drawn_for_here(
        (show_feed.__name__, known.digest, words.language, address),
        lambda: draw_feed(
            told_status(known.view, desk(), words.language), clock, root=HERE, address=address
        ),
    ).replace(tag(HERE), tag(request.url_root))
    return of_status(Response(feed, content_type=f"{ATOM}; charset=utf-8"), known, words.language)


@blueprint.get("/status/badge.svg")
@describes(_shows(SVG, "The status as a badge"))
def show_badge() -> Response:
    known, words = status_board().known, _words(read_wish(request).lang)
    badge = draw_badge(known, words)
    return of_status(Response(badge, content_type=f"{SVG}; charset=utf-8"), known, words.language)


def _words(wished: str | None) -> Catalogue:
    return Catalogue.read(wished or current().language, "gateway")
