"""Serves feeds on loopback that grow as time passes: each entry appears when it is published."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import web
from lxml import etree

_ITEMS = {"item", "entry"}
_DATES = {"pubDate", "published", "date"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A feed as it will be in the end, and the media type it is served as."""

    name: str
    document: bytes
    type: str


class Newsstand:
    """An HTTP server of papers. ``until`` is the moment up to which entries are shown; move it on to publish."""

    def __init__(self, papers: Sequence[Paper], until: datetime) -> None:
        self._papers = {paper.name: paper for paper in papers}
        self.until = until
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port of the loopback address."""
        app = web.Application()
        app.router.add_get("/{name}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()

    async def stop(self) -> None:
        """Close."""
        if self._runner:
            await self._runner.cleanup()

    @property
    def host(self) -> str:
        """Return ``host:port``; raises RuntimeError before ``start``."""
        if not self._runner or not self._runner.addresses:
            raise RuntimeError("The newsstand has not been opened.")
        host, port = self._runner.addresses[0][:2]
        return f"{host}:{port}"

    @property
    def urls(self) -> list[str]:
        """Return the addresses of the papers."""
        return [f"http://{self.host}/{name}" for name in self._papers]

    async def _serve(self, request: web.Request) -> web.Response:
        paper = self._papers.get(request.match_info["name"])
        if paper is None:
            raise web.HTTPNotFound
        body = cut(paper, self.until)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body, content_type=paper.type, charset="utf-8", headers={"ETag": etag})


def cut(paper: Paper, until: datetime) -> bytes:
    """Return the paper without the entries that are published later."""
    if paper.type.endswith("json"):
        feed = json.loads(paper.document)
        feed["items"] = [item for item in feed["items"] if _json_date(item) <= until]
        return json.dumps(feed, ensure_ascii=False).encode()
    root = etree.fromstring(paper.document)
    for item in _items(root):
        if _date(item) > until and (parent := item.getparent()) is not None:
            parent.remove(item)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def moments(paper: Paper) -> list[datetime]:
    """Return when the entries of a paper are published."""
    if paper.type.endswith("json"):
        return [_json_date(item) for item in json.loads(paper.document)["items"]]
    return [_date(item) for item in _items(etree.fromstring(paper.document))]


def _items(root: Any) -> list[Any]:
    return [element for element in root.iter(etree.Element) if etree.QName(element).localname in _ITEMS]


def _date(item: Any) -> datetime:
    dates: Iterator[str] = (child.text for child in item if etree.QName(child).localname in _DATES)
    text = next(dates)
    return datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)


def _json_date(item: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(item["date_published"])
