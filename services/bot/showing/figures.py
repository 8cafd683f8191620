"""How figures, deadlines and the public status read on a phone. Pure."""

from collections import Counter
from datetime import datetime

from contracts.incidents import IncidentStats, IncidentView, StatusView
from contracts.sla import AgentCompliance, Compliance, SlaStats, UrgentCycle, UrgentCycles
from contracts.tickets import AgentStats, FirstResponseStats, RatingStats, TicketStats
from contracts.vocabulary import Category, ComponentStatus, CycleState, Priority
from services.bot.markup import Html, one_line
from services.bot.speech import Speech, is_under_a_minute

AGENTS_SHOWN = 10
NAME_LENGTH = 60
WORST_SHOWN = 3


def stats(
    words: Speech,
    tickets: TicketStats,
    *,
    sla: SlaStats | None,
    incidents: IncidentStats | None,
    days: int,
) -> Html:
    """The desk's figures of so many days; a part that is silent is named as such."""
    by_priority = " · ".join(
        f"{priority.value} {tickets.open_by_priority.get(priority, 0)}" for priority in Priority
    )
    lines = [
        words.plural("bot.stats.title", days),
        words("bot.stats.open", open=tickets.open, by_priority=by_priority),
        words("bot.stats.flow", opened=tickets.opened, resolved=tickets.resolved),
        _first_response(words, tickets.first_response),
        *_ratings(words, tickets.ratings),
        *_sla_stats(words, sla),
        _incident_stats(words, incidents),
        *_agents(words, tickets.by_agent, sla),
    ]
    return Html("\n".join(lines))


def urgent(words: Speech, found: UrgentCycles, now: datetime) -> Html:
    """What is late or soon will be, worst first; how many, if these are not all."""
    cycles, (late_count, soon_count) = found.cycles, found.counts
    if not cycles:
        return words("bot.urgent.none")
    late = [cycle for cycle in cycles if cycle.state == CycleState.BREACHING]
    soon = [cycle for cycle in cycles if cycle.state != CycleState.BREACHING]
    blocks = [
        Html("\n".join([words(title), *(_urgent_line(words, cycle, now) for cycle in part)]))
        for title, part in (("bot.urgent.late", late), ("bot.urgent.soon", soon))
        if part
    ]
    if late_count + soon_count > len(cycles):
        counts = {"shown": len(cycles), "late": late_count, "soon": soon_count}
        blocks.append(words("bot.urgent.more", **counts))
    return Html("\n\n".join(blocks))


def status(words: Speech, view: StatusView, now: datetime) -> Html:
    """The state of the system as every user sees it, components named in the reader's language."""
    lines = [words(f"bot.overall.{view.status.value}")]
    lines += [_incident(words, incident, now) for incident in view.incidents]
    broken = [part for part in view.components if part.status != ComponentStatus.OPERATIONAL]
    if broken:
        lines.append(
            Html(
                "\n".join(
                    words(
                        "bot.component.line",
                        name=one_line(words.components.get(part.id, part.name), 80),
                        status=words(f"bot.component.{part.status.value}"),
                    )
                    for part in broken
                )
            )
        )
    return Html("\n\n".join(lines))


def _incident(words: Speech, incident: IncidentView, now: datetime) -> Html:
    title = words(
        "bot.status.incident",
        id=incident.id,
        title=one_line(words.told(incident.title)),
        status=words(f"bot.incident.{incident.status.value}"),
        since=words.moment(incident.started_at, now),
    )
    if not incident.updates:
        return title
    last = incident.shown_updates[-1]
    if last is incident.updates[0] and last.message == incident.title:  # declared in one line
        return title
    at, message = words.moment(last.shown_at, now), words.told(last.message)
    said = words("bot.status.update", at=at, message=message)
    return Html(f"{title}\n{said}")


def _urgent_line(words: Speech, cycle: UrgentCycle, now: datetime) -> Html:
    return words(
        "bot.urgent.line",
        id=cycle.ticket_id,
        priority=cycle.priority.value,
        due=words.deadline(cycle.due_at, now, cycle.metric),
        metric=words(f"bot.metric.{cycle.metric.value}"),
        subject=one_line(cycle.subject, 80),
    )


def _first_response(words: Speech, first: FirstResponseStats) -> Html:
    """How long people waited for it, as far as that is known."""
    usual = {
        "bot.stats.average": first.average_seconds,
        "bot.stats.median": first.median_seconds,
    }
    told = [
        words(message_id, span=words.about(seconds))
        for message_id, seconds in usual.items()
        if seconds is not None
    ]
    if (p90 := first.p90_seconds) is not None:
        is_near = is_under_a_minute(p90)
        most = "bot.stats.most_under_a_minute" if is_near else "bot.stats.most"
        told.append(words(most, span=words.at_most(p90)))
    if not told:
        return words("bot.stats.first_response_none")
    return words("bot.stats.first_response", figures=Html(", ".join(told)))


