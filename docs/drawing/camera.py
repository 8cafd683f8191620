"""A page becomes a PNG: headless Chromium looks, Pillow makes it small."""

import subprocess
from io import BytesIO
from pathlib import Path

from PIL import Image
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

LARGEST_BYTES = 80_000
SHARPNESS = 1.5
"""Pixels for each point of a phone."""
COLOURS = (96, 64, 40, 24)
"""As many as fit into the largest file."""
EMOJI = "Noto Color Emoji"
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--force-device-scale-factor={SHARPNESS}",
    "--window-size=520,3000",
)


def has_emoji() -> bool:
    """Whether this machine draws the signs that stand before every message."""
    found = subprocess.run(["fc-list", EMOJI], capture_output=True, check=True, text=True)
    return bool(found.stdout.strip())


class Camera:
    """A browser that has never been anywhere and loads nothing from a network."""

    def __init__(self, directory: Path) -> None:
        self._page = directory / "page.html"
        options = ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in (*ARGUMENTS, f"--user-data-dir={directory / 'profile'}"):
            options.add_argument(argument)
        self._chrome = Chrome(options, Service("/usr/bin/chromedriver"))

    def take(self, html: str) -> bytes:
        """The page as a picture of less than `LARGEST_BYTES`."""
        self._page.write_text(html, encoding="utf-8")
        self._chrome.get(self._page.as_uri())
        self._chrome.execute_async_script("document.fonts.ready.then(arguments[0])")
        return smallest(self._chrome.find_element(By.TAG_NAME, "body").screenshot_as_png)

    def close(self) -> None:
        self._chrome.quit()


def smallest(picture: bytes) -> bytes:
    """The same with as many colours as the largest file has room for."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        kept = BytesIO()
        few = image.quantize(colours, dither=Image.Dither.NONE)
        few.save(kept, "PNG", optimize=True)
        if kept.tell() < LARGEST_BYTES:
            return kept.getvalue()
    raise ValueError("this picture does not become small enough: show less of the chat")
