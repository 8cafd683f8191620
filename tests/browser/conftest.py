"""A real Chromium, headless, against a desk on SQLite."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.support.botapi import running_telegram
from tests.support.running_desk import RunningDesk

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=420,900",
)


@pytest.fixture(scope="package")
def browser_desk(
    tmp_path_factory: pytest.TempPathFactory, new_amqp_url: Callable[[], str]
) -> Iterator[RunningDesk]:
    """Five processes, up and healthy."""
    with running_telegram() as telegram:
        desk = RunningDesk(tmp_path_factory.mktemp("browser"), new_amqp_url(), telegram, {})
        try:
            desk.up()
            yield desk
        finally:
            desk.down()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    """A browser that has never been anywhere."""
    options = ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (*QUIET, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"intl.accept_languages": "ru"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options, Service("/usr/bin/chromedriver"))
    chrome.set_page_load_timeout(20)
    yield chrome
    chrome.quit()
