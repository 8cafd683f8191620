"""One call of a bot from its token to its answer: who, what, recorded, troubled, carried out."""

from dataclasses import dataclass

from botapi.calls import Call
from botapi.errors import ApiError, method_not_found
from botapi.faults import Fault
from botapi.methods import METHODS, find_name
from botapi.people import Bot
from botapi.wire import Json, Parameters
from botapi.world import World


@dataclass(frozen=True)
class Answer:
    """`is_cut` means that the caller gets nothing: the connection ends instead."""

    status: int
    body: Json
    is_cut: bool = False


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
        call = _record(world, bot, name, given)
        fault = world.faults.take(bot.username, name, call.chat_id)
        try:
            return _carry_out(world, bot, call, given=given, fault=fault)
        finally:
            call.ended_at = world.now()
            world.touch()


def _record(world: World, bot: Bot, method: str, given: Parameters) -> Call:
    call = world.calls.begin(
        bot.username,
        method,
        chat_id=given.integer("chat_id") or None,
        parameters=given.to_json(),
        at=world.now(),
    )
    world.touch()
    return call


def _carry_out(
    world: World, bot: Bot, call: Call, *, given: Parameters, fault: Fault | None
) -> Answer:
    if fault and fault.kind == "hang":
        _hold_up(world, fault)
    if fault and fault.kind == "cut" and not fault.has_effect:
        return Answer(200, {}, is_cut=True)
    answered = _outcome(
        world, bot, call.method, given=given, refusal=fault.error if fault else None
    )
    if fault and fault.kind == "cut":
        return Answer(answered.status, {}, is_cut=True)
    call.status = answered.status
    return answered


def _outcome(
    world: World, bot: Bot, method: str, *, given: Parameters, refusal: ApiError | None
) -> Answer:
    try:
        if refusal:
            raise refusal
        return Answer(200, {"ok": True, "result": METHODS[method](world, bot, given)})
    except ApiError as error:
        return Answer(error.code, error.to_json())


def _hold_up(world: World, fault: Fault) -> None:
    """Wait with the lock released; disarming the faults or stopping the server ends it."""
    closing = world.closing
    world.changed.wait_for(
        lambda: closing.is_set() or not world.faults.is_armed(fault), fault.seconds
    )
