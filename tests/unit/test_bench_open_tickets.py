"""What the benchmark says when there is nothing to measure."""

from click.testing import CliRunner

from cli.bench import open_tickets
from cli.ports import choose_port


def test_where_no_desk_answers_it_says_so_and_measures_nothing() -> None:
    url = f"http://127.0.0.1:{choose_port()}"

    ran = CliRunner().invoke(open_tickets, ["--url", url, "--token", "x", "--seconds", "1"])

    assert ran.exit_code == 1
    assert f"No desk answers at {url}" in ran.output
    assert "p50" not in ran.output
