"""A public status in which much is told: two open incidents, two that are over, planned work."""

from datetime import datetime, timedelta

from contracts.incidents import (
    ComponentView,
    IncidentView,
    MaintenanceView,
    PostmortemView,
    StatusView,
    Stretch,
    UpdateView,
)
from contracts.vocabulary import ComponentStatus, IncidentStatus

OUTAGE = "Не проходят платежи <b> & «возвраты»"
NAMES = {"app": "Приложение", "payments": "Оплата", "video": "Видеосвязь", "recordings": "Записи"}


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def stretch(
    component: str, status: str, from_at: datetime, until_at: datetime | None = None
) -> Stretch:
    return Stretch(
        component=component, status=ComponentStatus(status), from_at=from_at, until_at=until_at
    )


def update(number: int, status: str, message: str, at: datetime, **facts: object) -> UpdateView:
    return UpdateView.model_validate(
        {"id": number, "status": status, "message": message, "created_at": at, **facts}
    )


def outage(now: datetime) -> IncidentView:
    """Open for 40 minutes; it began as a partial outage, and the second word is told late."""
    began = now - minutes(40)
    return IncidentView(
        id=3,
        title=OUTAGE,
        status="identified",
        impact="critical",
        started_at=began,
        updated_at=now - minutes(5),
        next_update_by=now + minutes(20),
        components=["payments"],
        stretches=[
            stretch("payments", "partial_outage", began, now - minutes(30)),
            stretch("payments", "major_outage", now - minutes(30)),
        ],
        updates=[
            update(7, "investigating", OUTAGE, began),
            update(
                9,
                "identified",
                "Нашли причину:\nбанк",
                now - minutes(10),
                display_at=now - minutes(25),
            ),
        ],
    )


def slowness(now: datetime) -> IncidentView:
    """Open, and of no component; the newest of all."""
    return IncidentView(
        id=4,
        title="Медленно",
        status="monitoring",
        impact="minor",
        started_at=now - minutes(15),
        updated_at=now - minutes(4),
        updates=[
            update(10, "investigating", "Медленно", now - minutes(15)),
            update(11, "monitoring", "Стало быстрее", now - minutes(4)),
        ],
    )


def explained(now: datetime) -> IncidentView:
    """Over since the day before yesterday, with a post-mortem of yesterday."""
    began, ended = now - timedelta(days=2, hours=3), now - timedelta(days=2)
    return IncidentView(
        id=2,
        title="Видео прерывалось",
        status="resolved",
        impact="major",
        started_at=began,
        resolved_at=ended,
        updated_at=now - timedelta(days=1),
        components=["video", "recordings"],
        stretches=[
            stretch("video", "partial_outage", began, ended),
            stretch("recordings", "degraded_performance", began + minutes(60), ended),
        ],
        updates=[
            update(3, "investigating", "Видео прерывалось", began),
            update(4, "monitoring", "Починили, наблюдаем", began + minutes(90)),
            update(5, "resolved", "Всё работает", ended),
        ],
        postmortem=PostmortemView(
            text="Закончилось место на диске.\nТеперь за ним следят.",
            written_at=now - timedelta(days=1),
        ),
    )


def long_over(now: datetime) -> IncidentView:
    """Over for 40 days; told by a process that knew no ids of updates and no effects."""
    began = now - timedelta(days=40)
    return IncidentView(
        id=1,
        title="Не открывалось приложение",
        status="resolved",
        impact="critical",
        started_at=began,
        resolved_at=began + minutes(50),
        components=["app"],
        updates=[
            update(0, "investigating", "Не открывается приложение", began),
            update(0, "resolved", "Открывается", began + minutes(50)),
        ],
    )


def works(now: datetime) -> list[MaintenanceView]:
    """One under way, one to come."""
    facts = {"announced_at": now - timedelta(days=1), "updated_at": now - timedelta(hours=20)}
    return [
        MaintenanceView(
            id=1,
            title="Обновление базы",
            status="in_progress",
            components=["recordings"],
            starts_at=now - minutes(10),
            ends_at=now + minutes(50),
            **facts,
        ),
        MaintenanceView(
            id=2,
            title="Переезд в другой зал",
            status="scheduled",
            components=["app", "video"],
            starts_at=now + timedelta(days=2),
            ends_at=now + timedelta(days=2, hours=4),
            **facts,
        ),
    ]


def past_work(now: datetime) -> MaintenanceView:
    """Completed the day before yesterday."""
    return MaintenanceView(
        id=3,
        title="Замена диска",
        status="completed",
        components=["video"],
        starts_at=now - timedelta(days=2, hours=5),
        ends_at=now - timedelta(days=2, hours=4),
        announced_at=now - timedelta(days=5),
        updated_at=now - timedelta(days=2, hours=4),
    )


def returned(now: datetime) -> IncidentView:
    """Was over and explained, and has come back."""
    over = explained(now)
    again = update(12, "investigating", "Снова прерывается", now - minutes(3))
    return over.model_copy(
        update={
            "status": IncidentStatus.INVESTIGATING,
            "resolved_at": None,
            "updates": [*over.updates, again],
            "updated_at": again.created_at,
        }
    )


def eventful(now: datetime, *, known_for: timedelta = timedelta(days=30)) -> StatusView:
    """All of it, at `now`."""
    payments, late = outage(now), slowness(now)
    video = explained(now)
    stretches = [
        *payments.stretches,
        *video.stretches,
        stretch("recordings", "under_maintenance", now - minutes(10)),
    ]
    status = {"payments": "major_outage", "recordings": "under_maintenance"}
    since = {"payments": now - minutes(30), "recordings": now - minutes(10)}
    return StatusView(
        status="outage",
        incident=payments,
        incidents=[payments, late],
        recent=[video, long_over(now)],
        components=[
            ComponentView(
                id=name,
                name=NAMES[name],
                status=ComponentStatus(status.get(name, "operational")),
                since=since.get(name),
            )
            for name in NAMES
        ],
        stretches=stretches,
        known_since=now - known_for,
        maintenances=works(now),
        past_maintenances=[past_work(now)],
        updated_at=now - minutes(4),
        version=12,
    )
