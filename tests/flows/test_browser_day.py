"""A newcomer's first minutes on the demo's page, in a real browser: the whole of a rep's day by mouse and keyboard."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from sandbox.product import ROOT
from tests.flows.page import DESKTOP, PHONE, Desk, browser, chromium, demo, desk

PICTURES = Path(os.environ.get("TOUCHLINE_ARTEFACTS") or ROOT / "artefacts")

pytestmark = [
    pytest.mark.long,
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="Chromium is not installed, so nobody looked at the page"),
]


@pytest.mark.parametrize(("width", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
async def test_a_day_on_the_page(tmp_path: Path, width: str, size: dict[str, int]) -> None:
    async with demo(tmp_path) as url, browser() as chrome, desk(chrome, url, size, PICTURES / width) as page:
        await page.sees("rep", "Today", "Nina Orlova")
        await page.picture("1-morning")
        await a_call_with_a_follow_up(page)
        await the_reminder_is_kept(page)
        await a_customers_email_is_answered(page)
        await a_mailing_goes_out(page)
        await stock_is_asked_for(page)


async def a_call_with_a_follow_up(page: Desk) -> None:
    await page.page.get_by_test_id("tour-call").click()
    await (await page.phone("rep")).get_by_test_id("send").click()
    card = await page.sees("rep", "Anna Schmidt", "agreed 20 pcs", "send offer", "Save")
    await page.picture("2-call-understood")
    await page.taps("Save", card)
    await page.sees("rep", "Anna Schmidt", "send offer", "Undo")
    await page.picture("3-call-saved")


async def the_reminder_is_kept(page: Desk) -> None:
    await page.page.get_by_test_id("clock-advance-1h").click()
    reminder = await page.sees("rep", "Due", "send offer", "Done")
    await page.picture("4-reminder")
    await page.taps("Done", reminder)
    await page.sees("rep", "What's next?")
    await page.picture("5-what-is-next")


async def a_customers_email_is_answered(page: Desk) -> None:
    customer = await page.customer()
    await page.page.get_by_test_id("tour-email").click()
    await customer.get_by_test_id("mail-send").click()
    announced = await page.sees("rep", "Anna Schmidt", "Could you deliver 500 pcs by Friday")
    await page.picture("6-email-arrived")
    await page.replies("rep", announced, "Yes, 500 pcs on Friday, 0.13 each.")
    await page.sees("rep", "Yes, 500 pcs on Friday", re.compile("✔️ sent|delivered"))
    await page.picture("7-email-answered")
    customer = await page.customer()
    await customer.get_by_test_id("mail-item").filter(has_text="Yes, 500 pcs on Friday").first.click()
    letter = customer.get_by_test_id("mail-frame").content_frame
    await letter.get_by_text("Yes, 500 pcs on Friday").first.wait_for()
    await page.picture("8-customers-mailbox")


async def a_mailing_goes_out(page: Desk) -> None:
    await page.says("manager", "/mailings")
    await page.taps("New mailing", await page.sees("manager", "New mailing"))
    await page.taps("Riga and Berlin", await page.sees("manager", "To whom?"))
    await page.taps("Autumn prices", await page.sees("manager", "Which email?"))
    draft = await page.sees("manager", "🚀 Now")
    await page.picture("9-mailing-draft")
    await page.taps("🚀 Now", draft)
    await page.sees("manager", "Riga and Berlin", "Finished.", "100%")
    await page.picture("10-mailing-finished")


async def stock_is_asked_for(page: Desk) -> None:
    await page.says("warehouse", "stock m8x40")
    found = await page.sees("warehouse", "m8x40", "ชุบซิงค์")
    await page.picture("11-stock-found")
    await page.taps("ชุบซิงค์", found)
    await page.sees("warehouse", "BLT-M8-40", "บาร์โค้ด 2000420001043")
    await page.picture("12-stock-card")
