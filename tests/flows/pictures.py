"""Takes the pictures of the documents from the real page: `python -m tests.flows.pictures [DIRECTORY]`.

A whole day is played on it first, so that nothing on them is posed; run it again whenever the page changes.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import aiohttp
from playwright.async_api import Locator

from sandbox.product import ROOT
from tests.flows.page import DESKTOP, Desk, browser, demo, desk

LARGEST = 250_000  # bytes: the documents are read on phones too


async def main(directory: Path) -> None:
    with tempfile.TemporaryDirectory() as data:
        async with demo(Path(data)) as url, browser() as chrome, desk(chrome, url, DESKTOP, directory) as page:
            await page.sees("rep", "Today", "Nina Orlova")
            await a_call(page)
            await an_answer(page)
            await a_mailing(page, url)
            await the_day(page)
    for path in await asyncio.to_thread(lambda: sorted(directory.glob("*.png"))):
        size = path.stat().st_size
        print(f"{path.name}: {size / 1000:.0f} kB")
        if size > LARGEST:
            raise SystemExit(f"{path.name} is larger than {LARGEST / 1000:.0f} kB")


async def a_call(page: Desk) -> None:
    await page.says("rep", "call Anna agreed 20 pcs, in 1 hour send offer")
    card = await page.sees("rep", "Anna Schmidt", "agreed 20 pcs", "Save")
    await settled(page)
    await crop(page, "call", [await page.phone("rep")])
    await page.taps("Save", card)
    await page.sees("rep", "Anna Schmidt", "Undo")


async def an_answer(page: Desk) -> None:
    customer = await page.customer()
    await page.page.get_by_test_id("tour-email").click()
    await customer.get_by_test_id("mail-send").click()
    announced = await page.sees("rep", "Could you deliver 500 pcs by Friday")
    await page.replies("rep", announced, "Yes, 500 pcs on Friday at 0.13 each. Shall I send the invoice?")
    await page.sees("rep", "Shall I send the invoice", "✔️")
    await customer.get_by_test_id("mail-item").filter(has_text="Shall I send the invoice").first.click()
    await customer.get_by_test_id("mail-frame").content_frame.get_by_text("Shall I send").first.wait_for()
    await settled(page)
    await crop(page, "answer", [await page.phone("rep"), customer])


async def a_mailing(page: Desk, url: str) -> None:
    await page.says("manager", "/mailings")
    await page.taps("New mailing", await page.sees("manager", "New mailing"))
    await page.taps("Autumn fair", await page.sees("manager", "To whom?"))
    await page.taps("Autumn prices", await page.sees("manager", "Which email?"))
    draft = await page.sees("manager", "🚀 Now")
    await trouble(url, {"smtp": {"delay": 1.2}})  # a mail server of the usual speed, so that there is something to see
    await page.taps("🚀 Now", draft)
    await page.sees("manager", "Pause", "▓▓▓▓")
    await settled(page)
    await crop(page, "mailing", [await page.phone("manager")])


async def the_day(page: Desk) -> None:
    await page.page.get_by_test_id("clock-advance-1h").click()
    await page.sees("rep", "Due", "send offer")
    await page.page.set_viewport_size({"width": 1360, "height": 800})
    await settled(page)
    await to_the_end(page)
    await page.picture("day")


async def trouble(url: str, faults: dict[str, dict[str, float]]) -> None:
    async with aiohttp.ClientSession() as http, http.post(f"{url}/sandbox/faults", json=faults) as response:
        response.raise_for_status()


async def settled(page: Desk) -> None:
    """Toasts and highlights have gone."""
    await page.page.mouse.move(2, 2)
    for toast in await page.page.get_by_test_id("toast").all():
        await toast.wait_for(state="hidden")
    await page.page.locator(".notice").first.wait_for(state="hidden")


async def to_the_end(page: Desk) -> None:
    """Every chat at its newest message."""
    await page.page.evaluate(
        "document.querySelectorAll('.messages').forEach(list => list.scrollTop = list.scrollHeight)"
    )


async def crop(page: Desk, name: str, panels: list[Locator]) -> None:
    """Only these panels, side by side; the others come back afterwards."""
    for panel in panels:
        await panel.evaluate("panel => panel.dataset.shown = 'yes'")
    stage = page.page.locator("#stage")
    await stage.evaluate(
        """(stage, count) => {
            for (const panel of stage.children) panel.style.display = panel.dataset.shown ? "" : "none";
            stage.style.gridTemplateColumns = `repeat(${count}, 400px)`;
        }""",
        len(panels),
    )
    await to_the_end(page)
    box = await stage.bounding_box()
    width = len(panels) * 400 + 46
    assert box is not None
    await page.page.screenshot(
        path=page.pictures / f"{name}.png", clip={"x": 0, "y": box["y"], "width": width, "height": box["height"]}
    )
    await stage.evaluate(
        """stage => {
            stage.style.gridTemplateColumns = "";
            for (const panel of stage.children) { panel.style.display = ""; delete panel.dataset.shown; }
        }"""
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"))
