"""An agent tells of one incident after another, and whoever reads the status sees it."""

import threading
from itertools import cycle

from bench.faults.report import Report, percentile
from bench.faults.status import JSON, StatusReader, lags
from tests.support.botapi import TelegramPerson
from tests.support.running_desk import RunningDesk

INCIDENT = "/incident Не открываются уроки"
SAID = (INCIDENT, "/update Ищем причину", "/update Чиним", "/resolve Готово")
PAUSE_SECONDS = 2.0
READ_EVERY_SECONDS = 0.2
"""Seldom enough to be no load of its own."""


class News:
    """Goes on while a `with` block lasts; then tells how soon the gateway knew of each change."""

    def __init__(self, desk: RunningDesk, agent: TelegramPerson) -> None:
        self._agent = agent
        self._reader = StatusReader(desk.url, READ_EVERY_SECONDS, [JSON])
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="news")

    def __enter__(self) -> "News":
        self._reader.__enter__()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self._reader.__exit__()

    def judge(self, report: Report) -> None:
        """Every change within a second, from when incidents kept it until no old answer comes."""
        seconds = list(lags(self._reader.seen).values())
        p99 = percentile(seconds, 0.99)
        words = f"news at gateway: {len(seconds)} taken in, p99 {p99:.2f} s (1)"
        report.promise(words, holds=bool(seconds) and p99 <= 1)

    def _tell(self) -> None:
        for words in cycle(SAID):
            if self._is_over.wait(PAUSE_SECONDS):
                return
            self._agent.says(words)
