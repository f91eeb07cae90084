"""What can go wrong between a request and the end of its answer, each a kind of its own."""


class AddressRefused(OSError):
    """The address lies in a private network and its host is not on the list of allowed ones."""


class PortRefused(OSError):
    """The port belongs to a service that is no web server."""


class NameUnknown(OSError):
    """The name has no address."""


class NotConnected(OSError):
    """No address of the host takes a connection; ``__cause__`` is what the system says."""


class ConnectTimeout(TimeoutError):
    """No address of the host took a connection in time."""


class NotSecured(OSError):
    """The host took a connection but no secure one."""


class NoAnswer(OSError):
    """The connection ended before the first byte of an answer; ``__cause__`` is what the system says, if anything."""


class BrokenOff(OSError):
    """The connection or its framing ended before the answer did."""


class NotHttp(ValueError):
    """What came is no answer of the protocol."""


class TooLong(Exception):
    """The answer is larger than allowed."""
