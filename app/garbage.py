"""How often a long-lived process looks for garbage in cycles: seldom, and not among what it was started with."""

from __future__ import annotations

import gc

# Objects made since the last look, then looks among the young until one among the older. The usual 700 means a look every
# 30 mails, each through everything that is on its way.
_YOUNG, _MIDDLE, _OLD = 20_000, 10, 10


def look_seldom() -> None:
    """Call it once everything is loaded: what stands then is never looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
