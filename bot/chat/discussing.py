"""Threads under alerts: a setting of a place, where its platform has them."""

from dataclasses import replace

from bot.chat import place as places
from bot.chat import planning_words as words
from bot.chat.desk import Desk
from bot.chat.place import Place
from bot.chat.planning import change, preset
from bot.chat.presets import Preset
from bot.chat.say import answer, bold, button, code, rich
from bot.model.address import Platform
from bot.model.destination import Destination, DestinationSettings
from bot.model.message import Action, Run, Text
from bot.model.request import Answer


def told(destination: Destination) -> Text:
    """Return the line about discussion; nothing where there can be none."""
    match destination.address.platform:
        case Platform.DISCORD:
            how = words.IN_THREADS if destination.settings.discuss else words.NO_THREADS
            return rich(words.SETTING_DISCUSS, how=bold(how), command=code("/settings"))
        case Platform.TELEGRAM if not destination.address.is_person:
            return (Run(words.DISCUSS_TELEGRAM),)
        case _:
            return ()


def buttons(place: Place, destination: Destination) -> list[Action]:
    """Return the button that turns threads on or off, where there are any."""
    if destination.address.platform is not Platform.DISCORD:
        return []
    return [_button(place, destination.settings)]


def _button(place: Place, settings: DestinationSettings) -> Action:
    if settings.discuss:
        return button(words.BUTTON_NO_DISCUSS, preset(Preset.NO_DISCUSS, place))
    return button(words.BUTTON_DISCUSS, preset(Preset.DISCUSS, place))


async def discuss(desk: Desk, place: Place, *, on: bool) -> Answer:
    """Let a thread be opened under each alert from now on, or not."""
    place.require_manager()
    destination = await places.stored(desk, place)
    destination = await change(desk, destination, replace(destination.settings, discuss=on))
    sentence = words.DISCUSS_ON if on else words.DISCUSS_OFF
    return answer(sentence, actions=[_button(place, destination.settings)], replaces=True)
