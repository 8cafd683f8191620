"""Stands before every view: who is calling, may they, and not too often?"""

from flask import Flask, Request, current_app, request

from services.gateway.addresses import client_address
from services.gateway.identity import BadToken, Identity, Keys, identify
from services.gateway.limiter import Limiter
from services.gateway.operations import Who, operation_of
from services.gateway.problems import AdminsOnly
from services.gateway.settings import Settings
from services.gateway.visit import current, is_read


class Guard:
    """Puts the caller's identity into the visit, or raises what keeps them out."""

    def __init__(self, settings: Settings, keys: Keys, limiter: Limiter) -> None:
        self._settings = settings
        self._keys = keys
        self._limiter = limiter

    def install(self, app: Flask) -> None:
        app.before_request(self._check)

    def _check(self) -> None:
        operation = operation_of(current_app, request.endpoint)
        if operation is None or operation.who is Who.ANYONE or request.method == "OPTIONS":
            return
        identity = self._identify(request)
        self._limiter.count_request(identity.sub, is_write=not is_read(request))
        if operation.who is Who.ADMIN and not identity.is_admin:
            raise AdminsOnly
        current().identity = identity

    def _identify(self, request: Request) -> Identity:
        authorization = request.headers.get("Authorization")
        try:
            return identify(self._keys, authorization)
        except BadToken:
            if authorization is not None:
                self._limiter.count_failed_authentication(self._address(request))
            raise

    def _address(self, request: Request) -> str:
        peer = request.remote_addr or ""
        # Several headers of one name are one list.
        forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
        return client_address(peer, forwarded, self._settings.trusted_proxies)
