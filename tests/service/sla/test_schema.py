"""The migrations make exactly the tables the models speak of."""

from chassis.storage.migrate import differences, is_current, upgrade
from services.sla.models import Base


def test_the_migrated_schema_is_that_of_the_models(database_url: str) -> None:
    assert differences(database_url, Base.metadata) == []


def test_a_repeated_migration_changes_nothing(database_url: str) -> None:
    upgrade("sla", database_url)

    assert is_current("sla", database_url)
