"""Puts the HTTP application together."""

from flask import Flask
from werkzeug.routing import BaseConverter

from chassis.catalogue import LANGUAGES, Catalogue
from chassis.clock import clock_for
from chassis.files.intake import Intake
from chassis.files.store import FileStore
from contracts.tickets import LARGEST_ID
from services.gateway import meters, own_words, problems, redirects
from services.gateway.calls import Rpc
from services.gateway.downloads import Downloads
from services.gateway.guard import Guard
from services.gateway.headers import Headers
from services.gateway.health import BrokerProbe, HealthCheck, Probe
from services.gateway.identity import Keys, SharedSecret
from services.gateway.limiter import Limiter
from services.gateway.operations import check_all_described
from services.gateway.published_keys import PublishedKeys
from services.gateway.reading import LARGEST_BODY
from services.gateway.settings import Settings
from services.gateway.status_board import StatusBoard
from services.gateway.toolbox import equip
from services.gateway.turnstile import PLACES, Turnstile
from services.gateway.uploads import Uploads
from services.gateway.views import (
    attachments,
    docs,
    faces,
    health,
    incidents,
    messages,
    pages,
    reference,
    stats,
    status,
    statuspage,
    telegram,
    tickets,
)
from services.gateway.window import Window

BLUEPRINTS = (
    *(tickets, messages, attachments, incidents, telegram, stats, reference),
    *(status, statuspage, faces, health, docs, pages),
)


class TicketId(BaseConverter):
    """A run of digits; what is too long for any database is one too large, and found nowhere."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        digits = value.lstrip("0") or "0"
        return int(digits) if len(digits) <= len(str(LARGEST_ID)) else LARGEST_ID + 1


def create_app(
    settings: Settings, rpc: Rpc, status: StatusBoard, probe_broker: Probe | None = None
) -> Flask:
    """The application of one worker: it asks by `rpc` and tells the public what `status` knows."""
    app = Flask("services.gateway", static_folder=None)
    # One byte more, so that a chunked body cut here still shows that it is too large.
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY + 1
    app.url_map.converters["ticket_id"] = TicketId
    probe = probe_broker or BrokerProbe(settings.amqp_url)
    health_check = HealthCheck(rpc, probe)
    equip(app, desk=settings.file, rpc=rpc, status=status, health=health_check)
    limiter = _limiter(settings)
    _equip_with_files(app, settings, limiter)
    meters.install(app)
    redirects.install(app)
    for language in LANGUAGES:
        Catalogue.read(language, "gateway")  # a fault in the words shows at the start
        own_words.teller(settings.file, language)
    Headers(settings, clock_for(settings.clock_file)).install(app)
    Turnstile(Window(PLACES, tell=meters.window.set)).install(app)
    Guard(settings, _keys(settings), limiter).install(app)
    problems.register(app)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    check_all_described(app)
    return app


def _equip_with_files(app: Flask, settings: Settings, limiter: Limiter) -> None:
    rules, store = settings.file.attachments, FileStore(settings.files_at)
    intake = Intake(store, rules.types, rules.largest_bytes)
    spool = settings.state_dir / "uploads"
    app.extensions["uploads"] = Uploads(intake, rules, limiter, spool)
    app.extensions["downloads"] = Downloads(store)


def _limiter(settings: Settings) -> Limiter:
    return Limiter(
        settings.state_dir / "limits.sqlite3",
        settings.file.limits,
        is_on=settings.rate_limits == "on",
    )


def _keys(settings: Settings) -> Keys:
    if settings.jwks_url is not None:
        return PublishedKeys(settings.jwks_url)
    assert settings.jwt_secret is not None, "the settings have one or the other"
    return SharedSecret(settings.jwt_secret.get_secret_value())
