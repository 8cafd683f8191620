"""The public status page as a person sees it."""

import json

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.support.botapi import TelegramPerson
from tests.support.running_desk import AGENT_ID, RunningDesk
from tests.support.waiting import wait_until


def test_the_page_tells_an_incident_from_the_first_word_to_the_last(
    browser_desk: RunningDesk, browser: Chrome
) -> None:
    agent = _agent(browser_desk)
    _page_tells(browser, browser_desk, "Все системы работают")

    declared = agent.says("/incident Не открываются <b>уроки</b>")
    agent.receives("Не открываются <b>уроки</b>", after=declared)
    _page_tells(browser, browser_desk, "Не открываются <b>уроки</b>", "Следующее сообщение")

    agent.says("/resolve Уроки снова открываются")
    _page_tells(browser, browser_desk, "Все системы работают", "Уроки снова открываются")


def test_the_pages_load_nothing_from_elsewhere_and_complain_of_nothing(
    browser_desk: RunningDesk, browser: Chrome
) -> None:
    for path in ("/status", "/api/support/docs/"):
        browser.get(f"{browser_desk.url}{path}")

    asked = [
        message["params"]["request"]["url"]
        for entry in browser.get_log("performance")
        if (message := json.loads(entry["message"])["message"])["method"]
        == "Network.requestWillBeSent"
    ]
    # Chromium also asks itself for pages of its own (chrome://…).
    fetched = [url for url in asked if url.startswith(("http", "ws"))]
    assert fetched
    assert [url for url in fetched if not url.startswith(browser_desk.url)] == []
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_the_page_fits_a_phone(browser_desk: RunningDesk, browser: Chrome) -> None:
    browser.get(f"{browser_desk.url}/status")

    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width <= browser.execute_script("return window.innerWidth")


def _page_tells(browser: Chrome, desk: RunningDesk, *words: str) -> None:
    """Load the page, anew if need be, until it has all the words. Any worker may answer."""

    def look() -> bool:
        browser.get(f"{desk.url}/status")
        return all(one in _text(browser) for one in words)

    wait_until(look, 10, lambda: _text(browser))


def _text(browser: Chrome) -> str:
    return browser.find_element(By.TAG_NAME, "body").text


def _agent(desk: RunningDesk) -> TelegramPerson:
    person = desk.telegram.person(AGENT_ID, "Мария")
    person.receives(after=person.says("/start"))
    return person
