"""The garbage collector, told what this program is like: much that lives for ever, much that dies without its help."""

import gc

# Of objects that came and are not gone: a crowd of polls under way is no reason to look for cycles.
_YOUNG = 10_000


def settle() -> None:
    """Let what lives now, modules and settings above all, never be looked through again: call it once, when all stands."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
