"""When an agent is told of things: /duty, /quiet, and their buttons. Each sets one's own."""

from asyncio import to_thread

from services.bot import buttons, queries
from services.bot.asking import Ask, Reply
from services.bot.hours import QuietHours, Wishes, duty_of, quiet_of
from services.bot.letters import Keyboard
from services.bot.markup import Html, escape, one_line
from services.bot.telling import agent_hours
from services.bot.telling.audience import on_duty

NIGHT = "22:00-08:00"
NAMES_SHOWN = 20


async def duty(ask: Ask) -> Reply:
    """`/duty`, `/duty on`, `/duty off`."""
    is_on_duty = duty_of(ask.argument)
    if is_on_duty is None:
        return await _show(ask, await _wishes(ask))
    return await _set_duty(ask, is_on_duty)


async def quiet(ask: Ask) -> Reply:
    """`/quiet 22:00-08:00`, `/quiet off`; alone it shows."""
    if not ask.argument:
        return await _show(ask, await _wishes(ask))
    return await _set_quiet(ask, quiet_of(ask.argument))


async def press_duty(ask: Ask) -> Reply:
    return await _set_duty(ask, buttons.pick((False, True), ask.argument))


async def press_quiet(ask: Ask) -> Reply:
    return await _set_quiet(ask, quiet_of(buttons.pick(("off", NIGHT), ask.argument)))


async def _set_duty(ask: Ask, is_on_duty: bool) -> Reply:
    who, before = ask.incoming.who.id, await _wishes(ask)
    shown = await _show(ask, Wishes(is_on_duty, before.quiet))
    return shown.also(lambda session: agent_hours.set_duty(session, who, is_on_duty=is_on_duty))


async def _set_quiet(ask: Ask, hours: QuietHours | None) -> Reply:
    who, before = ask.incoming.who.id, await _wishes(ask)
    shown = await _show(ask, Wishes(before.is_on_duty, hours))
    return shown.also(lambda session: agent_hours.set_quiet(session, who, hours))


async def _wishes(ask: Ask) -> Wishes:
    return await to_thread(ask.office.store.ask, agent_hours.wishes_of, ask.incoming.who.id)


async def _show(ask: Ask, mine: Wishes) -> Reply:
    """How it stands with whoever asks. What a colleague presses in a group changes no message
    there: it would show theirs to everybody."""
    is_pressed = ask.incoming.callback_id is not None
    if is_pressed and not ask.incoming.is_private:
        return ask.remark(_in_short(ask, mine), is_alert=False)
    lines = _lines(ask, mine, await _colleagues(ask))
    if not is_pressed:
        return ask.say(Html("\n".join(lines)), _keyboard(ask, mine))
    return ask.change(
        Html("\n".join(lines)), _keyboard(ask, mine), toast=ask.words("bot.toast.noted")
    )


def _lines(ask: Ask, mine: Wishes, colleagues: list[str]) -> list[Html]:
    words = ask.words
    lines = [words("bot.duty.on" if mine.is_on_duty else "bot.duty.off")]
    if mine.quiet is not None:
        lines.append(words("bot.quiet.on", hours=str(mine.quiet)))
    else:
        lines.append(words("bot.quiet.off"))
    if colleagues:
        names = ", ".join(escape(one_line(name, 40)) for name in colleagues[:NAMES_SHOWN])
        return [*lines, words("bot.duty.colleagues", names=Html(names))]
    return [*lines, words("bot.duty.alone" if mine.is_on_duty else "bot.duty.nobody")]


def _in_short(ask: Ask, mine: Wishes) -> Html:
    """So that it fits above a button."""
    words = ask.words
    duty_now = words("bot.toast.on_duty" if mine.is_on_duty else "bot.toast.off_duty")
    if mine.quiet is None:
        return Html(f"{duty_now} {words('bot.quiet.off')}")
    return Html(f"{duty_now} {words('bot.toast.quiet', hours=str(mine.quiet))}")


async def _colleagues(ask: Ask) -> list[str]:
    """The names of the others who are on duty."""

    def find() -> list[str]:
        with ask.office.store.reading() as session:
            on = on_duty(queries.reachable_agents(session))
            return sorted(one.name for one in on if one.telegram_id != ask.incoming.who.id)

    return await to_thread(find)


def _keyboard(ask: Ask, mine: Wishes) -> Keyboard:
    return buttons.hours(
        ask.words, is_on_duty=mine.is_on_duty, night=NIGHT, is_night=str(mine.quiet) == NIGHT
    )
