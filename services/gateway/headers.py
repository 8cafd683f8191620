"""The headers of every answer: its request id, what browsers may do with it, who may read it."""

from flask import Flask, Request, Response, current_app, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from chassis.clock import Clock
from services.gateway import visit
from services.gateway.addresses import is_told_secure
from services.gateway.operations import operation_of
from services.gateway.settings import Settings

ALLOWED_HEADERS = (
    "Authorization, Content-Type, Idempotency-Key, X-Request-ID, Accept-Language, If-None-Match"
)
EXPOSED_HEADERS = (
    "X-Request-ID, Idempotent-Replay, Location, Retry-After, ETag, Content-Disposition"
)
PREFLIGHT_SECONDS = "600"
NOTHING_MAY_LOAD = "default-src 'none'; frame-ancestors 'none'"


class Headers:
    """Opens the visit before everything else and signs every answer after it."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._origins = frozenset(settings.cors_origins)
        self._locale = settings.locale
        self._trusted = settings.trusted_proxies
        self._clock = clock

    def install(self, app: Flask) -> None:
        app.before_request(self._begin)
        app.before_request(self._answer_preflight)
        app.after_request(self._sign)
        app.teardown_request(lambda _error: clear_contextvars())

    def _begin(self) -> None:
        proto = request.headers.get("X-Forwarded-Proto", "")
        if is_told_secure(request.remote_addr or "", proto, self._trusted):
            request.scheme = "https"  # of which the links are made that we tell
        g.visit = visit.begin(request, self._clock, self._locale)
        clear_contextvars()
        bind_contextvars(request_id=g.visit.request_id)

    def _answer_preflight(self) -> Response | None:
        if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
            return None
        answer = Response(status=204)
        if self._allowed_origin(request) is not None:
            answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST"
            answer.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
            answer.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
        return answer

    def _sign(self, answer: Response) -> Response:
        headers = answer.headers
        headers["X-Request-ID"] = visit.current().request_id
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers.setdefault("Content-Security-Policy", NOTHING_MAY_LOAD)
        headers.setdefault("Cache-Control", "no-store")
        self._let_read(answer)
        return answer

    def _let_read(self, answer: Response) -> None:
        """Name the origin whose pages may read this; caches keep answers to others apart."""
        origin = self._allowed_origin(request)
        if origin != "*":
            answer.vary.add("Origin")
        if origin is not None:
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS

    def _allowed_origin(self, request: Request) -> str | None:
        operation = operation_of(current_app, request.endpoint)
        if "*" in self._origins or (operation is not None and operation.is_public):
            return "*"
        origin = request.headers.get("Origin", "")
        return origin if origin.lower() in self._origins else None
