"""What an RPC looks like on the wire: nameko's names and JSON, and errors rebuilt by their code.

A request is `{"args": [message], "kwargs": {}}`, an answer `{"result": ..., "error": null}`.
"""

from typing import Any

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from contracts.errors import ContractError, errors_by_code

EXCHANGE = "nameko-rpc"
REQUEST_ID_HEADER = "nameko.request_id"
DEADLINE_HEADER = "nameko.deadline_ms"
"""Unix milliseconds on the machine's clock after which nobody waits for the answer."""


def request_body(message: BaseModel | None) -> bytes:
    """The body of a request with one argument, or with none."""
    return to_json({"args": [] if message is None else [message], "kwargs": {}})


def answer_body(result: Any) -> bytes:
    """The body of an answer; `result` is JSON, a message, or lists and dicts of them."""
    return to_json({"result": result, "error": None})


def refusal_body(error: ContractError) -> bytes:
    """The body of a refusal.

    `codes` go from the error itself to the kinds it belongs to, so that a reader who does not
    know a newer error still learns its kind. The rest is what nameko's own clients read.
    """
    kind = type(error)
    codes = [base.code for base in kind.__mro__ if issubclass(base, ContractError)]
    described = {
        "codes": codes,
        "exc_type": kind.__name__,
        "exc_path": f"{kind.__module__}.{kind.__name__}",
        "exc_args": [error.message, error.details],
        "value": str(error),
    }
    return to_json({"result": None, "error": described})


def read_answer(body: bytes | str) -> Any:
    """The result in an answer's body. Raises the contract error it carries instead."""
    answer = from_json(body)
    if (error := answer.get("error")) is None:
        return answer["result"]
    raise _rebuilt(error)


def _rebuilt(error: dict[str, Any]) -> ContractError:
    known = errors_by_code()
    kind = next((known[code] for code in error.get("codes", ()) if code in known), ContractError)
    if kind is ContractError:
        by_name = {leaf.__name__: leaf for leaf in known.values()}
        kind = by_name.get(error.get("exc_type", ""), ContractError)
    return kind(*_arguments(error.get("exc_args")))


def _arguments(given: Any) -> tuple[str, dict[str, str]]:
    match given:
        case [str(message), dict(details)]:
            return message, details
        case [message, *_]:
            return str(message), {}
        case _:
            return "", {}
