"""Chance without dice: the same question always gets the same answer, so that decisions stay pure."""

from hashlib import blake2b


def fraction(*parts: object) -> float:
    """Return a number in [0, 1), spread evenly over different ``parts`` and equal for equal ones."""
    digest = blake2b("\0".join(map(str, parts)).encode("utf-8", "surrogatepass"), digest_size=6)
    return int.from_bytes(digest.digest(), "big") / 2**48
