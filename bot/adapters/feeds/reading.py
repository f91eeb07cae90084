"""Reading answers piece by piece, so that no server decides how much memory it takes."""

import aiohttp

from bot.adapters.feeds.coding import decode_body
from bot.adapters.feeds.refusals import Refused

_ERROR_BODY = 65_536
_LISTS = ("cache-control", "link")


def first_values(response: aiohttp.ClientResponse) -> dict[str, str]:
    """Return the headers with lower-case names; of a repeated one the first value, of lists all."""
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        headers.setdefault(name.lower(), value)
    for name in _LISTS:
        if name in headers:
            headers[name] = ", ".join(response.headers.getall(name))
    return headers


async def read_body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Read a body to its end, counting while reading."""
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > limit:
            response.close()
            raise Refused("The answer is larger than allowed.")
    return bytes(body)


async def read_some(response: aiohttp.ClientResponse) -> bytes:
    """Read the beginning of an error page, only to name who wrote it; a broken one is as good as none."""
    try:
        raw = await response.content.read(_ERROR_BODY)
        return decode_body(raw, response.headers.get("Content-Encoding", ""), limit=16 * _ERROR_BODY)
    except (aiohttp.ClientError, OSError, ValueError):
        return b""
