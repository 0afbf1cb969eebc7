"""Buttons by which one noun's card opens another's: kept apart so that the nouns need not import one another."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback


@dataclass(frozen=True)
class ShowClient(Callback, prefix="cs"):
    """The client's card; `page` 1 shows the buttons behind More."""

    client_id: int
    page: int = 0


@dataclass(frozen=True)
class ShowPoints(Callback, prefix="os"):
    """Phones and addresses of a client."""

    client_id: int


@dataclass(frozen=True)
class ShowPersons(Callback, prefix="op"):
    """People at a client."""

    client_id: int


@dataclass(frozen=True)
class ShowParties(Callback, prefix="ls"):
    """Legal entities of a client."""

    client_id: int


@dataclass(frozen=True)
class ShowHistory(Callback, prefix="hs"):
    """The client's timeline; a search of it is kept in the draft."""

    client_id: int
    page: int = 0
    draft_id: int = 0
