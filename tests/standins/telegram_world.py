"""The people, chats and messages of the Telegram stand-in."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.standins.telegram_params import Params
from tests.standins.telegram_rules import Refused, bad, covered


@dataclass(slots=True)
class User:
    """A person or a bot."""

    id: int
    name: str
    username: str | None = None
    is_bot: bool = False

    def json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            data["username"] = self.username
        return data


@dataclass(slots=True)
class Member:
    """Somebody's standing in a chat: creator, administrator, member, restricted, left or kicked; plus rights."""

    status: str
    rights: dict[str, Any] = field(default_factory=dict)

    def json(self, user: User) -> dict[str, Any]:
        data: dict[str, Any] = {"status": self.status, "user": user.json()}
        if self.status == "creator":
            data |= {"is_anonymous": False}
        if self.status == "administrator":
            names = (
                "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
                "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
                "can_edit_stories can_delete_stories"
            )
            data |= dict.fromkeys(names.split(), False)
        if self.status == "restricted":
            names = (
                "is_member can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos "
                "can_send_video_notes can_send_voice_notes can_send_polls can_send_other_messages "
                "can_add_web_page_previews can_change_info can_invite_users can_pin_messages can_manage_topics "
                "can_react_to_messages can_edit_tag"
            )
            data |= dict.fromkeys(names.split(), True) | {"until_date": 0}
        if self.status == "kicked":
            data |= {"until_date": 0}
        return data | self.rights


@dataclass(slots=True)
class SentMessage:
    """A message the bot has in a chat, as it stands now; ``versions`` keeps every text it had."""

    message_id: int
    chat_id: int
    text: str
    entities: list[dict[str, Any]]
    markup: dict[str, Any] | None
    thread: int | None
    silent: bool
    at: float
    params: Params
    versions: list[str] = field(default_factory=list)
    deleted: bool = False

    def styled(self, kind: str) -> list[str]:
        """The stretches of one entity type, such as ``bold``."""
        return covered(self.text, self.entities, kind)

    def links(self) -> list[tuple[str, str]]:
        """Linked text with its URL."""
        links = [one for one in self.entities if one["type"] == "text_link"]
        return list(zip(self.styled("text_link"), [one["url"] for one in links], strict=True))

    def buttons(self) -> list[tuple[str, str]]:
        """Labels with their callback data or URL."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [(one["text"], one.get("callback_data") or one["url"]) for row in rows for one in row]

    def data(self, label: str) -> str:
        """The callback data of the first button whose label contains this."""
        return next(data for name, data in self.buttons() if label in name)


@dataclass(slots=True)
class Chat:
    """A private chat, group, supergroup or channel. ``members`` holds who is what, the bot included."""

    id: int
    type: str
    title: str | None = None
    username: str | None = None
    forum: bool = False
    topics: set[int] = field(default_factory=set)
    members: dict[int, Member] = field(default_factory=dict)
    messages: list[SentMessage] = field(default_factory=list)
    migrated_to: int | None = None
    last_id: int = 0

    def json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"id": self.id, "type": self.type}
        data["first_name" if self.type == "private" else "title"] = self.title or f"chat {self.id}"
        if self.username:
            data["username"] = self.username
        if self.forum:
            data["is_forum"] = True
        return data

    def full(self) -> dict[str, Any]:
        """What getChat returns."""
        gifts = "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels"
        return self.json() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts.split(), False),
        }

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def find(self, message_id: int) -> SentMessage | None:
        found = [one for one in self.messages if one.message_id == message_id and not one.deleted]
        return found[0] if found else None

    def admit(self, bot: int) -> None:
        """Raise what Telegram answers where the bot may not even look at the chat."""
        member = self.members.get(bot, Member("left"))
        kind = "group" if self.type == "group" else self.type
        if member.status == "kicked" and self.type == "private":
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if member.status == "kicked":
            raise Refused(403, f"Forbidden: bot was kicked from the {kind} chat")
        if self.migrated_to is not None:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, text, {"migrate_to_chat_id": self.migrated_to})
        if member.status == "left" and self.type == "private":
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")

    def admit_post(self, bot: int) -> None:
        """Raise what Telegram answers where the bot may not write."""
        self.admit(bot)
        member = self.members.get(bot, Member("left"))
        if member.status == "left":
            raise Refused(403, f"Forbidden: bot is not a member of the {self.type} chat")
        if self.type == "channel" and not (
            member.status == "creator"
            or (member.status == "administrator" and member.rights.get("can_post_messages"))
        ):
            raise bad("need administrator rights in the channel chat")
        if member.status == "restricted" and not member.rights.get("can_send_messages", True):
            raise bad("not enough rights to send text messages to the chat")

    def thread_of(self, params: Params) -> int | None:
        """The topic a message goes to; outside forums the number is ignored, as Telegram does."""
        thread = params.get("message_thread_id")
        if not self.forum or thread is None:
            return None
        if thread not in self.topics:
            raise bad("message thread not found")
        return int(thread)

    def accept(self, params: Params) -> SentMessage:
        """Store a message that passed every check."""
        sent = SentMessage(
            message_id=self.next_id(),
            chat_id=self.id,
            text=params["text"],
            entities=list(params.get("entities", [])),
            markup=params.get("reply_markup"),
            thread=self.thread_of(params),
            silent=bool(params.get("disable_notification", False)),
            at=time.monotonic(),
            params=params,
            versions=[params["text"]],
        )
        self.messages.append(sent)
        return sent

    def message_json(self, sent: SentMessage, bot: User) -> dict[str, Any]:
        data: dict[str, Any] = {
            "message_id": sent.message_id,
            "date": int(time.time()),
            "chat": self.json(),
            "text": sent.text,
        }
        if self.type == "channel":
            data["sender_chat"] = self.json()
        else:
            data["from"] = bot.json()
        if sent.entities:
            data["entities"] = sent.entities
        if sent.markup:
            data["reply_markup"] = sent.markup
        if sent.thread is not None:
            data |= {"message_thread_id": sent.thread, "is_topic_message": True}
        return data
