"""TLS as bytes in and bytes out: no socket in it, so that the connection stays the only thing that reads and sends."""

import ssl
from functools import lru_cache

_PIECE = 65_536


@lru_cache(maxsize=1)
def trusting() -> ssl.SSLContext:
    """Return a context that trusts the authorities that the system trusts."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


class Secure:
    """A client's side of TLS. ``ready`` tells that the handshake is done, ``ended`` that the other side said its end."""

    def __init__(self, context: ssl.SSLContext, name: str) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        self.ready = self.ended = False

    def take(self, data: bytes) -> bytes:
        """Take in what came, nothing at the beginning; return what can be read of it. Raises ssl.SSLError.

        Afterwards, fault or not, ``pending`` has what is to be sent.
        """
        self._incoming.write(data)
        plain = bytearray()
        try:
            if not self.ready:
                self._tls.do_handshake()
                self.ready = True
            while piece := self._tls.read(_PIECE):
                plain += piece
        except ssl.SSLWantReadError:
            return bytes(plain)
        except ssl.SSLZeroReturnError:
            pass
        self.ended = True
        return bytes(plain)

    def put(self, data: bytes) -> None:
        """Take in what is to be said."""
        self._tls.write(data)

    def pending(self) -> bytes:
        """Return what is to be sent, once."""
        return self._outgoing.read()
