"""One small factory per noun: valid rows with the least said."""

from __future__ import annotations

from tests.factories.clients import make_client
from tests.factories.staff import make_staff

__all__ = ["make_client", "make_staff"]
