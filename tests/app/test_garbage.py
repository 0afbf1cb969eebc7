"""What a process was started with is not looked through for garbage again."""

from __future__ import annotations

import gc

from app.garbage import look_seldom


def test_what_stands_is_frozen_and_the_rest_is_looked_at_seldom() -> None:
    before = gc.get_threshold()
    try:
        look_seldom()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] > 10 * before[0]
        assert gc.isenabled()
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
