"""A Message as the JSON of a Discord message: one embed, its buttons, and exactly the mentions it names. Pure.

Alerts and answers are embeds: only there are titles links, and nothing in an embed can ping anybody. Titles and
descriptions are markdown (escaped); author, footer, labels and the names of posts are plain text.
Limits: Discord, "Message", "Embed limits" and "Component reference".
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.adapters.discord.markup import cleaned, fitted
from bot.adapters.discord.text import clean, few_lines, linkable, one_line, units, visible
from bot.model.message import Action, Message, Run, Source, Text, plain
from bot.model.message import paragraphs as paragraphs_of
from bot.model.request import Form
from bot.pipeline.shorten import shorten

TITLE_LIMIT = 256
DESCRIPTION_LIMIT = 4096
AUTHOR_LIMIT = 256
FOOTER_LIMIT = 512
EMBED_LIMIT = 6000
LABEL_LIMIT = 80
CUSTOM_ID_LIMIT = 100
BUTTON_URL_LIMIT = 512
POST_NAME_LIMIT = 100
FORM_LABEL_LIMIT = 45
FORM_TEXT_LIMIT = 4000
BUTTONS = 25
BUTTONS_A_ROW = 5
MENTIONS = 50
SOURCES_LIMIT = 600
COLOUR = 0xC0392B
SUPPRESS_NOTIFICATIONS = 1 << 12

_NOTHING = "(no text)"
_GAP = Run("\n\n")
_LINE = Run("\n")
_SNOWFLAKE = r"[0-9]{1,19}"
_ROLE = re.compile(rf"role:({_SNOWFLAKE})|<@&({_SNOWFLAKE})>")
_USER = re.compile(rf"user:({_SNOWFLAKE})|<@!?({_SNOWFLAKE})>")
_EVERYONE = re.compile(r"@?(everyone|here)")
_LARGEST_SNOWFLAKE = (1 << 63) - 1

Json = dict[str, Any]


def rendered(message: Message) -> Json:
    """Return the body that creates this message (without a nonce)."""
    words, allowed = _mentions(message.mentions)
    body: Json = {"embeds": [embed(message)], "allowed_mentions": allowed}
    if words:
        body["content"] = words
    if rows := components(message.actions):
        body["components"] = rows
    if message.silent:
        body["flags"] = SUPPRESS_NOTIFICATIONS
    return body


def revision(message: Message) -> Json:
    """Return the body that turns an earlier message into this one; what it lacks is taken away."""
    body = rendered(message)
    body.pop("flags", None)
    return {"content": "", "components": [], **body}


def embed(message: Message) -> Json:
    """Return the embed of a message, within every limit and never empty."""
    url = linkable(message.url)
    title = cleaned(message.title, one_line) or ((Run(urlsplit(url).hostname or ""),) if url else ())
    made: Json = {"color": COLOUR} if message.alert else {}
    if title:
        made["title"] = fitted(title, TITLE_LIMIT)
    if url:
        made["url"] = url
    if author := _author(message.sources):
        made["author"] = author
    footer = _cut(one_line(plain(message.footer)), FOOTER_LIMIT)
    if visible(footer):
        made["footer"] = {"text": footer}
    used = units(made.get("title", "")) + units(author.get("name", "")) + units(footer)
    description = _description(message, min(DESCRIPTION_LIMIT, EMBED_LIMIT - used))
    if description:
        made["description"] = description
    elif not title:
        made["description"] = _NOTHING
    return made


def _description(message: Message, limit: int) -> str:
    gap = _GAP if message.alert else _LINE
    paragraphs = [cleaned(paragraph, few_lines) for paragraph in paragraphs_of(message)]
    names = _source_line(message.sources) if len(message.sources) > 1 else ""
    room = limit - (units(names) + 2 if names else 0)
    text = fitted(_joined([one for one in paragraphs if one], gap), room, at_sentence=message.alert)
    return "\n\n".join(part for part in (text, names) if part)


def _joined(texts: Sequence[Text], gap: Run) -> Text:
    runs: list[Run] = []
    for text in texts:
        runs += [gap, *text] if runs else text
    return tuple(runs)


def _author(sources: Sequence[Source]) -> Json:
    """Return the author line: the outlet, where there is one only."""
    if len(sources) != 1:
        return {}
    name = _cut(one_line(sources[0].name), AUTHOR_LIMIT)
    if not visible(name):
        return {}
    url = linkable(sources[0].url)
    return {"name": name, "url": url} if url else {"name": name}


def _source_line(sources: Sequence[Source]) -> str:
    """Return as many outlets as fit in a line, and how many more there are."""
    shown: list[str] = []
    for source in sources:
        name = fitted(cleaned((Run(source.name, url=source.url),), one_line), SOURCES_LIMIT // 2)
        if not name:
            continue
        if units(" · ".join([*shown, name])) > SOURCES_LIMIT:
            return f"{' · '.join(shown)} · +{len(sources) - len(shown)}"
        shown.append(name)
    return " · ".join(shown)


def _cut(text: str, limit: int) -> str:
    """Return plain text of at most ``limit`` units, trimmed."""
    text = text.strip()
    room = limit
    while units(text) > limit:
        piece = shorten(text, 0, len(text), room)
        cut = text[: piece.end] + "…" * piece.cut_after
        if units(cut) <= limit:
            return cut
        room -= max(1, (units(cut) - limit) // 2)
    return text


def post_name(message: Message) -> str:
    """Return the name of a forum post for a message."""
    for text in (plain(message.title), *map(plain, message.summary), message.url or ""):
        if visible(name := _cut(one_line(text), POST_NAME_LIMIT)):
            return name
    return _NOTHING


def components(actions: Sequence[Action], *, interactive: bool = True) -> list[Json]:
    """Return rows of buttons; buttons that Discord would refuse, or that nobody here could answer, are left out."""
    buttons: list[Json] = []
    seen: set[str] = set()
    for action in actions:
        made = _button(action)
        key = made.get("custom_id") if made else None
        if made and key not in seen and (interactive or key is None):
            buttons.append(made)
            seen.update([key] if key else [])
    rows = range(0, min(len(buttons), BUTTONS), BUTTONS_A_ROW)
    return [{"type": 1, "components": buttons[at : at + BUTTONS_A_ROW]} for at in rows]


def modal(form: Form) -> Json:
    """Return a form with one field of several lines."""
    field = {
        "type": 4,
        "custom_id": "text",
        "style": 2,
        "label": _cut(one_line(form.label), FORM_LABEL_LIMIT),
        "value": _cut(few_lines(form.text), FORM_TEXT_LIMIT),
        "max_length": FORM_TEXT_LIMIT,
        "required": True,
    }
    return {
        "custom_id": form.data,
        "title": _cut(one_line(form.title), FORM_LABEL_LIMIT),
        "components": [{"type": 1, "components": [field]}],
    }


def _button(action: Action) -> Json | None:
    label = _cut(one_line(action.label), LABEL_LIMIT)
    label = label if visible(label) else "…"
    if action.data and _fit_for_id(action.data):
        return {"type": 2, "style": 2, "label": label, "custom_id": action.data}
    url = linkable(action.url, BUTTON_URL_LIMIT)
    return {"type": 2, "style": 5, "label": label, "url": url} if url else None


def _fit_for_id(data: str) -> bool:
    return visible(data) and clean(data) == data and units(data) <= CUSTOM_ID_LIMIT


def _mentions(notations: Sequence[str]) -> tuple[str, Json]:
    """Return the text that mentions, and the list of what it may ping; nothing else ever pings."""
    found = list(dict.fromkeys(_mentioned(notations)))[:MENTIONS]
    allowed: Json = {"parse": ["everyone"] if any(kind == "everyone" for kind, _ in found) else []}
    if roles := [name for kind, name in found if kind == "roles"]:
        allowed["roles"] = roles
    if users := [name for kind, name in found if kind == "users"]:
        allowed["users"] = users
    return " ".join(_written(kind, name) for kind, name in found), allowed


def _mentioned(notations: Sequence[str]) -> Iterator[tuple[str, str]]:
    for notation in notations:
        text = notation.strip()
        if everyone := _EVERYONE.fullmatch(text):
            yield "everyone", everyone[1]
        for kind, pattern in (("roles", _ROLE), ("users", _USER)):
            match = pattern.fullmatch(text)
            number = int(match[1] or match[2]) if match else 0
            if 0 < number <= _LARGEST_SNOWFLAKE:
                yield kind, str(number)


def _written(kind: str, name: str) -> str:
    return {"roles": f"<@&{name}>", "users": f"<@{name}>"}.get(kind, f"@{name}")
