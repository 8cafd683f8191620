"""Pages for people: whole in one answer, allowed to load nothing but their own style."""

from flask import Response


def page(html: str, nonce: str) -> Response:
    """An HTML answer in which only the style marked with `nonce` is applied."""
    response = Response(html, 200, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response
