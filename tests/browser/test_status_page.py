"""The public status page as a person sees it."""

import json

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.support.botapi import TelegramPerson
from tests.support.running_desk import AGENT_ID, RunningDesk
from tests.support.story import banner_becomes


def test_the_page_tells_an_incident_from_the_first_word_to_the_last(
    browser_desk: RunningDesk, browser: Chrome
) -> None:
    agent = _agent(browser_desk)
    browser.get(f"{browser_desk.url}/status")
    assert "Все системы работают" in _text(browser)

    agent.says("/incident Не открываются <b>уроки</b>")
    banner_becomes(browser_desk, "outage")
    browser.refresh()

    assert "Не открываются <b>уроки</b>" in _text(browser)
    agent.says("/resolve Уроки снова открываются")
    banner_becomes(browser_desk, "operational")
    browser.refresh()
    assert "Все системы работают" in _text(browser)
    assert "Уроки снова открываются" in _text(browser)


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
    assert asked
    assert [url for url in asked if not url.startswith((browser_desk.url, "data:"))] == []
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_the_page_fits_a_phone(browser_desk: RunningDesk, browser: Chrome) -> None:
    browser.get(f"{browser_desk.url}/status")

    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width <= browser.execute_script("return window.innerWidth")


def _text(browser: Chrome) -> str:
    return browser.find_element(By.TAG_NAME, "body").text


def _agent(desk: RunningDesk) -> TelegramPerson:
    person = desk.telegram.person(AGENT_ID, "Мария")
    person.receives(after=person.says("/start"))
    return person
