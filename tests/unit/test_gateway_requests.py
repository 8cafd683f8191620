"""How a request is written: its bytes, its encoding, and parameters that nobody asked for."""

import gzip
import re
from pathlib import Path

import pytest

from tests.support.gateway import Gateway

OPEN = "/tickets/"
WRITE = "/tickets/42/add_message/"


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


@pytest.mark.parametrize(
    "path", ["/tickets/?q=%ff", "/tickets/?%ff=1", "/stats/?to=%c3%28", "/priorities/?%80"]
)
def test_parameters_that_are_not_utf8_are_told_so(gateway: Gateway, path: str) -> None:
    answer = gateway.as_admin().gets(path, headers={"Accept-Language": "en"})

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "not_utf8"
    assert answer.json["detail"] == "A request must be encoded in UTF-8."
    assert not gateway.services.asked


def test_a_search_in_any_script_is_taken(gateway: Gateway) -> None:
    assert gateway.as_admin().gets("/tickets/?q=%D0%BE%D0%BF%D0%BB+%F0%9F%99%82").status_code == 200

    assert gateway.services.last("tickets.list_tickets").q == "опл 🙂"


@pytest.mark.parametrize("path", ["/categories/", "/priorities/", "/tickets/42/"])
def test_a_parameter_of_another_list_is_refused_by_name(gateway: Gateway, path: str) -> None:
    answer = gateway.as_user().gets(f"{path}?sort=id")

    assert answer.status_code == 422
    assert answer.json is not None
    assert [fault["field"] for fault in answer.json["errors"]] == ["sort"]
    assert not gateway.services.asked


@pytest.mark.parametrize(
    ("path", "body"), [(OPEN, {"description": "x"}), (WRITE, {"message": "x"})]
)
def test_a_write_takes_no_parameters(gateway: Gateway, path: str, body: dict[str, str]) -> None:
    answer = gateway.as_user().posts(f"{path}?notify=no", body)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["field"] == "notify"
    assert not gateway.services.asked


@pytest.mark.parametrize("path", ["/status/", "/openapi.json", "/docs/"])
def test_what_caches_keep_for_everybody_ignores_parameters(gateway: Gateway, path: str) -> None:
    assert gateway.as_anyone().gets(f"{path}?v=%ff").status_code == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip", "x" * 300])
def test_a_packed_body_is_told_to_be_the_matter(gateway: Gateway, encoding: str) -> None:
    for path in (OPEN, WRITE):
        answer = gateway.as_user().posts(
            path,
            gzip.compress(b'{"description": "x"}'),
            headers={"Content-Encoding": encoding, "Accept-Language": "en"},
        )

        assert answer.status_code == 415
        assert answer.json is not None
        assert answer.json["code"] == "unsupported_media_type"
        assert answer.json["detail"].startswith("Send the body as it is, without Content-Encoding.")
        assert answer.headers["Accept-Encoding"] == "identity"
    assert not gateway.services.asked


@pytest.mark.parametrize("encoding", ["", "identity", "Identity"])
def test_a_body_as_it_is_may_say_so(gateway: Gateway, encoding: str) -> None:
    answer = gateway.as_user().posts(
        OPEN, {"description": "x"}, headers={"Content-Encoding": encoding}
    )

    assert answer.status_code == 201


def test_the_manual_tells_every_limit_of_a_body_and_of_the_parameters(gateway: Gateway) -> None:
    page = gateway.as_anyone().gets("/docs/", headers={"Accept-Language": "en"}).text

    opening = page.partition('id="open_ticket"')[2].partition("</section>")[0]
    assert "up to 10000 characters" in opening
    assert "up to 200 characters" in opening
    listing = page.partition('id="list_tickets"')[2].partition("</section>")[0]
    assert "from 1 to 100" in listing


def test_the_manual_in_english_has_no_russian_word(gateway: Gateway) -> None:
    page = gateway.as_anyone().gets("/docs/", headers={"Accept-Language": "en"}).text

    assert re.findall("[А-Яа-яЁё]+", page) == []
