"""Who we are on the wire, by the settings: the address bounces come back to, our name to Gmail's feedback loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.outgoing import return_path
from app.settings import Settings, load
from app.wiring import build
from channels.email.verp import read_bounce_address


def _settings(data: Path, **given: str) -> Settings:
    environment = {"DATA_DIR": str(data), "MAIL_FROM": "Sales <sales@shop.test>", **given}
    return load(environment={f"TOUCHLINE_{name}": value for name, value in environment.items()}, env_file=None)


@pytest.mark.parametrize(("given", "base"), [({}, "sales"), ({"BOUNCE_ADDRESS": "bounces@mail.shop.test"}, "bounces")])
def test_every_delivery_has_a_return_path_of_its_own(tmp_path: Path, given: dict[str, str], base: str) -> None:
    settings = _settings(tmp_path, **given)
    address = build(settings).writer.return_path_of(4711)
    assert address is not None
    assert address.startswith(f"{base}+b.")
    assert read_bounce_address(address, settings.derived_key("bounce")) == 4711
    assert read_bounce_address(address, settings.derived_key("unsubscribe")) is None


@pytest.mark.parametrize("sender", ["", "s" * 40 + "@shop.test"])
def test_without_room_for_a_token_the_address_is_left_as_it_is(tmp_path: Path, sender: str) -> None:
    settings = _settings(tmp_path, MAIL_FROM=sender)
    assert return_path(settings) is None
    assert build(settings).writer.return_path_of(1) is None


def test_the_feedback_name_is_handed_on(tmp_path: Path) -> None:
    assert build(_settings(tmp_path, FEEDBACK_ID="shop1")).writer.feedback_id == "shop1"
