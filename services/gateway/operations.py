"""What every view says of itself: who may call it, what it takes, what it answers.

The guard and the documentation both read this, so that neither can differ from the routes. A view
without it is a bug that `create_app` refuses.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask
from pydantic import BaseModel

from services.gateway.forms import Form

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "operation"


class Who(StrEnum):
    ANYONE = "anyone"
    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True)
class Operation:
    """One thing a caller can do."""

    summary: str
    tag: str
    who: Who = Who.ANYONE
    query: type[Form] | None = None
    body: type[Form] | None = None
    body_with_files: type[Form] | None = None
    """The same as a form with files, where there may be some."""
    answers: Mapping[int, Any] = field(default_factory=dict)
    """What is answered by status: a model, or a list of one, or a media type."""
    errors: tuple[str, ...] = ()
    """Codes beside those that follow from the rest."""
    is_idempotent_by_key: bool = False
    answer_headers: tuple[str, ...] = ()
    """Headers of its answers beside those that all have."""
    is_public: bool = False
    """May any origin's pages read it?"""
    is_documented: bool = True
    """Pages for people are not part of the API."""

    @property
    def all_errors(self) -> tuple[str, ...]:
        """Every code it may answer."""
        codes = list(self.errors)
        if self.who is not Who.ANYONE:
            codes += ["unauthorized", "too_many_requests"]
        if self.who is Who.ADMIN:
            codes += ["forbidden"]
        if self.query or self.body:
            codes += ["invalid", "not_utf8"]
        if self.body:
            codes += ["malformed_json", "payload_too_large", "unsupported_media_type"]
        if self.body_with_files:
            codes += ["malformed_multipart", "file_too_large", "file_kind_refused", "file_empty"]
        if self.is_idempotent_by_key:
            codes += ["idempotency_key_reused", "idempotency_key_in_progress"]
        return (*dict.fromkeys(codes), "internal_error")


def describes(operation: Operation) -> Callable[[View], View]:
    """Mark a view with what it does."""

    def mark(view: View) -> View:
        setattr(view, _MARK, operation)
        return view

    return mark


def operation_of(app: Flask, endpoint: str | None) -> Operation | None:
    """What the view behind an endpoint says of itself."""
    found: Operation | None = getattr(app.view_functions.get(endpoint or ""), _MARK, None)
    return found


def answer_models(operation: Operation) -> list[type[BaseModel]]:
    """The models its answers are made of."""
    models = [
        model[0] if isinstance(model, list) else model for model in operation.answers.values()
    ]
    return [model for model in models if isinstance(model, type)]


def check_all_described(app: Flask) -> None:
    """Raises LookupError for a route whose view does not say who may call it."""
    for rule in app.url_map.iter_rules():
        if operation_of(app, rule.endpoint) is None:
            raise LookupError(f"{rule.rule} does not say what it does")
