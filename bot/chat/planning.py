"""When alerts come to a place: ``/digest`` and ``/quiet``. What is held already follows every change."""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat import place as places
from bot.chat import planning_words as words
from bot.chat.buttons import Press, Verb
from bot.chat.desk import Desk
from bot.chat.flags import LEADING_CADENCE, read_cadence
from bot.chat.place import Place
from bot.chat.presets import Preset
from bot.chat.sample import QUERY, moment, name
from bot.chat.say import answer, bold, button, code, counted, rich, shorten
from bot.chat.unsubscribing import PAGE, find, listed
from bot.chat.words import IN_CONFIGURATION
from bot.errors import UserError
from bot.model.cadence import WEEKDAYS, Cadence, clock
from bot.model.destination import Destination, DestinationSettings
from bot.model.hold import HoldReason
from bot.model.message import Action, Text
from bot.model.quiet import QuietError, QuietHours
from bot.model.request import Answer, Request
from bot.model.subscription import Subscription, SubscriptionOrigin
from bot.pipeline.digest import replan

_SILENT = {"silent": True, "silent on": True, "silent off": False}


async def digest(desk: Desk, request: Request) -> Answer:
    """Answer ``/digest [@channel] [WHEN [QUERY or NUMBER]]`` and ``/digest silent on|off``."""
    place, text = await places.addressed(desk, request)
    if not text:
        return await cadences(desk, place)
    place.require_manager()
    silent = _SILENT.get(" ".join(text.lower().split()))
    if silent is not None:
        return await silence(desk, place, silent=silent)
    found = LEADING_CADENCE.fullmatch(text)
    cadence = read_cadence(found["cadence"] if found else text)
    if found and found["rest"]:
        return await _set_one(desk, place, cadence, found["rest"])
    return await set_all(desk, place, cadence)


async def quiet(desk: Desk, request: Request) -> Answer:
    """Answer ``/quiet [@channel] [HOURS | off]``."""
    place, text = await places.addressed(desk, request)
    if not text:
        return await _quiet_now(desk, place)
    place.require_manager()
    return await set_quiet(desk, place, _hours(text))


def _hours(text: str) -> QuietHours | None:
    if text.lower() in {"off", "none", "no"}:
        return None
    try:
        return QuietHours.parse(text)
    except QuietError as error:
        raise UserError(str(error)) from error


async def cadences(desk: Desk, place: Place, *, replaces: bool = False) -> Answer:
    """Show when alerts come, subscription by subscription, with buttons that change it for all."""
    known = await listed(desk, place)
    destination = await places.known(desk, place)
    how = rich(
        words.CADENCE_HOW, all=code("/digest daily@08:00"), one=code("/digest weekly@mon 08:00 Takaichi")
    )
    return answer(
        words.CADENCES.format(place=place.words),
        *(_line(number, each) for number, each in enumerate(known[:PAGE], 1)),
        words.CADENCE_NEW.format(cadence=spoken(destination.settings.cadence)),
        sound(destination.settings),
        await waiting(desk, destination),
        how if place.may_manage else "",
        actions=cadence_buttons(place, destination.settings) if place.may_manage else (),
        replaces=replaces,
    )


def _line(number: int, subscription: Subscription) -> Text:
    query = bold(shorten(subscription.query, QUERY))
    return rich(words.CADENCE_OF, n=str(number), query=query, cadence=spoken(subscription.options.cadence))


def cadence_buttons(place: Place, settings: DestinationSettings) -> list[Action]:
    """Return the buttons for the usual cadences, and for the sound of digests."""
    return [
        button(words.BUTTON_INSTANT, preset(Preset.INSTANT, place)),
        button(words.BUTTON_HOURLY, preset(Preset.HOURLY, place)),
        button(words.BUTTON_DAILY, preset(Preset.DAILY, place)),
        button(words.BUTTON_WEEKLY, preset(Preset.WEEKLY, place)),
        sound_button(place, settings),
    ]


def preset(which: Preset, place: Place) -> Press:
    """Return what a button for a ready-made setting carries."""
    return Press(Verb.SETTING, which.value, place.target)


def sound_button(place: Place, settings: DestinationSettings) -> Action:
    """Return the button that turns the sound of digests off or on."""
    if settings.silent_digests:
        return button(words.BUTTON_SOUND, preset(Preset.SOUND, place))
    return button(words.BUTTON_SILENT, preset(Preset.SILENT, place))


def follow_up_button(place: Place, settings: DestinationSettings) -> Action:
    """Return the button that turns follow-ups off or on."""
    if settings.follow_ups:
        return button(words.BUTTON_NO_FOLLOW_UPS, preset(Preset.NO_FOLLOW_UPS, place))
    return button(words.BUTTON_FOLLOW_UPS, preset(Preset.FOLLOW_UPS, place))


def sound(settings: DestinationSettings) -> str:
    """Return the sentence about the sound of digests."""
    return words.DIGESTS_SILENT if settings.silent_digests else words.DIGESTS_SOUND


async def waiting(desk: Desk, destination: Destination) -> str:
    """Return a sentence about what waits for a digest; an empty text where nothing does."""
    holds = [
        each for each in await desk.store.holds(destination.id) if each.held.reason is not HoldReason.CALM
    ]
    if not holds:
        return ""
    return counted(len(holds), words.DIGEST_HELD, time=moment(holds[0].held.due_at, destination.timezone))


