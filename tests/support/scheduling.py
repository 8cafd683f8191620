"""Which of pytest-xdist's workers runs which tests."""

from collections import defaultdict
from typing import Any

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

WIRED, SHARED = "tests/faults/wired", "tests/faults/shared_desk"
STORIES = ("stories on PostgreSQL/all", "stories on SQLite/all")
DESKS = {
    "tests/e2e/test_pictures.py": "pictures/of a day",
    "tests/faults/test_away.py": WIRED,
    "tests/faults/test_frozen_and_cut.py": WIRED,
    "tests/faults/test_poison.py": SHARED,
    "tests/faults/test_unknown_outcomes.py": SHARED,
}
"""Files whose desk is not that of their folder, and what it is."""

LONG = {
    STORIES[0]: 175,
    STORIES[1]: 175,
    "pictures/of a day": 175,
    "tests/service/bot/test_strangers.py": 120,
    WIRED: 120,
    "tests/faults/test_up.py": 115,
    "tests/service/bot/test_agents.py": 110,
    "tests/service/bot/test_incidents.py": 90,
    "tests/service/cli/test_backup.py": 85,
    "tests/service/bot/test_files.py": 85,
    "tests/faults/test_kills_and_restarts.py": 85,
    "tests/service/gateway/test_workers.py": 80,
    "tests/service/bot/test_pace_at_the_server.py": 80,
    "tests/faults/test_shuffled.py": 75,
    "tests/service/bot/test_audience.py": 75,
    "tests/service/bot/test_merging.py": 75,
    "tests/service/bot/test_agents_group.py": 70,
    "tests/service/bot/test_files_sent.py": 70,
    "tests/faults/test_rpc_without_broker.py": 70,
    "tests/service/bot/test_ended_tickets.py": 65,
    "tests/service/bot/test_duty.py": 60,
    "tests/service/bot/test_plain_group.py": 60,
    "tests/service/bot/test_outbox.py": 60,
    "tests/service/bot/test_answers_go_again.py": 55,
    "tests/faults/test_backup_under_load.py": 55,
    "tests/service/bot/test_following.py": 50,
    "tests/service/bot/test_crashes.py": 50,
    "tests/service/bot/test_photos.py": 50,
    "tests/service/bot/test_crash_points.py": 50,
    "tests/service/bot/test_menus.py": 45,
    "tests/service/bot/test_hostile_corpus.py": 45,
    "tests/service/bot/test_linking.py": 45,
    "tests/service/cli/test_sla_recounting.py": 45,
    "tests/service/chassis/test_watchdog.py": 45,
    SHARED: 45,
    "tests/service/bot/test_settling.py": 40,
    "tests/service/bot/test_replicas.py": 40,
    "tests/service/bot/test_notes.py": 40,
    "tests/service/bot/test_users.py": 35,
    "tests/service/bot/test_solved.py": 35,
    "tests/service/chassis/test_silent_broker.py": 35,
    "tests/service/bot/test_group_in_trouble.py": 35,
    "tests/faults/test_crashes.py": 35,
    "tests/service/bot/test_hostile_words.py": 30,
    "tests/service/bot/test_canned.py": 30,
    "tests/service/bot/test_editing.py": 30,
    "tests/service/bot/test_assigning.py": 30,
    "tests/faults/test_upgrade.py": 30,
    "tests/service/bot/test_suspicions.py": 20,
    "tests/service/bot/test_joining.py": 20,
    "tests/service/bot/test_invites.py": 20,
    "tests/service/bot/test_agents_who_ask.py": 20,
    "tests/service/bot/test_files_in_trouble.py": 20,
    "tests/service/bot/test_watchdog.py": 20,
}
"""About how many seconds the longest take beside others; they come first. What is not here takes
some 12."""


class ByDesk(LoadFileScheduling):
    """What shares a desk runs on one worker, because a desk takes long to start; else a file does.

    A worker goes on in its folder, whose desk it has, as long as something is left there, and then
    where most is left for each who works there. So tests that wait for Telegram run beside those
    that keep the processors busy, and nobody is left with much at the end.
    """

    def __init__(self, config: Any, log: Any) -> None:
        super().__init__(config, log)
        self._folders: dict[WorkerController, str] = {}

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        if file in DESKS or not file.startswith("tests/e2e/"):
            return DESKS.get(file, file)
        return STORIES[0] if "[postgresql" in nodeid else STORIES[1]

    def _assign_work_unit(self, node: WorkerController) -> None:
        left = defaultdict[str, list[str]](list)
        for scope in self.workqueue:
            left[scope.rpartition("/")[0]].append(scope)
        self._folders[node] = self._folder_for(node, left)
        longest = max(left[self._folders[node]], key=_seconds)
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)

    def _folder_for(self, node: WorkerController, left: dict[str, list[str]]) -> str:
        own = self._folders.pop(node, None)
        if own in left:
            return own
        workers = list(self._folders.values())

        def share(folder: str) -> float:
            """By Sainte-Laguë's divisors: a small folder whose one file is long gets its worker
            before a large one gets its fourth."""
            return sum(map(_seconds, left[folder])) / (2 * workers.count(folder) + 1)

        return max(left, key=share)


def _seconds(scope: str) -> int:
    return LONG.get(scope, 12)
