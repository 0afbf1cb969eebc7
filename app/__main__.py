"""`python -m app`: the command line without an installed script."""

from __future__ import annotations

from app.cli import main

main()