def _ratings(words: Speech, ratings: RatingStats | None) -> list[Html]:
    """How content requesters are, once somebody has said."""
    if ratings is None or ratings.average is None:
        return []
    average = words.decimal(ratings.average)
    return [words.plural("bot.stats.ratings", ratings.count, average=average)]


def _sla_stats(words: Speech, sla: SlaStats | None) -> list[Html]:
    if sla is None:
        return [words("bot.stats.sla_silent")]
    if sla.compliance is None:
        return [words("bot.stats.sla_none"), *_apart(words, sla)]
    share, total = words.share(sla), sla.met + sla.breached
    lines = [words("bot.stats.sla", share=share, met=sla.met, of=total), *_apart(words, sla)]
    if sla.by_priority:
        told = (f"{one.value} {words.share(sla.by_priority.get(one))}" for one in Priority)
        lines.append(words("bot.stats.sla_by_priority", shares=" · ".join(told)))
    if worst := _worst(sla.by_category):
        told = (_category(words, category, figures) for category, figures in worst)
        lines.append(words("bot.stats.sla_worst", categories=Html(" · ".join(told))))
    return lines


def _apart(words: Speech, sla: SlaStats) -> list[Html]:
    """What is neither in time nor late in the shares, as far as there is any."""
    counts = {
        "bot.stats.apart.reprioritised": sla.reprioritised,
        "bot.stats.apart.recounted": sla.recounted,
        "bot.stats.apart.closed_unanswered": sla.closed_unanswered,
        "bot.stats.apart.by_incident": sla.by_incident,
    }
    told = [words(message_id, n=count) for message_id, count in counts.items() if count]
    return [words("bot.stats.apart", counts=Html(" · ".join(told)))] if told else []


def _worst(by_category: dict[Category, Compliance]) -> list[tuple[Category, Compliance]]:
    """The categories in which something was late, the smallest share in time first."""
    late = [(category, figures) for category, figures in by_category.items() if figures.breached]
    late.sort(key=lambda one: (one[1].compliance or 0.0, -one[1].breached))
    return late[:WORST_SHOWN]


def _category(words: Speech, category: Category, figures: Compliance) -> Html:
    return words(
        "bot.stats.sla_category",
        category=words.category(category),
        share=words.share(figures),
        met=figures.met,
        of=figures.met + figures.breached,
    )


def _incident_stats(words: Speech, incidents: IncidentStats | None) -> Html:
    if incidents is None:
        return words("bot.stats.incidents_silent")
    declared, resolved = incidents.declared, incidents.resolved
    told = [words("bot.stats.incidents_counted", declared=declared, resolved=resolved)]
    if (average := incidents.average_seconds_to_resolve) is not None:
        told.append(words("bot.stats.average", span=words.about(average)))
    return words("bot.stats.incidents", figures=Html(", ".join(told)))


def _agents(words: Speech, agents: list[AgentStats], sla: SlaStats | None) -> list[Html]:
    """Who did how much, the busiest first, and how much of theirs was in time where sla knows.
    Whoever has only been late stands there too, but nobody who did nothing and whose tickets others
    have answered in time. Namesakes are told apart by their ids."""
    in_time = {_key(figures): figures for figures in sla.by_agent} if sla else {}
    busy = {_key(agent) for agent in agents}
    idle = [
        AgentStats(agent=figures.agent, agent_id=figures.agent_id, answers=0, resolved=0)
        for key, figures in in_time.items()
        if key not in busy and figures.breached
    ]
    everybody = [*agents, *idle]
    names = Counter(_name(agent) for agent in everybody)
    lines = [
        Html(_did(words, agent, has_namesake=names[_name(agent)] > 1) + share)
        for agent in everybody[:AGENTS_SHOWN]
        for share in [_in_time(words, in_time.get(_key(agent))) if sla else ""]
    ]
    return [words("bot.stats.agents"), *lines] if lines else []


def _key(figures: AgentStats | AgentCompliance) -> str:
    """What names an agent: the name itself only when an older version told nothing better."""
    return figures.agent_id or figures.agent


def _name(agent: AgentStats) -> str:
    return one_line(agent.agent, NAME_LENGTH)


def _did(words: Speech, agent: AgentStats, *, has_namesake: bool) -> Html:
    name, agent_id = _name(agent), agent.agent_id
    return words(
        "bot.stats.agent",
        name=f"{name} ({one_line(agent_id, NAME_LENGTH)})" if has_namesake and agent_id else name,
        answers=agent.answers,
        resolved=agent.resolved,
    )


def _in_time(words: Speech, figures: Compliance | None) -> Html:
    """A dash when nothing of theirs is decided."""
    if figures is None or figures.compliance is None:
        return words("bot.stats.agent_undecided")
    return words("bot.stats.agent_in_time", share=words.share(figures))
