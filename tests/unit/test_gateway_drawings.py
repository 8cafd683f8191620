"""What is kept of what was drawn."""

from services.gateway.drawings import Drawings


def test_the_same_is_drawn_once() -> None:
    drawings, drawn = Drawings(), []

    def draw() -> str:
        drawn.append("x")
        return "picture"

    assert [drawings.get("key", draw) for _ in range(3)] == ["picture"] * 3
    assert drawn == ["x"]


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    drawings = Drawings(kept=2)
    for key in ("a", "b", "a", "c"):
        drawings.get(key, lambda key=key: key)

    assert drawings.get("a", lambda: "anew") == "a"
    assert drawings.get("b", lambda: "anew") == "anew"
