"""The HTTP edge: bots at `/bot<token>/<method>`, the files sent to them at
`/file/bot<token>/<path>`, the control surface beside them."""

import socket

from flask import Flask, Request, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from botapi.control import ControlSurface, control_blueprint
from botapi.dispatch import Answer, answer, download
from botapi.errors import ApiError
from botapi.wire import Parameters, Upload
from botapi.world import World


def create_app(world: World, surface: ControlSurface) -> Flask:
    app = Flask("botapi")
    app.register_blueprint(control_blueprint(surface))

    @app.route("/bot<token>/<method>", methods=["GET", "POST"])
    def call(token: str, method: str) -> Response:
        return _sent(answer(world, token, method, read_parameters(request)))

    @app.get("/file/bot<token>/<path:path>")
    def fetch(token: str, path: str) -> Response:
        return _sent(download(world, token, path))

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[Response, int]:
        code = error.code or 500
        return jsonify(ApiError(code, error.name).to_json()), code

    return app


def _sent(answered: Answer) -> Response:
    if answered.is_cut:
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    if answered.file is not None:
        return Response(answered.file, mimetype="application/octet-stream")
    response = jsonify(answered.body)
    response.status_code = answered.status
    return response


def read_parameters(incoming: Request) -> Parameters:
    """The query and the body together, uploaded files beside them."""
    values: dict[str, object] = {**incoming.args, **incoming.form}
    body = incoming.get_json(silent=True)
    if isinstance(body, dict):
        values.update(body)
    files = {
        name: Upload(sent.read(), sent.filename or "", sent.mimetype)
        for name, sent in incoming.files.items()
    }
    return Parameters(values, files)
