"""The page of preferences in a real browser without scripts: on a narrow phone, by keyboard, in every language."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from storage.models import Language
from tests.flows.conftest import Day
from tests.flows.page import DESKTOP, browser, chromium
from tests.flows.test_mailing_results import drafted

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(chromium() is None, reason="Chromium is not installed, so nobody looked at the page"),
]

NARROW = {"width": 320, "height": 640}


async def test_a_customer_chooses_on_a_small_phone_and_by_keyboard(day: Day) -> None:
    await day.manager.taps("🚀 Now", on=await drafted(day))
    letter = await day.anna.gets_mail("News for Anna Schmidt", patience=20)
    [url] = re.findall(r"https?://\S+/p/\S+", letter["text"])
    async with browser() as launched:
        for size in (NARROW, DESKTOP):
            context = await launched.new_context(viewport=size, java_script_enabled=False)  # type: ignore[arg-type]
            page = await context.new_page()
            await page.goto(url)
            await readable(page, size["width"])
            await context.close()
        context = await launched.new_context(viewport=NARROW, java_script_enabled=False)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(url)
        await page.get_by_label("SMS").focus()
        await page.keyboard.press("Space")
        await page.get_by_text("New prices").click()  # the words are as good as the box
        for language, saved in ((Language.RU, "Сохранено"), (Language.TH, "บันทึกแล้ว"), (Language.EN, "Saved")):
            await page.locator(f"input[name=language][value={language.value}]").check()
            await page.locator("button[type=submit]").first.click()
            await expect(page.get_by_role("status")).to_contain_text(saved)
            await expect(page.locator("html")).to_have_attribute("lang", language.value)
            await readable(page, NARROW["width"])
        await expect(page.get_by_label("SMS")).not_to_be_checked()
        await expect(page.get_by_label("Email")).to_be_checked()
        await expect(page.get_by_label("New prices")).not_to_be_checked()
        await page.get_by_role("button", name="Stop all mailings").click()
        await expect(page.get_by_label("Email")).not_to_be_checked()
        await context.close()


async def readable(page: Page, width: int) -> None:
    """Nothing stands outside the screen, every box has words, and what is pressed is big enough for a thumb."""
    boxes = await page.locator("main, label, button, legend, p").all()
    for one in boxes:
        box = await one.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    for one in await page.locator("label, button").all():
        box = await one.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert (await one.inner_text()).strip()
    assert await page.locator("fieldset > legend").count() == await page.locator("fieldset").count()
