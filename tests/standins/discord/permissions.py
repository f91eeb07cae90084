"""Who may do what where, computed as Discord documents it (topics/permissions)."""

from tests.standins.discord.world import THREADS, Channel, Guild, User

ADMINISTRATOR = 1 << 3
BITS = {
    "MANAGE_CHANNELS": 1 << 4,
    "MANAGE_GUILD": 1 << 5,
    "VIEW_CHANNEL": 1 << 10,
    "SEND_MESSAGES": 1 << 11,
    "MANAGE_MESSAGES": 1 << 13,
    "EMBED_LINKS": 1 << 14,
    "READ_MESSAGE_HISTORY": 1 << 16,
    "MENTION_EVERYONE": 1 << 17,
    "MANAGE_ROLES": 1 << 28,
    "MANAGE_WEBHOOKS": 1 << 29,
    "USE_APPLICATION_COMMANDS": 1 << 31,
    "MANAGE_THREADS": 1 << 34,
    "CREATE_PUBLIC_THREADS": 1 << 35,
    "SEND_MESSAGES_IN_THREADS": 1 << 38,
    "ADMINISTRATOR": ADMINISTRATOR,
}
ALL = (1 << 53) - 1
EVERYONE = (
    BITS["VIEW_CHANNEL"]
    | BITS["SEND_MESSAGES"]
    | BITS["EMBED_LINKS"]
    | BITS["READ_MESSAGE_HISTORY"]
    | BITS["USE_APPLICATION_COMMANDS"]
    | BITS["CREATE_PUBLIC_THREADS"]
    | BITS["SEND_MESSAGES_IN_THREADS"]
)


def bits(*names: str) -> int:
    total = 0
    for name in names:
        total |= BITS[name]
    return total


def in_guild(guild: Guild, user: User) -> int:
    if guild.owner.id == user.id:
        return ALL
    member = guild.members.get(user.id)
    if member is None:
        return 0
    total = 0
    for role in guild.roles:
        if role.id == guild.id or role.id in member.roles:
            total |= role.permissions
    return ALL if total & ADMINISTRATOR else total


def in_channel(channel: Channel, user: User) -> int:
    guild = channel.guild
    if guild is None:
        return ALL
    base = in_guild(guild, user)
    if base == ALL:
        return ALL
    place = channel.parent if channel.type in THREADS and channel.parent else channel
    member = guild.members.get(user.id)
    roles = [guild.id, *(member.roles if member else [])]
    everyone = place.overwrites.get(guild.id)
    if everyone:
        base = (base & ~everyone.deny) | everyone.allow
    allow = deny = 0
    for role in roles[1:]:
        if found := place.overwrites.get(role):
            allow |= found.allow
            deny |= found.deny
    base = (base & ~deny) | allow
    if own := place.overwrites.get(user.id):
        base = (base & ~own.deny) | own.allow
    return base
