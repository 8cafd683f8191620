"""Redirects that stay where the caller is: relative, since a proxy may have changed the host."""

from urllib.parse import urlsplit

from flask import Flask, Response


def install(app: Flask) -> None:
    """Make the redirects that routing makes by itself, for a missing slash, as ours are."""
    app.after_request(_make_relative)


def redirected(url: str, status: int = 308) -> Response:
    """To the path and query of `url`, on whatever host this was asked."""
    return Response(status=status, headers={"Location": _here(url)})


def _make_relative(answer: Response) -> Response:
    if answer.status_code == 308:
        answer.headers["Location"] = _here(answer.headers["Location"])
        answer.set_data(b"")
    return answer


def _here(url: str) -> str:
    parts = urlsplit(url)
    # Two slashes at the start would name another host.
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path
