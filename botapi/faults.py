"""Trouble that a test arms: the next calls of a method are refused, held up or cut off."""

from dataclasses import dataclass
from typing import Literal

from botapi.errors import ApiError, ControlError
from botapi.wire import Json, Parameters

Kind = Literal["error", "hang", "cut"]

DESCRIPTIONS = {
    400: "Bad Request: chat not found",
    403: "Forbidden: bot was blocked by the user",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


@dataclass
class Fault:
    """`error` refuses without effect, `hang` answers after a while, `cut` never answers.

    A cut call takes effect first, unless `has_effect` is off: the caller cannot tell.
    """

    kind: Kind
    method: str
    times: int
    bot: str | None = None
    chat_id: int | None = None
    seconds: float = 0.0
    has_effect: bool = True
    error: ApiError | None = None

    def strikes(self, bot: str, method: str, chat_id: int | None) -> bool:
        return (
            self.times > 0
            and self.method.lower() == method.lower()
            and self.bot in (None, bot)
            and self.chat_id in (None, chat_id)
        )

    @classmethod
    def from_json(cls, body: Json) -> "Fault":
        kind = body.get("kind")
        if kind not in ("error", "hang", "cut") or not body.get("method"):
            raise ControlError("a fault needs a method and a kind: error, hang or cut")
        given = Parameters(body)
        return cls(
            kind,
            method=given.text("method"),
            times=given.integer("times", 1),
            bot=body.get("bot"),
            chat_id=body.get("chat_id"),
            seconds=float(body.get("seconds") or 0),
            has_effect=body.get("has_effect", True) is not False,
            error=_error(given) if kind == "error" else None,
        )


class FaultList:
    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, fault: Fault) -> None:
        self._armed.append(fault)

    def disarm(self) -> None:
        """End all faults, those that are holding up a call included."""
        for fault in self._armed:
            fault.times = 0
        self._armed.clear()

    def take(self, bot: str, method: str, chat_id: int | None) -> Fault | None:
        """The fault that strikes this call, in the order of arming, one strike used up."""
        for fault in self._armed:
            if fault.strikes(bot, method, chat_id):
                fault.times -= 1
                return fault
        return None

    def is_armed(self, fault: Fault) -> bool:
        return any(armed is fault for armed in self._armed)


def _error(given: Parameters) -> ApiError:
    code = given.integer("error_code", 500)
    seconds = given.integer("retry_after", 1)
    parameters = {"retry_after": seconds} if code == 429 else None
    usual = DESCRIPTIONS.get(code, f"Too Many Requests: retry after {seconds}")
    return ApiError(code, given.text("description") or usual, parameters)
