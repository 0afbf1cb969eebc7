"""The page in a real browser, over the real stand-ins; a few lines play the product."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update

from sandbox.server import PAGE, Sandbox

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]

pytestmark = [pytest.mark.long, pytest.mark.browser]
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the page was not driven")


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1400, "height": 900}, locale="en-GB")
        page.set_default_timeout(10_000)
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        await page.goto(sandbox.url)
        yield page
        await browser.close()
        assert not broken


@pytest.fixture
async def echo(bot: Bot) -> AsyncIterator[None]:
    """A product of ten lines: shows what was said with two buttons, and edits the card when one is pressed."""
    playing = asyncio.create_task(_echo(bot))
    yield
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)


async def _echo(bot: Bot) -> None:
    offset = 0
    while True:
        for update in await bot.get_updates(offset=offset, timeout=5, allowed_updates=Update.ALL_TYPES):
            offset = update.update_id + 1
            if update.message:
                keys = InlineKeyboardMarkup(
                    [[InlineKeyboardButton(text, callback_data=text) for text in ("Save", "Done")]]
                )
                heard = update.message.text_html or update.message.caption or "a thing"
                await bot.send_message(update.message.chat_id, f"Heard <b>{heard}</b>", "HTML", reply_markup=keys)
            if update.callback_query and update.callback_query.message:
                await update.callback_query.answer("Saved")
                message = update.callback_query.message
                await bot.edit_message_text(
                    "It is <i>saved</i>", message.chat.id, message.message_id, parse_mode="HTML"
                )


@needs_browser
async def test_a_line_is_said_answered_and_its_card_edited(page: Page, echo: None) -> None:
    rep = page.get_by_test_id("phone-rep")
    await rep.get_by_test_id("input").fill("call <Anna> & co")
    await rep.get_by_test_id("input").press("Enter")
    card = rep.locator("[data-testid=bubble][data-from=bot]")
    await expect(card).to_contain_text("Heard call <Anna> & co")
    await expect(card.locator("b")).to_have_text("call <Anna> & co")
    await rep.get_by_test_id("button").get_by_text("Save").click()
    await expect(rep.get_by_test_id("toast")).to_have_text("Saved")
    await expect(card).to_contain_text("It is saved")
    await expect(card.get_by_test_id("edited")).to_be_visible()
    await expect(rep.get_by_test_id("button")).to_have_count(0)


@needs_browser
async def test_a_reply_a_contact_and_a_file_reach_the_bot(page: Page, sandbox: Sandbox, echo: None) -> None:
    rep = page.get_by_test_id("phone-rep")
    await rep.get_by_test_id("input").fill("first")
    await rep.get_by_test_id("send").click()
    await rep.locator("[data-from=bot]").first.click(position={"x": 12, "y": 8})
    await expect(rep.get_by_test_id("reply-bar")).to_contain_text("Heard first")
    await rep.get_by_test_id("input").fill("second")
    await rep.get_by_test_id("send").click()
    await expect(rep.get_by_test_id("reply-bar")).to_be_hidden()

    await rep.get_by_test_id("attach").click()
    await rep.get_by_test_id("attach-contact").click()
    await page.get_by_test_id("contact-name").fill("Joe Doe")
    await page.get_by_test_id("contact-phone").fill("+66812345678")
    await page.keyboard.press("Enter")
    await expect(rep.locator(".contact")).to_contain_text("+66812345678")

    async with page.expect_file_chooser() as chooser:
        await rep.get_by_test_id("attach").click()
        await rep.get_by_test_id("attach-file").click()
    await (await chooser.value).set_files({"name": "list.csv", "mimeType": "text/csv", "buffer": b"name\nJoe\n"})
    await expect(rep.get_by_test_id("file")).to_contain_text("list.csv")

    said = [
        message
        for message in sandbox.bot.chat_of(sandbox.world.person("rep")).messages.values()
        if not message.from_bot
    ]
    assert [message.body.text for message in said[:2]] == ["first", "second"]
    assert said[1].reply_to is not None
    assert said[1].reply_to.from_bot


@needs_browser
async def test_what_comes_while_nobody_looks_is_unread(page: Page, bot: Bot) -> None:
    manager = page.get_by_test_id("phone-manager")
    await page.get_by_test_id("phone-rep").get_by_test_id("input").click()
    for number in range(40):
        await bot.send_message(102, f"line {number}")
    await expect(manager.get_by_test_id("unread")).to_have_text("40")
    await expect(manager.get_by_test_id("unread-line")).to_be_visible()
    await manager.get_by_test_id("input").click()
    await expect(manager.get_by_test_id("unread")).to_be_hidden()


@needs_browser
async def test_the_clock_moves_and_the_customer_writes(page: Page, sandbox: Sandbox) -> None:
    before = sandbox.clock.now()
    await page.get_by_test_id("clock-advance-1h").click()
    await page.get_by_test_id("clock-custom").fill("2h 30m")
    await page.get_by_test_id("clock-custom").press("Enter")
    await expect(page.get_by_test_id("clock-custom")).to_have_value("")
    await _until(lambda: (sandbox.clock.now() - before).total_seconds() >= 3.5 * 3600)

    await page.get_by_test_id("customer-picker").fill("anna")
    await page.keyboard.press("Enter")
    await page.get_by_test_id("mail-new").click()
    await page.get_by_test_id("mail-subject").fill("Your offer")
    await page.get_by_test_id("mail-text").fill("Could you deliver 500 pcs?")
    await page.get_by_test_id("mail-send").click()
    await expect(page.get_by_test_id("mail-item")).to_contain_text("Your offer")
    await _until(lambda: any(b"Could you deliver 500 pcs?" in mail.raw for mail in sandbox.office.inbox.mails))

    await page.get_by_test_id("open-sms").click()
    await page.get_by_test_id("sms-input").fill("On my way")
    await page.get_by_test_id("sms-input").press("Enter")
    await expect(page.get_by_test_id("sms-bubble")).to_contain_text("On my way")


@needs_browser
async def test_markup_from_people_never_becomes_the_pages(page: Page) -> None:
    hostile = (
        "<b onclick=alert(1)>bold</b><script>alert(2)</script><img src=x onerror=alert(3)>"
        '<a href="javascript:alert(4)">bad</a><a href="https://example.com/">good</a><iframe src="/"></iframe>'
        "<svg onload=alert(5)><style>*{display:none}</style></svg><tg-spoiler>hidden</tg-spoiler>"
    )
    rebuilt = await page.evaluate(
        """async (html) => {
            const { richText } = await import("/page/richtext.js");
            const box = document.createElement("div");
            box.append(richText(html, null));
            return {
                tags: [...box.querySelectorAll("*")].map((node) => node.tagName.toLowerCase()).sort(),
                handlers: [...box.querySelectorAll("*")].flatMap((node) => [...node.attributes]).filter((a) => a.name.startsWith("on")).length,
                links: [...box.querySelectorAll("a")].map((link) => link.href),
                text: box.textContent,
            };
        }""",
        hostile,
    )
    assert rebuilt == {
        "tags": ["a", "b", "span", "span"],
        "handlers": 0,
        "links": ["https://example.com/"],
        "text": "boldbadgoodhidden",
    }


@needs_browser
@pytest.mark.parametrize("language", ["en", "ru", "th"])
async def test_nothing_overflows_on_a_phone(page: Page, sandbox: Sandbox, language: str) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{sandbox.url}/?lang={language}")
    for tab, panel in (("manager", "phone-manager"), ("customer", "customer"), ("rep", "phone-rep")):
        await page.get_by_test_id(f"tab-{tab}").click()
        await expect(page.get_by_test_id(panel)).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_page_speaks_three_languages_alike() -> None:
    words = {
        code: json.loads((PAGE / "words" / f"{code}.json").read_text(encoding="utf-8")) for code in ("en", "ru", "th")
    }
    places = {
        code: {key: set(re.findall(r"\{\w+\}", text)) for key, text in table.items()} for code, table in words.items()
    }
    assert places["ru"] == places["en"]
    assert places["th"] == places["en"]
    asked = {
        key
        for script in Path(PAGE).glob("*.js")
        for key in re.findall(r'[^\w.]t\("(\w+)"', script.read_text(encoding="utf-8"))
    }
    assert asked <= set(words["en"]), asked - set(words["en"])


async def _until(condition: Callable[[], bool]) -> None:
    """Wait for something of the stand-ins, which no locator can see; fails after ten seconds."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.02)
