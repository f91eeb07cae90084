"""The requests Newsbell makes to Discord's REST API."""

from bot.adapters.discord.replies import Route
from bot.model.address import Address


def me() -> Route:
    """Return the request for the bot's own user."""
    return Route("GET", "/users/@me", "/users/@me")


def channel(channel_id: str) -> Route:
    """Return the request for a channel or thread."""
    return Route("GET", f"/channels/{channel_id}", "/channels/{id}", channel_id)


def guild(guild_id: str) -> Route:
    """Return the request for a server with its roles."""
    return Route("GET", f"/guilds/{guild_id}", "/guilds/{id}", guild_id)


def member(guild_id: str, user_id: str) -> Route:
    """Return the request for a member of a server."""
    return Route("GET", f"/guilds/{guild_id}/members/{user_id}", "/guilds/{id}/members/{user}", guild_id)


def active_threads(guild_id: str) -> Route:
    """Return the request for the threads of a server that are not archived."""
    return Route("GET", f"/guilds/{guild_id}/threads/active", "/guilds/{id}/threads/active", guild_id)


def message(channel_id: str, message_id: str) -> Route:
    """Return the request for one message."""
    return Route(
        "GET",
        f"/channels/{channel_id}/messages/{message_id}",
        "/channels/{id}/messages/{message}",
        channel_id,
    )


def create_message(channel_id: str) -> Route:
    """Return the request that sends a message."""
    return Route("POST", f"/channels/{channel_id}/messages", "/channels/{id}/messages", channel_id)


def edit_message(channel_id: str, message_id: str) -> Route:
    """Return the request that changes a message."""
    return Route(
        "PATCH",
        f"/channels/{channel_id}/messages/{message_id}",
        "/channels/{id}/messages/{message}",
        channel_id,
    )


def open_thread(channel_id: str, message_id: str) -> Route:
    """Return the request that opens a thread under a message."""
    return Route(
        "POST",
        f"/channels/{channel_id}/messages/{message_id}/threads",
        "/channels/{id}/messages/{message}/threads",
        channel_id,
    )


def crosspost(channel_id: str, message_id: str) -> Route:
    """Return the request that passes a message on to the servers that follow its channel."""
    return Route(
        "POST",
        f"/channels/{channel_id}/messages/{message_id}/crosspost",
        "/channels/{id}/messages/{message}/crosspost",
        channel_id,
    )


def create_post(forum_id: str) -> Route:
    """Return the request that opens a post in a forum."""
    return Route("POST", f"/channels/{forum_id}/threads", "/channels/{id}/threads", forum_id)


def webhook(address: Address) -> Route:
    """Return the request for a webhook's name."""
    return Route("GET", _webhook_path(address), "/webhooks/{id}/{token}", address.chat)


def execute_webhook(address: Address, *, buttons: bool) -> Route:
    """Return the request that sends through a webhook; ``buttons`` asks Discord to respect link buttons."""
    query = {"wait": "true", **({"with_components": "true"} if buttons else {}), **_thread(address)}
    return Route("POST", _webhook_path(address), "/webhooks/{id}/{token}", address.chat, query)


def edit_webhook(address: Address, message_id: str, *, buttons: bool) -> Route:
    """Return the request that changes a webhook's message."""
    query = {**({"with_components": "true"} if buttons else {}), **_thread(address)}
    path, name = (
        f"{_webhook_path(address)}/messages/{message_id}",
        "/webhooks/{id}/{token}/messages/{message}",
    )
    return Route("PATCH", path, name, address.chat, query)


def callback(interaction_id: str, token: str) -> Route:
    """Return the request that answers an interaction first."""
    name = "/interactions/{id}/{token}/callback"
    return Route("POST", f"/interactions/{interaction_id}/{token}/callback", name, interaction_id)


def follow_up(application_id: str, token: str) -> Route:
    """Return the request that adds a message to an answered interaction."""
    return Route("POST", f"/webhooks/{application_id}/{token}", "/webhooks/{app}/{interaction}", token)


def edit_answer(application_id: str, token: str) -> Route:
    """Return the request that fills or changes the first answer to an interaction."""
    path = f"/webhooks/{application_id}/{token}/messages/@original"
    return Route("PATCH", path, "/webhooks/{app}/{interaction}/messages/@original", token)


def commands(application_id: str) -> Route:
    """Return the request for the registered commands."""
    return Route(
        "GET", f"/applications/{application_id}/commands", "/applications/{app}/commands", application_id
    )


def replace_commands(application_id: str) -> Route:
    """Return the request that registers all commands anew."""
    return Route(
        "PUT", f"/applications/{application_id}/commands", "/applications/{app}/commands", application_id
    )


def _webhook_path(address: Address) -> str:
    return f"/webhooks/{address.chat}/{address.secret}"


def _thread(address: Address) -> dict[str, str]:
    return {"thread_id": address.thread} if address.thread else {}
