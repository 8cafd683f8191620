"""What `up` says once the desk runs: where everything is, and what to do next."""

from shlex import quote

from cli.desk import Desk
from cli.people import name_of
from cli.plan import Plan
from cli.ports import LOOPBACK
from cli.token import make_token

_DAY = 86400


def welcome(desk: Desk, plan: Plan) -> str:
    """The whole text."""
    return "\n".join(["", *_places(desk, plan), "", *_tokens(desk, plan), *_next(desk, plan)])


def _places(desk: Desk, plan: Plan) -> list[str]:
    metrics = ", ".join(f"{port} {name}" for name, port in plan.metrics.items())
    return [
        "The desk is running.",
        "",
        f"  App API      {desk.address}/api/support/",
        f"  API manual   {desk.address}/api/support/docs/",
        f"  Status page  {desk.address}/status",
        f"  Health       {desk.address}/api/support/health/",
        f"  Metrics      http://{LOOPBACK}:<port>/metrics with port {metrics}",
        f"  Data, logs   {desk.data_dir}, {desk.logs}",
        f"  Telegram     {_telegram(plan)}",
    ]


def _telegram(plan: Plan) -> str:
    if not plan.has_local_telegram:
        return "the bot of SUPPORT_BOT_TOKEN"
    return (
        f"played by a local Bot API server ({plan.environment['TELEGRAM_API_URL']}), "
        "because SUPPORT_BOT_TOKEN is not set"
    )


def _tokens(desk: Desk, plan: Plan) -> list[str]:
    if "SUPPORT_JWT_SECRET" not in plan.environment:
        return ["Tokens come from the host application (SUPPORT_JWT_JWKS_URL).", ""]
    user = make_token(desk, "1", _DAY, name=name_of("app user", desk.locale))
    admin = make_token(desk, "admin", _DAY, name="Admin", role="admin")
    return [
        f"Tokens, good for a day (./support token{_place(desk)} makes more):",
        "",
        f"  USER_TOKEN={user}",
        f"  ADMIN_TOKEN={admin}",
        "",
    ]


def _next(desk: Desk, plan: Plan) -> list[str]:
    lines = ["Next, in another terminal, with the lines above pasted first:", ""]
    lines += [
        f"  curl -X POST {desk.address}/api/support/tickets/ "
        '-H "Authorization: Bearer $USER_TOKEN" \\',
        "       -H 'Content-Type: application/json' "
        '-d \'{"description": "The lesson does not open", "category": "lesson"}\'',
    ]
    if plan.has_local_telegram:
        lines += [
            f"  ./support chat --as agent{_place(desk)}",
            f"  ./support chat --as user{_place(desk)}",
        ]
    return [*lines, "", "Ctrl-C stops everything."]


def _place(desk: Desk) -> str:
    """What a command needs to find a desk that is not where it would look."""
    return "" if desk.is_default else f" --data-dir {quote(str(desk.data_dir))}"
