"""What views need and the app was made with."""

from collections.abc import Callable, Hashable

from flask import Flask, current_app, request

from contracts.desk import Desk
from services.gateway.calls import Rpc
from services.gateway.downloads import Downloads
from services.gateway.drawings import Drawings
from services.gateway.health import HealthCheck
from services.gateway.introductions import Introductions
from services.gateway.status_board import StatusBoard
from services.gateway.support_bot import SupportBot
from services.gateway.uploads import Uploads

HERE = "http://here.invalid/"


def equip(app: Flask, *, desk: Desk, rpc: Rpc, status: StatusBoard, health: HealthCheck) -> None:
    """Put everything where the functions below find it."""
    app.extensions |= {"desk": desk, "rpc": rpc, "status": status, "health": health}
    app.extensions["drawings"] = Drawings()
    app.extensions["support_bot"] = SupportBot(rpc)
    app.extensions["introductions"] = Introductions()


def desk() -> Desk:
    """What the desk decides."""
    found: Desk = current_app.extensions["desk"]
    return found


def status_board() -> StatusBoard:
    found: StatusBoard = current_app.extensions["status"]
    return found


def uploads() -> Uploads:
    found: Uploads = current_app.extensions["uploads"]
    return found


def downloads() -> Downloads:
    found: Downloads = current_app.extensions["downloads"]
    return found


def drawings() -> Drawings:
    """What this worker drew of the public status."""
    found: Drawings = current_app.extensions["drawings"]
    return found


def drawn_for_here(key: Hashable, draw: Callable[[], str]) -> str:
    """One of them, drawn with its links to `HERE`: as they are where the desk was asked. Drawn for
    each host, all would be drawn anew for whoever makes hosts up."""
    return drawings().get(key, draw).replace(HERE, request.url_root)


def health_check() -> HealthCheck:
    found: HealthCheck = current_app.extensions["health"]
    return found


def support_bot() -> SupportBot:
    """Whom links into Telegram lead to."""
    found: SupportBot = current_app.extensions["support_bot"]
    return found


def introductions() -> Introductions:
    """Whom this worker has introduced to tickets."""
    found: Introductions = current_app.extensions["introductions"]
    return found
