"""One call of a bot from its token to its answer: who, what, recorded, troubled, carried out."""

from collections.abc import Callable
from dataclasses import dataclass

from botapi.calls import Call
from botapi.errors import ApiError, method_not_found, not_found
from botapi.faults import Fault
from botapi.methods import METHODS, find_name
from botapi.people import Bot
from botapi.wire import Json, Parameters
from botapi.world import World


@dataclass(frozen=True)
class Answer:
    """`is_cut` means that the caller gets nothing: the connection ends instead. A `file` goes as it
    is."""

    status: int
    body: Json
    is_cut: bool = False
    file: bytes | None = None


DOWNLOAD = "downloadFile"
"""Under this name the fetching of a file is counted and troubled, as if it were a method."""


def answer(world: World, token: str, method: str, given: Parameters) -> Answer:
    """Carry out one call under the world's lock and record it with its outcome."""
    with world.changed:
        try:
            bot = world.bot_by_token(token)
            name = find_name(method)
            if name is None:
                raise method_not_found()
        except ApiError as error:
            return Answer(error.code, error.to_json())

        def do() -> Answer:
            return Answer(200, {"ok": True, "result": METHODS[name](world, bot, given)})

        return _recorded(world, bot, name, given=given, do=do)


def download(world: World, token: str, path: str) -> Answer:
    """The bytes of a file that the bot has asked for with getFile."""
    with world.changed:
        try:
            bot = world.bot_by_token(token)
        except ApiError as error:
            return Answer(error.code, error.to_json())

        def do() -> Answer:
            found = world.files.at(bot.id, path)
            if found is None:
                raise not_found()
            return Answer(200, {}, file=found)

        return _recorded(world, bot, DOWNLOAD, given=Parameters({"file_path": path}), do=do)


def _recorded(
    world: World, bot: Bot, method: str, *, given: Parameters, do: Callable[[], Answer]
) -> Answer:
    call = world.calls.begin(
        bot.username,
        method,
        chat_id=given.integer("chat_id") or None,
        parameters=given.to_json(),
        at=world.now(),
    )
    fault = world.faults.take(bot.username, method, call.chat_id)
    try:
        return _carry_out(world, call, fault, do)
    finally:
        call.ended_at = world.now()
        world.touch()


def _carry_out(world: World, call: Call, fault: Fault | None, do: Callable[[], Answer]) -> Answer:
    if fault and fault.kind == "hang":
        _hold_up(world, fault)
    if fault and fault.kind == "cut" and not fault.has_effect:
        return Answer(200, {}, is_cut=True)
    answered = _outcome(do, fault.error if fault else None)
    if fault and fault.kind == "cut":
        return Answer(answered.status, {}, is_cut=True)
    call.status = answered.status
    return answered


def _outcome(do: Callable[[], Answer], refusal: ApiError | None) -> Answer:
    try:
        if refusal:
            raise refusal
        return do()
    except ApiError as error:
        return Answer(error.code, error.to_json())


def _hold_up(world: World, fault: Fault) -> None:
    """Wait with the lock released; disarming the faults or stopping the server ends it."""
    closing = world.closing
    world.touch()
    world.changed.wait_for(
        lambda: closing.is_set() or not world.faults.is_armed(fault), fault.seconds
    )
