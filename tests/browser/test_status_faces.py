"""Bars, feed and badge as a browser shows them."""

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.support import plain_http
from tests.support.running_desk import RunningDesk
from tests.support.waiting import wait_until

STRIPS = """
return Array.from(document.querySelectorAll('.days'), (strip, place) => ({
  widths: Array.from(strip.querySelectorAll('i'), bar => bar.getBoundingClientRect().width),
  label: strip.getAttribute('aria-label'),
  scale: document.querySelectorAll('.scale')[place].innerText,
}));
"""
"""All at one moment: the page makes them anew when it has asked again."""
NATURAL_WIDTHS = """
return Array.from(document.querySelectorAll('text'), text => {
  const set = Number(text.getAttribute('textLength'));
  text.removeAttribute('textLength');
  return [set, text.getComputedTextLength()];
});
"""


@pytest.mark.parametrize(("width", "days", "since"), [(1000, 90, "90 дней"), (420, 30, "30 дней")])
def test_a_wide_window_shows_ninety_days_and_a_phone_thirty(
    browser_desk: RunningDesk, browser: Chrome, *, width: int, days: int, since: str
) -> None:
    browser.set_window_size(width, 900)
    _open_page(browser, browser_desk)

    strips = browser.execute_script(STRIPS)

    assert len(strips) == 4
    for strip in strips:
        shown = [width for width in strip["widths"] if width]
        assert len(shown) == days
        assert min(shown) >= 2
        assert strip["label"].replace("\xa0", " ") in strip["scale"].replace("\xa0", " ")
        assert f"{since} назад" in strip["scale"].replace("\xa0", " ")


def test_what_a_day_was_like_is_also_told_in_words(
    browser_desk: RunningDesk, browser: Chrome
) -> None:
    _open_page(browser, browser_desk)

    bars = browser.find_elements(By.CSS_SELECTOR, ".days i")

    assert str(bars[0].get_attribute("title")).endswith(": нет данных")
    assert ": " in str(bars[89].get_attribute("title"))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_badges_letters_are_about_as_wide_as_their_room(
    browser_desk: RunningDesk, browser: Chrome, language: str
) -> None:
    browser.get(f"{browser_desk.url}/status/badge.svg?lang={language}")

    widths = browser.execute_script(NATURAL_WIDTHS)
    assert len(widths) >= 2, "the label and the message"
    for room, natural in widths:
        assert abs(natural - room) <= 0.06 * room


def test_the_feed_that_the_page_names_is_there(browser_desk: RunningDesk, browser: Chrome) -> None:
    _open_page(browser, browser_desk)

    link = browser.find_element(By.CSS_SELECTOR, 'link[type="application/atom+xml"]')
    feed = plain_http.get(str(link.get_attribute("href")), timeout=5)

    assert feed.status_code == 200
    assert feed.text.startswith("<?xml")


def _open_page(browser: Chrome, desk: RunningDesk) -> None:
    """Anew until the worker that answers knows the facts."""

    def look() -> bool:
        browser.get(f"{desk.url}/status?lang=ru")
        return bool(browser.find_elements(By.CLASS_NAME, "days"))

    wait_until(look, 10, lambda: browser.page_source)
