"""A command as somebody gave it, and the answer. Adapters translate both ways."""

from dataclasses import dataclass, field

from bot.model.address import Address
from bot.model.message import Message
from bot.model.person import Person


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes with a command or with its answer."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """A command from a chat.

    ``command`` is its bare name (``subscribe``); empty for plain text in a private chat. ``argument`` is the rest,
    verbatim. ``where`` is the chat or topic it was typed in and ``place`` what people call it; ``private`` tells a
    one-to-one chat. ``may_manage`` says whether the platform lets this person change this place (always true in
    private). ``groups`` are further ids that ``[access] allow`` may name: the chat, the server. ``about`` is the
    platform's id of the message that the command replies to, ``attachment`` a file that came with it.
    """

    command: str
    argument: str
    where: Address
    place: str
    who: Person
    private: bool
    may_manage: bool
    groups: tuple[str, ...] = ()
    about: str | None = None
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A field to fill in, with what stands there first; the text comes back as the argument of a press of ``data``."""

    data: str
    title: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say, in order, and a file to add at the end.

    ``replaces`` asks to edit the message whose button was pressed instead of adding one. ``form`` is shown instead of
    the messages where the platform has forms.
    """

    messages: tuple[Message, ...] = field(default_factory=tuple)
    replaces: bool = False
    attachment: Attachment | None = None
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An autocompletion: what people see, and what is sent as the argument (each at most 100 characters)."""

    label: str
    value: str
