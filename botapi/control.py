"""The control surface: every public method of Stage is `POST /_control/<name>` with a JSON object.

For this machine only; botapi.client speaks it. A program that serves the world itself may ask
`ControlSurface` without a request.
"""

from flask import Blueprint, Response, jsonify, request

from botapi.acquaintances import Acquaintances
from botapi.errors import ApiError, ControlError
from botapi.stage import Stage
from botapi.wire import Json
from botapi.world import World

LOOPBACK = ("127.0.0.1", "::1")
WATCHING = frozenset({"wait", "messages", "calls", "callback_answer", "pending", "file", "topics"})
ACTIONS = frozenset(name for name in vars(Stage) if not name.startswith("_"))


class ControlSurface:
    """Carries out one action after the other, each under the world's lock."""

    def __init__(self, world: World, acquaintances: Acquaintances | None) -> None:
        self._world = world
        self._acquaintances = acquaintances

    def perform(self, name: str, body: Json) -> object:
        """What an action gives, as JSON. Raises ControlError with a sentence that says why not."""
        try:
            with self._world.changed:
                return self._perform(name, body)
        except ApiError as error:
            raise ControlError(error.description) from error
        except (KeyError, TypeError, ValueError) as error:
            raise ControlError(f"{name} needs another body: {error!r}") from error

    def _perform(self, name: str, body: Json) -> object:
        result: object = getattr(Stage(self._world), name)(body)
        if name not in WATCHING:
            self._world.touch()
            if self._acquaintances:
                self._acquaintances.keep(self._world)
        return result


def control_blueprint(surface: ControlSurface) -> Blueprint:
    blueprint = Blueprint("control", __name__, url_prefix="/_control")

    @blueprint.before_request
    def keep_out_strangers() -> tuple[Response, int] | None:
        if request.remote_addr in LOOPBACK:
            return None
        return _refused("the control surface is for this machine only", 403)

    @blueprint.post("/<name>")
    def control(name: str) -> Response | tuple[Response, int]:
        body = request.get_json(silent=True)
        if name not in ACTIONS or not isinstance(body, dict):
            return _refused(f"send a JSON object to one of: {', '.join(sorted(ACTIONS))}", 404)
        try:
            return jsonify({"ok": True, "result": surface.perform(name, body)})
        except ControlError as error:
            return _refused(str(error))

    return blueprint


def _refused(description: str, status: int = 400) -> tuple[Response, int]:
    return jsonify({"ok": False, "description": description}), status
