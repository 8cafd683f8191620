"""What a desk tells the other commands about itself."""

from cli.people import person
from cli.plan import Plan


def plan(given: dict[str, str], decided: dict[str, str]) -> Plan:
    return Plan(given, decided, programs=[], metrics={})


def test_a_token_of_the_real_telegram_is_never_noted() -> None:
    noted = plan({"SUPPORT_BOT_TOKEN": "1:secret", "TELEGRAM_BOT_TOKEN": "2:secret"}, {}).noteworthy

    assert noted == {}


def test_the_places_of_data_are_noted() -> None:
    given = {"AMQP_URL": "amqp://a", "SLA_DATABASE_URL": "sqlite:///s", "HOME": "/home/me"}

    noted = plan(given, {"SUPPORT_PORT": "8080"}).noteworthy

    assert noted == {
        "AMQP_URL": "amqp://a",
        "SLA_DATABASE_URL": "sqlite:///s",
        "SUPPORT_PORT": "8080",
    }


def test_a_broker_that_is_given_is_not_ours() -> None:
    assert not plan({"AMQP_URL": "amqp://a"}, {}).has_own_broker
    assert plan({}, {"AMQP_URL": "amqp://b"}).has_own_broker


def test_the_language_is_noted_so_that_a_chat_speaks_it() -> None:
    assert plan({"SUPPORT_LOCALE": "en"}, {}).noteworthy == {"SUPPORT_LOCALE": "en"}


def test_the_local_people_are_named_in_the_desk_s_language() -> None:
    assert person("agent", "en").first_name == "Olga"
    assert person("user", "ru").first_name == "Иван"
