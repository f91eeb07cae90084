"""Which parameters each Bot API method takes (Bot API reference, 10.1); anything else is refused by the stand-in."""

from collections.abc import Mapping
from typing import Any

# Kinds: "int", "bool", "str", "chat" (a number or @name), "json" (an object or a list).
PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "getMe": {},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "json"},
    "sendMessage": {
        "business_connection_id": "str",
        "chat_id": "chat",
        "message_thread_id": "int",
        "direct_messages_topic_id": "int",
        "text": "str",
        "parse_mode": "str",
        "entities": "json",
        "link_preview_options": "json",
        "disable_notification": "bool",
        "protect_content": "bool",
        "allow_paid_broadcast": "bool",
        "message_effect_id": "str",
        "suggested_post_parameters": "json",
        "reply_parameters": "json",
        "reply_markup": "json",
    },
    "editMessageText": {
        "business_connection_id": "str",
        "chat_id": "chat",
        "message_id": "int",
        "inline_message_id": "str",
        "text": "str",
        "parse_mode": "str",
        "entities": "json",
        "link_preview_options": "json",
        "rich_message": "json",
        "reply_markup": "json",
    },
    "sendDocument": {
        "chat_id": "chat",
        "message_thread_id": "int",
        "document": "file",
        "caption": "str",
        "disable_notification": "bool",
        "reply_parameters": "json",
    },
    "getFile": {"file_id": "str"},
    "sendChatAction": {
        "business_connection_id": "str",
        "chat_id": "chat",
        "message_thread_id": "int",
        "action": "str",
    },
    "answerCallbackQuery": {
        "callback_query_id": "str",
        "text": "str",
        "show_alert": "bool",
        "url": "str",
        "cache_time": "int",
    },
    "getChat": {"chat_id": "chat"},
    "getChatMember": {"chat_id": "chat", "user_id": "int"},
    "getChatAdministrators": {"chat_id": "chat", "return_bots": "bool"},
    "setMyCommands": {"commands": "json", "scope": "json", "language_code": "str"},
    "getMyCommands": {"scope": "json", "language_code": "str"},
    "deleteMyCommands": {"scope": "json", "language_code": "str"},
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "setWebhook": {
        "url": "str",
        "certificate": "str",
        "ip_address": "str",
        "max_connections": "int",
        "allowed_updates": "json",
        "drop_pending_updates": "bool",
        "secret_token": "str",
    },
    "getWebhookInfo": {},
    "deleteMessage": {"chat_id": "chat", "message_id": "int"},
}

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "sendMessage": ("chat_id", "text"),
    "sendDocument": ("chat_id", "document"),
    "getFile": ("file_id",),
    "editMessageText": ("chat_id", "message_id", "text"),
    "answerCallbackQuery": ("callback_query_id",),
    "sendChatAction": ("chat_id", "action"),
    "getChat": ("chat_id",),
    "getChatMember": ("chat_id", "user_id"),
    "getChatAdministrators": ("chat_id",),
    "setMyCommands": ("commands",),
    "setWebhook": ("url",),
    "deleteMessage": ("chat_id", "message_id"),
}

ENTITY_FIELDS = frozenset(
    {
        "type",
        "offset",
        "length",
        "url",
        "user",
        "language",
        "custom_emoji_id",
        "unix_time",
        "date_time_format",
    }
)
LINK_PREVIEW_FIELDS = frozenset(
    {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}
)
BUTTON_FIELDS = frozenset(
    {"text", "icon_custom_emoji_id", "style", "url", "callback_data", "web_app", "login_url", "copy_text"}
    | {"switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat"}
    | {"callback_game", "pay"}
)
REPLY_FIELDS = frozenset(
    {"message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode", "quote_entities"}
    | {"quote_position", "checklist_task_id", "poll_option_id"}
)
UPDATE_TYPES = frozenset(
    {"message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "inline_query"}
    | {"my_chat_member", "chat_member", "chat_join_request", "message_reaction", "chosen_inline_result"}
)

Params = dict[str, Any]
