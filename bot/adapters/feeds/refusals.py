"""Everything that can go wrong with a request, in sentences for an operator. No text holds an address's secrets."""

import ssl

from bot.adapters.feeds.coding import CodingError
from bot.adapters.feeds.faults import (
    AddressRefused,
    BrokenOff,
    ConnectTimeout,
    NameUnknown,
    NoAnswer,
    NotConnected,
    NotHttp,
    NotSecured,
    PortRefused,
    TooLong,
)
from bot.adapters.feeds.target import Target

PRIVATE = "lies in a private network"

_STATUSES = {
    204: "The server answered without content (204).",
    206: "The server sent only part of the feed (206).",
    226: "The server sent a difference that was not asked for (226).",
    304: "The server says 'not modified' (304) although nothing was asked to compare with.",
    400: "The server does not understand the request (400).",
    401: "The feed wants a user name and a password (401).",
    402: "The feed wants payment (402).",
    403: "The server refuses access (403).",
    404: "There is no feed at this address (404).",
    405: "The server does not allow this address to be read (405).",
    406: "The server has no form of the feed that can be read (406).",
    429: "The server says that it is asked too often (429).",
    451: "The feed is blocked for legal reasons (451).",
    500: "The server has an internal error (500).",
    502: "The server's gateway got a bad answer (502).",
    503: "The server is temporarily unavailable (503).",
    504: "The server's gateway waited too long (504).",
}
# The first that fits counts: most are also OSError.
_SENTENCES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((NameUnknown,), "The name {host} cannot be resolved."),
    ((NotSecured, ssl.SSLError), "No secure connection to {host} could be made."),
    ((ConnectTimeout,), "No connection to {host} within the time allowed."),
    ((TimeoutError,), "{host} did not answer completely within the time allowed."),
    ((NotConnected,), "No connection to {host}, port {port}: {why}."),
    ((BrokenOff,), "The answer broke off before its end."),
    ((NoAnswer,), "{host} closed the connection without an answer."),
    ((NotHttp,), "{host} answered with something that is not HTTP."),
    ((TooLong,), "The answer is larger than allowed."),
    ((OSError,), "The connection to {host} broke: {why}."),
)
# By the codes of OpenSSL (x509_vfy.h).
_CERTIFICATES = {
    10: "The certificate of {host} has expired.",
    18: "The certificate of {host} is self-signed; it is not trusted.",
    19: "The certificate of {host} comes from an authority that is not trusted.",
    20: "The certificate of {host} comes from an authority that is not trusted.",
    62: "The certificate of {host} was made for another host.",
    64: "The certificate of {host} was made for another host.",
}
_CLASSES = {
    1: "The server answered only provisionally",
    2: "The server gave an unusual answer",
    3: "The server gave a redirect that cannot be followed",
    4: "The server refuses the request",
    5: "The server has a fault",
}
_CHALLENGES = (
    (b"cf-challenge", "Cloudflare"),
    (b"cf_chl_opt", "Cloudflare"),
    (b"challenge-platform", "Cloudflare"),
    (b"<title>just a moment", "Cloudflare"),
    (b"attention required! | cloudflare", "Cloudflare"),
    (b"ddos-guard", "DDoS-Guard"),
    (b"_incapsula_resource", "Imperva"),
    (b"datadome", "DataDome"),
    (b"px-captcha", "a captcha"),
    (b"g-recaptcha", "a captcha"),
    (b"h-captcha", "a captcha"),
    (b"hcaptcha", "a captcha"),
    (b"captcha", "a captcha"),
)


class Refused(Exception):
    """An answer that cannot be used; the text is the sentence."""


def status_reason(status: int) -> str:
    """Name an HTTP status that is no success."""
    if known := _STATUSES.get(status):
        return known
    return f"{_CLASSES.get(status // 100, 'The server gave an unknown answer')} ({status})."


def challenge(body: bytes, headers: dict[str, str]) -> str | None:
    """Name the guard that answered instead of the site: a challenge page or a captcha; None where there is none."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return "Cloudflare"
    low = body[:65_536].lower()
    if b"<html" not in low or any(root in low[:4_096] for root in (b"<rss", b"<feed", b"<rdf:rdf")):
        return None
    return next((name for mark, name in _CHALLENGES if mark in low), None)


def challenge_reason(guard: str, status: int) -> str:
    """Say that a guard stands before the feed."""
    return f"The site's protection ({guard}) asks for a human and keeps feed readers out ({status})."


def failure_reason(error: BaseException, target: Target) -> str:
    """Say what an exception of the HTTP client means for the feed."""
    if isinstance(error, Refused | CodingError):
        return str(error)
    if isinstance(error, AddressRefused):
        return _private(target)
    if isinstance(error, PortRefused):
        return f"Port {target.port} belongs to another service than the web; feeds are not fetched from it."
    if (sentence := _certificate(error)) is not None:
        return sentence.format(host=target.host)
    sentence = next(
        (words for kinds, words in _SENTENCES if isinstance(error, kinds)),
        "The answer of {host} could not be read.",
    )
    return sentence.format(host=target.host, port=target.port, why=_system(error))


def _certificate(error: BaseException) -> str | None:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return None
    return _CERTIFICATES.get(error.verify_code, "The certificate of {host} is not valid.")


def _private(target: Target) -> str:
    return (
        f"{target.host} {PRIVATE}, where feeds are not fetched from; "
        "if it is yours, add it to allow_private_hosts."
    )


def _system(error: BaseException) -> str:
    """Return the operating system's words, without the addresses that libraries add."""
    inner = error.__cause__ or error
    if isinstance(inner, ConnectionRefusedError):
        return "it is refused"
    if isinstance(inner, ConnectionResetError):
        return "it was reset"
    words = getattr(inner, "strerror", None)
    return (
        words.split("[", 1)[0].lower().strip() if isinstance(words, str) and "/" not in words else "it failed"
    )
