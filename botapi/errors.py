"""The refusals of the Bot API, worded as Telegram words them because bots read the words."""

from botapi.wire import Json


class ApiError(Exception):
    """An answer with `ok: false`; `parameters` is what a program reads besides the code."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(code, description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def to_json(self) -> Json:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class ControlError(Exception):
    """The script asked for something that people cannot do in Telegram."""


def bad_request(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")


def unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized")


def method_not_found() -> ApiError:
    return ApiError(404, "Not Found: method not found")


def not_found() -> ApiError:
    return ApiError(404, "Not Found")


def blocked_by_user() -> ApiError:
    return forbidden("bot was blocked by the user")


def topic_closed() -> ApiError:
    return bad_request("TOPIC_CLOSED")


def chat_not_found() -> ApiError:
    return bad_request("chat not found")
