"""What a reviewer would otherwise have to look for by eye in the code itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("chassis", "contracts", "services", "cli", "botapi")
DOMAIN = {
    "agent", "assignee", "breach", "category", "component", "customer", "impact",
    "incident", "priority", "requester", "sla", "telegram", "ticket",
}  # fmt: skip
STOCK_ENTRYPOINTS = {
    "nameko.events": {"event_handler", "EventDispatcher", "BROADCAST", "SERVICE_POOL"},
    "nameko.rpc": {"rpc", "RpcProxy", "ServiceRpc"},
    "nameko.timer": {"timer", "Timer"},
    "nameko.messaging": {"consume", "Consumer"},
    "nameko.web.handlers": {"http"},
}


def modules(*folders: str) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


def test_the_chassis_knows_no_noun_of_the_domain() -> None:
    """Names and strings; an example in a docstring or comment may speak of something."""
    found = [f"{path}: {word}" for path, text in modules("chassis") for word in domain_words(text)]

    assert found == []


def domain_words(text: str) -> set[str]:
    tree = ast.parse(text)
    said = [name for node in ast.walk(tree) for name in names_in(node)]
    words = {
        word.lower().rstrip("s") for name in said for word in re.findall(r"[A-Z]?[a-z]+", name)
    }
    return words & DOMAIN


def names_in(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            return [name]
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.alias(name=name):
            return [name]
        case ast.Assign(value=ast.Constant(value=str(text))):
            return [text]
    return []


def test_a_silenced_type_error_is_named() -> None:
    silenced = re.compile(r"#\s*type:\s*ignore(?!\[)")
    found = [
        f"{path}:{number}"
        for path, text in modules(*OURS, "tests")
        for number, line in enumerate(text.splitlines(), start=1)
        if silenced.search(line) and path != Path(__file__).relative_to(ROOT)
    ]

    assert found == []


def test_entrypoints_that_lose_messages_are_not_used() -> None:
    found = [
        f"{path}: {node.module}.{alias.name}"
        for path, text in modules(*OURS)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module in STOCK_ENTRYPOINTS
        for alias in node.names
        if alias.name in STOCK_ENTRYPOINTS[node.module]
    ]

    assert found == []
