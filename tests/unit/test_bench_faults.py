"""`./support bench faults`: what it measures can be found, and nothing else can be asked of it."""

from click.testing import CliRunner

from bench.faults.command import MEASUREMENTS
from cli.bench import bench


def test_the_help_names_every_measurement() -> None:
    told = CliRunner().invoke(bench, ["faults", "--help"])

    _, _, names = " ".join(told.output.split()).partition("NAME is ")
    assert names.partition(".")[0].replace(" or ", ", ").split(", ") == list(MEASUREMENTS)


def test_a_measurement_that_is_not_there_is_refused_with_those_that_are() -> None:
    refused = CliRunner().invoke(bench, ["faults", "--only", "poison", "--only", "posion"])

    assert refused.exit_code == 2
    assert "No measurement is named posion: choose from kills, outages" in refused.output
    assert "tries" not in refused.output
