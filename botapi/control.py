"""The control surface: every public method of Stage is `POST /_control/<name>` with a JSON object.

For this machine only; botapi.client speaks it.
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


def control_blueprint(world: World, acquaintances: Acquaintances | None) -> Blueprint:
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
            return jsonify({"ok": True, "result": _perform(world, acquaintances, name, body)})
        except ControlError as error:
            return _refused(str(error))
        except ApiError as error:
            return _refused(error.description)
        except (KeyError, TypeError, ValueError) as error:
            return _refused(f"{name} needs another body: {error!r}")

    return blueprint


def _perform(world: World, acquaintances: Acquaintances | None, name: str, body: Json) -> object:
    with world.changed:
        result: object = getattr(Stage(world), name)(body)
        if name not in WATCHING:
            world.touch()
            if acquaintances:
                acquaintances.keep(world)
    return result


def _refused(description: str, status: int = 400) -> tuple[Response, int]:
    return jsonify({"ok": False, "description": description}), status