async def set_all(desk: Desk, place: Place, cadence: Cadence, *, replaces: bool = False) -> Answer:
    """Change the cadence of all subscriptions of a place, and of those to come."""
    place.require_manager()
    destination = await places.stored(desk, place)
    known = await listed(desk, place)
    ours = [each for each in known if each.origin is not SubscriptionOrigin.CONFIG]
    await _recast(desk, ours, cadence)
    destination = await change(desk, destination, replace(destination.settings, cadence=cadence))
    kept = len(known) - len(ours)
    return answer(
        words.CADENCE_ALL.format(place=place.words, cadence=spoken(cadence)),
        counted(kept, words.CADENCE_KEPT) if kept else "",
        await waiting(desk, destination),
        replaces=replaces,
    )


async def _set_one(desk: Desk, place: Place, cadence: Cadence, named: str) -> Answer:
    destination = await places.stored(desk, place)
    chosen = find(desk, place, named, await listed(desk, place))
    if chosen.origin is SubscriptionOrigin.CONFIG:
        raise UserError(IN_CONFIGURATION)
    await _recast(desk, [chosen], cadence)
    await replan(desk.store, destination, desk.now())
    told = rich(words.CADENCE_ONE, query=name(chosen.query), place=place.words, cadence=spoken(cadence))
    return answer(told, await waiting(desk, destination))


async def _recast(desk: Desk, subscriptions: Sequence[Subscription], cadence: Cadence) -> None:
    for each in subscriptions:
        await desk.store.subscribe(
            each.destination_id,
            query=each.query,
            canonical=each.canonical,
            options=replace(each.options, cadence=cadence),
            origin=each.origin,
            now=desk.now(),
        )


async def silence(desk: Desk, place: Place, *, silent: bool, replaces: bool = False) -> Answer:
    """Let digests come with or without a sound."""
    place.require_manager()
    destination = await places.stored(desk, place)
    destination = await change(desk, destination, replace(destination.settings, silent_digests=silent))
    button_ = sound_button(place, destination.settings)
    return answer(sound(destination.settings), actions=[button_], replaces=replaces)


async def follow(desk: Desk, place: Place, *, follow_ups: bool, replaces: bool = False) -> Answer:
    """Let a new fact of a story that was told come as a reply, or be added to its alert without a sound."""
    place.require_manager()
    destination = await places.stored(desk, place)
    destination = await change(desk, destination, replace(destination.settings, follow_ups=follow_ups))
    told = words.FOLLOW_UPS_ON if follow_ups else words.FOLLOW_UPS_OFF
    return answer(told, actions=[follow_up_button(place, destination.settings)], replaces=replaces)


async def set_quiet(desk: Desk, place: Place, hours: QuietHours | None, *, replaces: bool = False) -> Answer:
    """Change the quiet hours of a place."""
    place.require_manager()
    destination = await places.stored(desk, place)
    destination = await change(desk, destination, replace(destination.settings, quiet=hours))
    if hours is None:
        off = words.QUIET_OFF.format(place=place.words)
        return answer(off, actions=[quiet_button(place, None)], replaces=replaces)
    told = words.QUIET_SET.format(place=place.words, hours=spoken_hours(hours), zone=destination.timezone)
    through = rich(words.QUIET_PRIORITY, flag=code("--priority"))
    return answer(told, through, actions=[quiet_button(place, hours)], replaces=replaces)


async def _quiet_now(desk: Desk, place: Place) -> Answer:
    destination = await places.known(desk, place)
    hours = destination.settings.quiet
    told = words.QUIET_NONE.format(place=place.words)
    if hours:
        told = words.QUIET_NOW.format(place=place.words, hours=spoken_hours(hours), zone=destination.timezone)
    how = rich(words.QUIET_HOW, command=code("/quiet 22:00-07:00"))
    actions = [quiet_button(place, hours)] if place.may_manage else []
    return answer(told, how, actions=actions)


def quiet_button(place: Place, hours: QuietHours | None) -> Action:
    """Return the button that switches quiet hours off, or the usual ones on."""
    if hours is None:
        return button(words.BUTTON_QUIET, preset(Preset.QUIET, place))
    return button(words.BUTTON_QUIET_OFF, preset(Preset.NO_QUIET, place))


async def change(desk: Desk, destination: Destination, settings: DestinationSettings) -> Destination:
    """Write the settings of a place, and plan what is held there anew."""
    changed = replace(destination, settings=settings)
    await desk.store.save_destination(changed)
    await replan(desk.store, changed, desk.now())
    return changed


def spoken(cadence: Cadence) -> str:
    """Return a cadence in words: ``every Monday at 08:00``."""
    day = words.DAYS[cadence.weekday or 0]
    return words.RATES[cadence.rate].format(at=clock(cadence.at), day=day)


def spoken_hours(hours: QuietHours) -> str:
    """Return quiet hours in words: ``from 22:00 to 07:00 on mon, tue``."""
    form = words.QUIET_DAYS if hours.days else words.QUIET_SPAN
    days = ", ".join(WEEKDAYS[day].title() for day in hours.days)
    return form.format(start=clock(hours.start), end=clock(hours.end), days=days)
