"""How often one may ask, who is counted, and that counting never stands in the way."""

import time
from ipaddress import ip_network
from pathlib import Path

import pytest

from contracts.desk import Limits
from services.gateway.addresses import client_address
from services.gateway.limiter import Limiter, TooOften
from tests.support.gateway import Gateway, Visitor

FEW = Limits(writes_per_minute=2, reads_per_minute=3, failed_authentications_per_minute=1)
PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def test_the_third_write_of_two_a_minute_waits(tmp_path: Path) -> None:
    limiter = Limiter(tmp_path / "limits.sqlite3", FEW)
    limiter.count_request("anna", is_write=True)
    limiter.count_request("anna", is_write=True)

    with pytest.raises(TooOften) as refusal:
        limiter.count_request("anna", is_write=True)

    assert 58 <= refusal.value.retry_after <= 60
    limiter.count_request("anna", is_write=False)
    limiter.count_request("boris", is_write=True)


def test_a_clock_that_was_set_back_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limiter = Limiter(tmp_path / "limits.sqlite3", FEW)
    in_an_hour = time.time() + 3600
    with monkeypatch.context() as fast:
        fast.setattr(time, "time", lambda: in_an_hour)
        use_up_writes(limiter)

    use_up_writes(limiter)


def test_who_looked_at_the_clock_first_and_counts_second_starts_no_new_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limiter = Limiter(tmp_path / "limits.sqlite3", FEW)
    now = time.time()
    for moment in (now + 0.1, now):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        limiter.count_request("anna", is_write=True)

    with pytest.raises(TooOften):
        limiter.count_request("anna", is_write=True)


def use_up_writes(limiter: Limiter) -> None:
    for _ in range(FEW.writes_per_minute):
        limiter.count_request("anna", is_write=True)
    with pytest.raises(TooOften):
        limiter.count_request("anna", is_write=True)


def test_who_has_sent_so_many_megabytes_within_the_hour_waits(tmp_path: Path) -> None:
    limiter = Limiter(tmp_path / "limits.sqlite3", Limits(upload_megabytes_per_hour=30))
    limiter.count_upload("anna", 20_000_000)

    with pytest.raises(TooOften) as refusal:
        limiter.count_upload("anna", 10_000_001)

    assert 3_500 < refusal.value.retry_after <= 3_600
    limiter.count_upload("boris", 20_000_000)


def test_workers_count_together(tmp_path: Path) -> None:
    workers = [Limiter(tmp_path / "limits.sqlite3", FEW) for _ in range(2)]
    for worker in workers:
        worker.count_request("anna", is_write=True)

    for worker in workers:
        with pytest.raises(TooOften):
            worker.count_request("anna", is_write=True)


def test_limits_can_be_switched_off(tmp_path: Path) -> None:
    limiter = Limiter(tmp_path / "limits.sqlite3", FEW, is_on=False)

    for _ in range(10):
        limiter.count_request("anna", is_write=True)


@pytest.mark.parametrize("path", ["damaged", "damaged/below-a-file"])
def test_who_cannot_be_counted_passes(tmp_path: Path, path: str) -> None:
    (tmp_path / "damaged").write_bytes(b"this is no database" * 100)
    limiter = Limiter(tmp_path / path, FEW)

    for _ in range(10):
        limiter.count_request("anna", is_write=True)


def test_too_many_bad_tokens_from_one_address_are_told_to_wait(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, SUPPORT_RATE_LIMITS="on")
    stranger = Visitor(gateway, {"Authorization": "Bearer nonsense"})

    answers = [stranger.gets("/tickets/").status_code for _ in range(31)]

    assert answers == [401] * 30 + [429]
    assert gateway.as_user().gets("/tickets/").status_code == 200


def test_writes_are_limited_and_the_public_is_not(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, SUPPORT_RATE_LIMITS="on")
    anna = gateway.as_user()

    answers = [anna.posts("/tickets/", {"description": "x"}) for _ in range(61)]

    assert [answer.status_code for answer in answers] == [201] * 60 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].json is not None
    assert answers[-1].json["code"] == "too_many_requests"
    assert anna.gets("/status/").status_code == 200
    assert anna.gets("/tickets/").status_code == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.1.1.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "1.1.1.1, 198.51.100.1, 10.2.2.2", "198.51.100.1"),
        ("10.1.1.1", "nonsense", "10.1.1.1"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("10.1.1.1", " , ,", "10.1.1.1"),
        ("10.1.1.1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fd00::1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
        ("::ffff:10.1.1.1", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_only_trusted_proxies_are_believed(peer: str, forwarded: str, address: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == address


@pytest.mark.parametrize(
    ("trusted", "told", "scheme"),
    [
        ("127.0.0.1", "https", "https"),
        ("127.0.0.1", "http, HTTPS ", "https"),
        ("127.0.0.1", "https, http", "http"),
        ("127.0.0.1", "", "http"),
        ("10.0.0.0/8", "https", "http"),
    ],
)
def test_links_begin_as_a_trusted_proxy_was_asked(
    tmp_path: Path, trusted: str, told: str, scheme: str
) -> None:
    gateway = Gateway(tmp_path, SUPPORT_TRUSTED_PROXIES=trusted)

    feed = gateway.as_anyone().gets("/status/feed.atom", headers={"X-Forwarded-Proto": told})

    assert f'href="{scheme}://localhost/status' in feed.text
