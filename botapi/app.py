"""The HTTP edge: bots at `/bot<token>/<method>`, the control surface beside them."""

import socket

from flask import Flask, Request, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from botapi.acquaintances import Acquaintances
from botapi.control import control_blueprint
from botapi.dispatch import answer
from botapi.errors import ApiError
from botapi.wire import Parameters
from botapi.world import World


def create_app(world: World, acquaintances: Acquaintances | None = None) -> Flask:
    app = Flask("botapi")
    app.register_blueprint(control_blueprint(world, acquaintances))

    @app.route("/bot<token>/<method>", methods=["GET", "POST"])
    def call(token: str, method: str) -> Response:
        answered = answer(world, token, method, read_parameters(request))
        if answered.is_cut:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        response = jsonify(answered.body)
        response.status_code = answered.status
        return response

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[Response, int]:
        code = error.code or 500
        return jsonify(ApiError(code, error.name).to_json()), code

    return app


def read_parameters(incoming: Request) -> Parameters:
    """The query and the body together, uploaded files beside them."""
    values: dict[str, object] = {**incoming.args, **incoming.form}
    body = incoming.get_json(silent=True)
    if isinstance(body, dict):
        values.update(body)
    files = {name: upload.read() for name, upload in incoming.files.items()}
    return Parameters(values, files)
