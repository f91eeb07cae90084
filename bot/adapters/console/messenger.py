"""The console as a platform: alerts are printed, nothing comes back."""

import itertools
import math
from contextlib import suppress
from datetime import timedelta
from io import TextIOWrapper

from rich.console import Console

from bot.adapters.console.render import render
from bot.model.address import Address, Platform
from bot.model.delivery import RetryLater, Scope, SendOutcome, Sent
from bot.model.message import Message
from bot.model.person import Person, Reachable, Unreachable

# A repeat comes within hours; a daemon that runs for months must not remember every alert.
_REMEMBERED = 1000


class ConsoleMessenger:
    """Prints messages; colours and links appear on a terminal only."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._numbers = itertools.count(1)
        self._printed: dict[str, Sent] = {}
        if isinstance(self._console.file, TextIOWrapper):
            # A terminal that cannot show a character shows a question mark; the alert still arrives.
            self._console.file.reconfigure(errors="replace")

    @property
    def platform(self) -> Platform:
        """The scheme of the addresses it serves."""
        return Platform.CONSOLE

    @property
    def rate(self) -> float:
        """Return no limit."""
        return math.inf

    @property
    def idempotent(self) -> bool:
        """Return True: what this process printed it does not print again."""
        return True

    async def send(
        self, address: Address, message: Message, *, nonce: str, reply_to: str | None = None
    ) -> SendOutcome:
        """Print a message; the id is its running number in this process."""
        del address, reply_to  # there is one console, and a message on it follows the others
        if earlier := self._printed.get(nonce):
            return earlier
        outcome = self._print(message, str(next(self._numbers)))
        if isinstance(outcome, Sent):
            self._remember(nonce, outcome)
        return outcome

    async def edit(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        """Print the newer message; what stands on a terminal stays."""
        del address
        return self._print(message, message_id)

    async def crosspost(self, address: Address, message_id: str) -> SendOutcome:
        """Do nothing: nobody follows a console."""
        del address, message_id
        return Sent("")

    async def discuss(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        """Do nothing: a console has no threads."""
        del address, message_id, message
        return Sent("")

    async def answer(self, address: Address, message_id: str, message: Message, *, nonce: str) -> SendOutcome:
        """Answer the message: there are no threads."""
        return await self.send(address, message, nonce=nonce, reply_to=message_id)

    async def check(self, address: Address) -> Reachable | Unreachable:
        """Tell that a console can always be printed to."""
        return Reachable(address, "console")

    async def may_manage(self, address: Address, person: Person) -> bool:
        """Whoever sits at the console owns it."""
        return address.platform is Platform.CONSOLE and person.platform is Platform.CONSOLE

    def spacing(self, address: Address) -> timedelta:
        """Return no pause."""
        del address
        return timedelta(0)

    def _remember(self, nonce: str, outcome: Sent) -> None:
        self._printed[nonce] = outcome
        if len(self._printed) > _REMEMBERED:
            del self._printed[next(iter(self._printed))]

    def _print(self, message: Message, message_id: str) -> SendOutcome:
        try:
            self._console.print(render(message, self._console.width, hyperlinks=self._console.is_terminal))
        except OSError as error:
            # A closed pipe or a full disk behind the output; the alert waits for the next start.
            self._forget_unwritten()
            return RetryLater(f"the console cannot be written to ({error.strerror})", scope=Scope.PLATFORM)
        return Sent(message_id)

    def _forget_unwritten(self) -> None:
        # rich would print what it could not write once more, in front of the next message.
        with suppress(OSError), self._console.capture():
            pass
