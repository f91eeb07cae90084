"""``/settings`` and ``/language``: what was chosen for a place, and buttons that change it."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache

from babel import Locale, UnknownLocaleError

from bot.chat import discussing
from bot.chat import place as places
from bot.chat import planning_words as words
from bot.chat.buttons import Press, Verb
from bot.chat.desk import Desk
from bot.chat.place import Place
from bot.chat.planning import (
    cadences,
    follow,
    follow_up_button,
    preset,
    quiet_button,
    set_all,
    set_quiet,
    silence,
    sound_button,
    spoken,
    spoken_hours,
    waiting,
)
from bot.chat.presets import CADENCES, FIRST_LANGUAGE, LANGUAGES, NIGHT, Preset
from bot.chat.say import answer, bold, button, code, rich, shorten
from bot.chat.words import UNKNOWN_BUTTON
from bot.errors import UserError
from bot.model.destination import Destination, DestinationState
from bot.model.message import Action, Text
from bot.model.request import Answer, Request

_STATES = {
    DestinationState.ACTIVE: (words.ALERTS_ON, "/pause"),
    DestinationState.PAUSED: (words.ALERTS_PAUSED, "/resume"),
    DestinationState.OFF: (words.ALERTS_OFF, "/start"),
}


async def settings(desk: Desk, request: Request) -> Answer:
    """Answer ``/settings [@channel]``."""
    place, _ = await places.addressed(desk, request)
    return await overview(desk, place)


async def overview(desk: Desk, place: Place, *, replaces: bool = False) -> Answer:
    """Show the settings of a place, each with the command that changes it."""
    destination = await places.known(desk, place)
    return answer(
        (bold(words.SETTINGS.format(place=place.words)),),
        *_lines(destination),
        await waiting(desk, destination),
        actions=_buttons(place, destination) if place.may_manage else (),
        replaces=replaces,
    )


def _lines(destination: Destination) -> list[Text]:
    chosen = destination.settings
    quiet = spoken_hours(chosen.quiet) if chosen.quiet else words.NONE
    sound = words.WITHOUT_SOUND if chosen.silent_digests else words.WITH_SOUND
    follows = words.AS_REPLY if chosen.follow_ups else words.ADDED
    state, command = _STATES[destination.state]
    language = named(destination.language)
    return [
        rich(words.SETTING_ZONE, zone=bold(destination.timezone), command=code("/timezone")),
        rich(words.SETTING_LANGUAGE, language=bold(language), command=code("/language")),
        rich(words.SETTING_QUIET, quiet=bold(quiet), command=code("/quiet")),
        rich(words.SETTING_CADENCE, cadence=bold(spoken(chosen.cadence)), command=code("/digest")),
        rich(words.SETTING_SOUND, sound=bold(sound), command=code("/digest silent")),
        rich(words.SETTING_FOLLOW_UPS, how=bold(follows), command=code("/settings")),
        discussing.told(destination),
        rich(words.SETTING_STATE, state=bold(state), command=code(command)),
    ]


def _buttons(place: Place, destination: Destination) -> list[Action]:
    return [
        quiet_button(place, destination.settings.quiet),
        sound_button(place, destination.settings),
        follow_up_button(place, destination.settings),
        *discussing.buttons(place, destination),
        button(words.BUTTON_CADENCE, preset(Preset.CADENCES, place)),
        button(words.BUTTON_LANGUAGE, preset(Preset.LANGUAGES, place)),
    ]


async def language(desk: Desk, request: Request) -> Answer:
    """Answer ``/language [@channel] [LANGUAGE]``."""
    place, text = await places.addressed(desk, request)
    if not text:
        return await _languages(desk, place)
    place.require_manager()
    return await _speak(desk, place, chosen(text))


async def _languages(desk: Desk, place: Place, *, replaces: bool = False) -> Answer:
    destination = await places.known(desk, place)
    told = rich(words.LANGUAGE_NOW, language=bold(named(destination.language)), place=place.words)
    how = rich(words.LANGUAGE_HOW, command=code("/language ja"))
    actions = [
        button(named(each, own=True), Press(Verb.SETTING, FIRST_LANGUAGE + number, place.target))
        for number, each in enumerate(LANGUAGES)
    ]
    return answer(told, how, actions=actions if place.may_manage else (), replaces=replaces)


async def _speak(desk: Desk, place: Place, tag: str, *, replaces: bool = False) -> Answer:
    place.require_manager()
    destination = await places.stored(desk, place)
    await desk.store.save_destination(replace(destination, language=tag))
    told = rich(words.LANGUAGE_SET, language=bold(named(tag)), place=place.words)
    return answer(told, replaces=replaces)


def chosen(text: str) -> str:
    """Return the code of the language that a text names; raises UserError with what comes near."""
    try:
        return str(Locale.parse(text.strip().replace("-", "_")))
    except (UnknownLocaleError, ValueError, TypeError):
        pass
    asked = " ".join(text.casefold().split())
    if found := _names().get(asked):
        return found
    if near := get_close_matches(asked, list(_names()), n=1, cutoff=0.7):
        raise UserError(words.LANGUAGE_NEAR.format(text=shorten(text, 40), near=near[0].title()))
    raise UserError(words.LANGUAGE_UNKNOWN.format(text=shorten(text, 40)))


def named(tag: str, *, own: bool = False) -> str:
    """Return the name of a language, in English or in the language itself."""
    try:
        locale = Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return tag
    return (locale.get_display_name(locale if own else "en") or tag)[:60]


@cache
def _names() -> Mapping[str, str]:
    """Return the codes of the languages that Babel can write, by their names in English and their own."""
    found: dict[str, str] = {}
    for tag, name in Locale("en").languages.items():
        try:
            found[name.casefold()] = str(Locale.parse(tag))
        except (UnknownLocaleError, ValueError):
            continue
    return found | {named(tag, own=True).casefold(): tag for tag in LANGUAGES}


async def pressed(desk: Desk, place: Place, number: int) -> Answer:
    """Carry out the button of a ready-made setting."""
    if FIRST_LANGUAGE <= number < FIRST_LANGUAGE + len(LANGUAGES):
        return await _speak(desk, place, LANGUAGES[number - FIRST_LANGUAGE], replaces=True)
    try:
        which = Preset(number)
    except ValueError as error:
        raise UserError(UNKNOWN_BUTTON) from error
    return await _carry_out(desk, place, which)


async def _carry_out(desk: Desk, place: Place, which: Preset) -> Answer:
    match which:
        case Preset.SETTINGS:
            return await overview(desk, place, replaces=True)
        case Preset.CADENCES:
            return await cadences(desk, place, replaces=True)
        case Preset.LANGUAGES:
            return await _languages(desk, place, replaces=True)
        case Preset.QUIET | Preset.NO_QUIET:
            return await set_quiet(desk, place, NIGHT if which is Preset.QUIET else None, replaces=True)
        case _ if which in CADENCES:
            return await set_all(desk, place, CADENCES[which], replaces=True)
        case _:
            return await _switch(desk, place, which)


async def _switch(desk: Desk, place: Place, which: Preset) -> Answer:
    if which in {Preset.FOLLOW_UPS, Preset.NO_FOLLOW_UPS}:
        return await follow(desk, place, follow_ups=which is Preset.FOLLOW_UPS, replaces=True)
    if which in {Preset.DISCUSS, Preset.NO_DISCUSS}:
        return await discussing.discuss(desk, place, on=which is Preset.DISCUSS)
    return await silence(desk, place, silent=which is Preset.SILENT, replaces=True)
