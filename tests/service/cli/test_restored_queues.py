"""What waits in the broker belongs to the databases it came from, and goes when they go."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chassis.broker.address import BrokerAddress
from chassis.broker.publishing import ConfirmingPublisher, Letter
from chassis.broker.topology import DEAD, declare, rung
from chassis.declare import subscriptions_of
from cli.desk import DATABASES, Desk
from tests.support.kept_desk import KeptDesk, new_desk
from tests.support.migrated import Migrated
from tests.support.queues import depth

OURS = ("tickets.keep_deadline", "bot.announce_ticket", DEAD)
SOMEBODY_ELSES = "somebody.elses"
NOWHERE = "amqp://guest:guest@127.0.0.1:1//"


@pytest.fixture
def desk(migrated: Migrated, tmp_path: Path) -> Iterator[KeptDesk]:
    with new_desk(tmp_path / "desk", migrated) as desk:
        yield desk


def fill(amqp_url: str) -> None:
    """Two messages in queues of the desk, one parked, one on the ladder, and one of another."""
    declare(amqp_url, [each for process in DATABASES for each in subscriptions_of(process)])
    with closing(BrokerAddress.parse(amqp_url).connect()) as connection:
        connection.channel().queue_declare(SOMEBODY_ELSES, durable=True, auto_delete=False)
    with closing(ConfirmingPublisher(amqp_url)) as publisher:
        for queue in (*OURS, SOMEBODY_ELSES):
            publisher.publish(Letter(routing_key=queue, body=b"{}", message_id="1", headers={}))
        late = Letter(
            exchange=rung(120), routing_key=OURS[0], body=b"{}", message_id="2", headers={}
        )
        publisher.publish(late)


def test_restoring_empties_the_queues_of_the_desk_and_no_others(
    desk: KeptDesk, fresh_amqp_url: str
) -> None:
    desk.amqp_url = fresh_amqp_url
    fill(fresh_amqp_url)
    kept = desk.backs_up()

    said = desk.restores(kept)

    assert [depth(fresh_amqp_url, queue) for queue in (*OURS, rung(120))] == [0, 0, 0, 0]
    assert depth(fresh_amqp_url, SOMEBODY_ELSES) == 1
    assert "Emptied the queues of 3 waiting and 1 parked messages." in said


def test_a_backup_tells_how_many_messages_are_parked(desk: KeptDesk, fresh_amqp_url: str) -> None:
    desk.amqp_url = fresh_amqp_url
    fill(fresh_amqp_url)

    assert "parked messages (now 1)" in desk.runs("backup").output
    assert depth(fresh_amqp_url, DEAD) == 1


def test_without_its_broker_a_desk_is_kept_but_not_restored(desk: KeptDesk) -> None:
    desk.amqp_url = NOWHERE

    kept = desk.backs_up()

    assert "The broker at AMQP_URL does not answer" in desk.is_refused("restore", str(kept))


def test_a_private_broker_that_is_down_forgets_what_it_kept(desk: KeptDesk) -> None:
    home = Desk(desk.data_dir)
    (home.broker / "mnesia").mkdir(parents=True)
    (home.broker / "mnesia" / "a queue").touch()
    (home.broker / "ports.json").write_text('{"amqp": 1}')
    home.make()
    home.remember({"AMQP_URL": "amqp://support:password@127.0.0.1:1//"})

    said = desk.restores(desk.backs_up())

    assert not (home.broker / "mnesia").exists()
    assert (home.broker / "ports.json").exists()
    assert "The private broker begins anew." in said
