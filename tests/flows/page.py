"""The demo as a newcomer meets it: `python -m sandbox` as a process, and its page in headless Chromium.

People are played with mouse and keyboard only; nothing here knows the control API but the question whether it is up.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, Locator, Page, async_playwright

from sandbox.product import ROOT, free_port

START_S, PATIENCE_MS = 60.0, 30_000
DESKTOP, PHONE = {"width": 1500, "height": 900}, {"width": 390, "height": 844}
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


class DemoDidNotStartError(RuntimeError):
    """The demo ended or never answered; its output is in the message."""


class Desk:
    """The page in front of somebody who plays everybody."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page = page
        self.pictures = pictures
        page.set_default_timeout(PATIENCE_MS)

    async def says(self, who: str, text: str) -> None:
        phone = await self.phone(who)
        await phone.get_by_test_id("input").fill(text)
        await phone.get_by_test_id("send").click()

    async def sees(self, who: str, *parts: str | re.Pattern[str]) -> Locator:
        """Wait for a message of the bot with all these parts (its buttons count); the newest such."""
        phone = await self.phone(who)
        found = phone.locator(".message.theirs")
        for part in parts:
            found = found.filter(has_text=part)
        await found.last.wait_for()
        await found.last.scroll_into_view_if_needed()
        return found.last

    async def taps(self, button: str | re.Pattern[str], on: Locator) -> None:
        await on.get_by_test_id("button").filter(has_text=button).first.click()

    async def replies(self, who: str, to: Locator, text: str) -> None:
        await to.get_by_test_id("bubble").hover()
        await to.get_by_test_id("reply-to").click()
        await self.says(who, text)

    async def phone(self, who: str) -> Locator:
        await self._turn_to({"rep2": "rep", "admin": "rep"}.get(who, who))
        return self.page.get_by_test_id(f"phone-{who}")

    async def customer(self) -> Locator:
        await self._turn_to("customer")
        return self.page.get_by_test_id("customer")

    async def picture(self, name: str) -> Path:
        """What is to be seen now, kept for whoever looks at the run."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        path = self.pictures / f"{name}.png"
        await self.page.screenshot(path=path)
        return path

    async def _turn_to(self, tab: str) -> None:
        """On a phone's width one panel is shown at a time."""
        button = self.page.get_by_test_id(f"tab-{tab}")
        if await button.is_visible():
            await button.click()


@asynccontextmanager
async def demo(data: Path) -> AsyncIterator[str]:
    """The demo, kept in `data`, as a process of its own; yields the page's address."""
    port = free_port()
    arguments = ["-m", "sandbox", "--no-browser", "--port", str(port), "--data", str(data)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHLINE_")}
    output = data / "demo.log"
    with output.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    try:
        await _until_up(url, process, output)
        yield url
        process.send_signal(signal.SIGINT)
        code = await asyncio.wait_for(process.wait(), 35)
        if code or "Traceback" in _tail(output):
            raise RuntimeError(f"the demo ended with {code}:\n{_tail(output)}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium: the machine's own, else Playwright's."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        try:
            yield launched
        finally:
            await launched.close()


def chromium() -> str | None:
    """Where the machine's Chromium is, if it has one."""
    return next((found for name in _CHROMIUM if (found := shutil.which(name))), None)


@asynccontextmanager
async def desk(browser: Browser, url: str, size: dict[str, int], pictures: Path) -> AsyncIterator[Desk]:
    """The page at that size; a script error on it, or a refused call of its own, fails whoever used it."""
    context = await browser.new_context(viewport={"width": size["width"], "height": size["height"]}, locale="en-GB")
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    try:
        await page.goto(url)
        yield Desk(page, pictures)
        if wrong:
            raise AssertionError(f"the page complained: {wrong}")
    finally:
        await context.close()


async def _until_up(url: str, process: asyncio.subprocess.Process, output: Path) -> None:
    async with asyncio.timeout(START_S), aiohttp.ClientSession() as http:
        while True:
            if process.returncode is not None:
                raise DemoDidNotStartError(_tail(output))
            try:
                async with http.get(f"{url}/sandbox/people") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                # Not listening yet: that is what this loop waits for.
                pass
            await asyncio.sleep(0.05)


def _tail(output: Path) -> str:
    return output.read_text(encoding="utf-8", errors="replace")[-6000:]
