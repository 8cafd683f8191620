"""The private broker and the private PostgreSQL that tests and `up` stand on."""

from pathlib import Path

from cli.broker import BrokerNode, PrivateBroker, is_reachable
from cli.ports import is_free, remembered_ports
from cli.postgres import PrivatePostgres


def test_an_empty_virtual_host_is_a_broker_of_its_own(broker: PrivateBroker) -> None:
    address = broker.add_vhost("passing")
    assert is_reachable(address)

    broker.delete_vhost("passing")

    assert not is_reachable(address)


def test_a_wrong_password_is_not_let_in(amqp_url: str) -> None:
    assert not is_reachable(amqp_url.replace("@", "x@"))


def test_a_broker_that_somebody_else_runs_can_be_joined(broker: PrivateBroker) -> None:
    joined = PrivateBroker.joined(broker.directory)

    assert joined.node.amqp_url == broker.node.amqp_url
    assert BrokerNode.running(broker.directory).ports == broker.node.ports


def test_a_new_database_is_empty_and_its_own(postgres: PrivatePostgres, postgres_url: str) -> None:
    assert postgres_url.startswith(f"postgresql+psycopg://postgres@127.0.0.1:{postgres.port}/test_")


def test_one_that_was_killed_for_good_leaves_no_memory_behind() -> None:
    with PrivatePostgres(may_be_killed=True) as server:
        own, *_backends = server.pids()
        shared = named_memory_of(own)
        server.kill()
        assert any(place.exists() for place in shared)

    assert not any(place.exists() for place in shared)


def named_memory_of(pid: int) -> list[Path]:
    """What a process has mapped that outlives it."""
    mapped = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return [Path(line.split()[-1]) for line in mapped if "/dev/shm/" in line]


def test_a_port_is_remembered_unless_somebody_took_it(tmp_path: Path, amqp_url: str) -> None:
    taken = int(amqp_url.rpartition(":")[2].partition("/")[0])
    file = tmp_path / "ports.json"
    file.write_text(f'{{"kept": 29999, "lost": {taken}}}')
    assert is_free(29999)

    ports = remembered_ports(file, ["kept", "lost", "new"])

    assert ports["kept"] == 29999
    assert ports["lost"] != taken
    assert len(set(ports.values())) == 3
