"""``/help``, and the hint that answers a command without its argument."""

from difflib import get_close_matches

from bot.chat import words
from bot.chat.catalogue import COMMANDS, Command, find
from bot.chat.desk import Desk
from bot.chat.say import answer, bold, code, message, rich
from bot.errors import UserError
from bot.model.message import Message, Run, Text
from bot.model.request import Answer, Request


async def help_(desk: Desk, request: Request) -> Answer:  # noqa: ARG001  # every command is called alike
    """Answer ``/help [COMMAND]``."""
    name = request.argument.strip()
    if not name:
        return Answer((overview(),))
    command = find(name)
    if command is None:
        raise unknown(name)
    return answer((bold(command.usage),), *explained(command))


def overview() -> Message:
    """Return the list of all commands."""
    lines = [(code(each.usage), Run(f" {each.summary}")) for each in COMMANDS]
    return message((bold(words.HELP_TITLE),), *lines, words.HELP_MORE)


def explained(command: Command) -> list[Text]:
    """Return what there is to say about a command below its name."""
    sentences = [f"{command.summary}.", command.details]
    told: list[Text] = [(Run(each),) for each in sentences if each]
    told += [(code(each.usage.strip("[]")), Run(f" {each.summary}")) for each in command.options]
    return told + [(Run(words.HELP_EXAMPLES),)] * bool(command.examples) + examples(command)


def examples(command: Command) -> list[Text]:
    """Return the examples of a command, a line each."""
    return [(code(each),) for each in command.examples]


def how_to(name: str) -> Answer:
    """Return how a command of the catalogue is written."""
    command = next(each for each in COMMANDS if each.name == name)
    return answer(rich(f"{words.HOW_TO} {{usage}}", usage=code(command.usage)), *explained(command)[1:])


def unknown(name: str) -> UserError:
    """Return the error for a command that does not exist, with the nearest one that does."""
    asked = name.removeprefix("/").lower()[:32]
    near = get_close_matches(asked, [each.name for each in COMMANDS], n=1)
    if near:
        return UserError(words.UNKNOWN_COMMAND_NEAR.format(name=asked, near=near[0]))
    return UserError(words.UNKNOWN_COMMAND.format(name=asked))
