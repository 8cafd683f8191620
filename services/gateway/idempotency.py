"""The identity of a wish: the same user's same operation under the same key is the same command."""

import hashlib
import re
from typing import Any
from uuid import uuid4

from flask import Request, Response

from contracts.event import Receipt
from services.gateway.faults import Fault, Faulty

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x20-\x7e]{1,128}")


def command_id(request: Request, user: str, operation: str) -> str:
    """Stable under a key, random without one. Raises Faulty for a key that cannot be one."""
    key = request.headers.get(HEADER)
    if key is None:
        return f"http:{uuid4().hex}"
    if not KEY.fullmatch(key) or not key.strip():
        raise Faulty([Fault(HEADER, "idempotency_key")])
    named = "\n".join([user, operation, key])
    return f"http:{hashlib.sha256(named.encode()).hexdigest()}"


def say_if_replayed(response: Response, receipt: Receipt[Any]) -> Response:
    """Tell the caller when the answer is that of an earlier request."""
    if receipt.replayed:
        response.headers["Idempotent-Replay"] = "true"
    return response
