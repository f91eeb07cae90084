"""Answers to slash commands, completions and buttons.

An interaction wants its first answer within 3 seconds, so commands and buttons are acknowledged at once and filled
in later, for which Discord gives 15 minutes. In a server only the person who asked sees the answer. Buttons carry
what they mean, so they work after a restart.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import structlog

from bot.adapters.discord import routes
from bot.adapters.discord.incoming import PROMISING, cannot_post, command_of, file_of, focus, pressed, request
from bot.adapters.discord.library import described
from bot.adapters.discord.places import why
from bot.adapters.discord.registration import CommandSpec
from bot.adapters.discord.render import modal, rendered, revision
from bot.adapters.discord.replies import Accepted, Limited, Refused, Reply, Unanswered
from bot.adapters.discord.rest import Rest
from bot.adapters.discord.text import one_line, units
from bot.model.draft import TAKES_TEXT
from bot.model.message import Message, Run
from bot.model.request import Answer, Attachment, Suggestion
from bot.ports import ChatService

EPHEMERAL = 1 << 6
MESSAGE, DEFERRED, DEFERRED_UPDATE, CHOICES, MODAL = 4, 5, 6, 8, 9
MOST_CHOICES = 25
CHOICE_LIMIT = 100
LARGEST_FILE = 1_000_000
COMPLETING = timedelta(seconds=2)
ANSWERING = timedelta(minutes=10)
TRIES = 4
LONGEST_WAIT = 10.0

GONE = Message(title=(Run("This command does not exist any more. /help lists the commands."),))
DONE = Message(title=(Run("Done."),))
TOO_LONG = Message(title=(Run("That took too long. Please try again."),))
NOWHERE = Message(title=(Run("Commands do not work in this kind of channel."),))
TROUBLE = Message(title=(Run("Something went wrong. Please try again later."),))
NO_FILE = Message(title=(Run("That file cannot be read; it may have up to 1 MB."),))
FILE_LOST = Message(title=(Run("The file cannot be sent here. Please try again."),))
UNSHOWN = Message(title=(Run("The answer cannot be shown here."),))

log = structlog.get_logger()


class Answers:
    """Takes interactions to the chat service and its answers back. Never raises for what Discord answers."""

    def __init__(self, rest: Rest, chat: ChatService, commands: Sequence[CommandSpec]) -> None:
        self._rest = rest
        self._chat = chat
        self._commands = commands

    async def handle(self, interaction: discord.Interaction) -> None:
        """Answer an interaction, whatever kind it is of."""
        match interaction.type:
            case discord.InteractionType.application_command:
                await self._command(interaction)
            case discord.InteractionType.component if pressed(interaction).startswith(TAKES_TEXT):
                await self._offer_form(interaction)
            case discord.InteractionType.component | discord.InteractionType.modal_submit:
                await self._press(interaction)
            case discord.InteractionType.autocomplete:
                await self._complete(interaction)
            case _:
                log.debug("interaction_ignored", kind=interaction.type.name)

    async def _command(self, interaction: discord.Interaction) -> None:
        flags = {"flags": EPHEMERAL} if interaction.guild_id else {}
        if not await self._acknowledge(interaction, DEFERRED, flags):
            return
        command = command_of(interaction, self._commands)
        if command is None or interaction.channel_id is None:
            await self._say(interaction, (NOWHERE if command else GONE,), first=self._edit)
            return
        answer = await _in_time(self._answer(interaction, command))
        messages = answer.messages or (DONE,)
        if command.name in PROMISING and (lacking := cannot_post(interaction)):
            messages = (*messages, _warning(lacking))
        await self._say(interaction, messages, first=self._edit)
        if answer.attachment is not None:
            await self._attach(interaction, answer.attachment)

    async def _answer(self, interaction: discord.Interaction, command: CommandSpec) -> Answer:
        asked = request(interaction, command)
        if found := file_of(interaction, command):
            name, url, size = found
            content = await self._rest.fetch(url, LARGEST_FILE) if size <= LARGEST_FILE else None
            if content is None:
                return Answer((NO_FILE,))
            asked = replace(asked, attachment=Attachment(name, content))
        return await self._chat.answer(asked)

    async def _press(self, interaction: discord.Interaction) -> None:
        if not await self._acknowledge(interaction, DEFERRED_UPDATE, {}):
            return
        answer = await _in_time(self._chat.press(pressed(interaction), request(interaction, None)))
        first = self._edit if answer.replaces else self._add
        await self._say(interaction, answer.messages, first=first)

    async def _offer_form(self, interaction: discord.Interaction) -> None:
        """Answer a press at once with a form, which nothing can follow later."""
        asked = self._chat.press(pressed(interaction), request(interaction, None))
        try:
            answer = await asyncio.wait_for(asked, COMPLETING.total_seconds())
        except TimeoutError:
            answer = Answer((TOO_LONG,))
        if answer.form is not None:
            await self._acknowledge(interaction, MODAL, modal(answer.form))
            return
        for message in answer.messages[:1]:
            await self._acknowledge(interaction, MESSAGE, _unseen(interaction, rendered(message)))

    async def _complete(self, interaction: discord.Interaction) -> None:
        command, at = command_of(interaction, self._commands), focus(interaction)
        found: list[Suggestion] = []
        if command and at:
            asked = self._chat.suggest(command.name, at.option, at.prefix, request(interaction, command))
            try:
                found = await asyncio.wait_for(asked, COMPLETING.total_seconds())
            except TimeoutError:
                log.info("completion_too_slow", command=command.name)
        body = {"type": CHOICES, "data": {"choices": choices(found)}}
        await self._rest.ask(routes.callback(str(interaction.id), interaction.token), body)

    async def _acknowledge(self, interaction: discord.Interaction, kind: int, data: dict[str, Any]) -> bool:
        """Tell Discord that an answer will follow; False where it waits for one no longer."""
        body = {"type": kind, "data": data} if data else {"type": kind}
        reply = await self._rest.ask(routes.callback(str(interaction.id), interaction.token), body)
        if isinstance(reply, Accepted) or (isinstance(reply, Unanswered) and reply.uncertain):
            return True
        log.warning("interaction_lost", reason=why(reply))
        return False

    async def _say(
        self,
        interaction: discord.Interaction,
        messages: Sequence[Message],
        *,
        first: Callable[[discord.Interaction, Message], Awaitable[Reply]],
    ) -> None:
        say = first
        for message in messages:
            reply = await say(interaction, message)
            if isinstance(reply, Refused):
                log.warning("answer_refused", reason=why(reply), detail=reply.text)
                reply = await say(interaction, UNSHOWN)
            if not isinstance(reply, Accepted):
                log.warning("answer_lost", reason=why(reply))
                return
            say = self._add

    async def _edit(self, interaction: discord.Interaction, message: Message) -> Reply:
        route = routes.edit_answer(str(interaction.application_id), interaction.token)
        return await self._persist(lambda: self._rest.ask(route, revision(message)))

    async def _add(self, interaction: discord.Interaction, message: Message) -> Reply:
        body = _unseen(interaction, rendered(message))
        route = routes.follow_up(str(interaction.application_id), interaction.token)
        return await self._persist(lambda: self._rest.ask(route, body))

    async def _attach(self, interaction: discord.Interaction, attachment: Attachment) -> None:
        body = {"flags": EPHEMERAL} if interaction.guild_id else {}
        route = routes.follow_up(str(interaction.application_id), interaction.token)
        reply = await self._persist(lambda: self._rest.ask(route, body, file=attachment))
        if not isinstance(reply, Accepted):
            log.warning("file_not_sent", reason=why(reply))
            await self._add(interaction, FILE_LOST)

    async def _persist(self, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        """Ask until there is an answer, a few times: nobody repeats an answer later."""
        for attempt in range(1, TRIES):
            reply = await ask()
            match reply:
                case Limited(after):
                    await asyncio.sleep(min(after.total_seconds() if after else attempt, LONGEST_WAIT))
                case Unanswered():
                    await asyncio.sleep(attempt)
                case _:
                    return reply
        return await ask()


def _unseen(interaction: discord.Interaction, body: dict[str, Any]) -> dict[str, Any]:
    """Return a message that in a server only the person sees who asked."""
    return body | {"flags": body.get("flags", 0) | EPHEMERAL} if interaction.guild_id else body


async def _in_time(answer: Awaitable[Answer]) -> Answer:
    try:
        return await asyncio.wait_for(answer, ANSWERING.total_seconds())
    except TimeoutError:
        return Answer((TOO_LONG,))
    except Exception as error:  # noqa: BLE001 - whoever asked is told, not left waiting
        log.error("command_failed", **described(error))  # noqa: TRY400 - its text may hold what people typed
        return Answer((TROUBLE,))


def _warning(lacking: Sequence[str]) -> Message:
    names = ", ".join(lacking)
    text = f"Alerts cannot be sent here yet: in this channel the bot lacks {names}. Somebody who manages the server has to allow that."
    return Message(title=(Run("The bot may not post here"),), summary=((Run(text),),))


def choices(found: Sequence[Suggestion]) -> list[dict[str, str]]:
    """Return completions as Discord takes them; a value that does not fit is left out, a label is cut."""
    made: list[dict[str, str]] = []
    for one in found[:MOST_CHOICES]:
        label = one_line(one.label).strip() or one.value
        while units(label) > CHOICE_LIMIT:
            label = f"{label[:-2]}…"
        if label and one.value and units(one.value) <= CHOICE_LIMIT:
            made.append({"name": label, "value": one.value})
    return made
