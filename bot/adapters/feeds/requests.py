"""Requests as they go on the wire (RFC 9112)."""

from collections.abc import Mapping
from urllib.parse import urlencode

from bot.adapters.feeds.target import Target


def lines(headers: Mapping[str, str]) -> bytes:
    """Write header lines. Raises ValueError where a value would end its line."""
    text = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if text.count("\n") != len(headers) or text.count("\r") != len(headers) or "\0" in text:
        raise ValueError("a header holds a line break")
    return text.encode()


def get(target: Target, headers: bytes) -> bytes:
    """Write a request for a document; ``headers`` are whole lines."""
    return _head("GET", target, headers) + b"\r\n"


def post(target: Target, headers: bytes, form: Mapping[str, str]) -> bytes:
    """Write a request that sends a form."""
    body = urlencode(form).encode("ascii")
    about = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    return _head("POST", target, headers + lines(about)) + b"\r\n" + body


def _head(method: str, target: Target, headers: bytes) -> bytes:
    start = len(target.scheme) + 3
    slash = target.url.index("/", start)
    host, path = target.url[start:slash], target.url[slash:]
    credentials = lines({"Authorization": target.authorization}) if target.authorization else b""
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n".encode("ascii") + headers + credentials
