"""People for tests: they say, tap, write and look through the sandbox's control API, and wait for what should come.

Nothing sleeps: whoever waits holds the sandbox's long poll and looks again when something has changed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import aiohttp

PATIENCE_S = 30.0  # of a machine that does much else; what comes is seen at once
PRESS_S = 10.0


class NotSeenError(AssertionError):
    """What should have come did not; the message shows what was there instead."""


class Control:
    """The control API of one sandbox."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = aiohttp.ClientSession()

    async def get(self, path: str) -> Any:
        async with self._http.get(f"{self._url}/sandbox/{path}") as response:
            return await self._read(response)

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        async with self._http.post(f"{self._url}/sandbox/{path}", json=body) as response:
            return await self._read(response)

    async def close(self) -> None:
        await self._http.close()

    async def until(self, look: Any, *, patience: float, otherwise: Any) -> Any:
        """Call `look` now and after every change until it finds something; `otherwise` words the disappointment."""
        deadline = time.monotonic() + patience
        while True:
            seq = (await self.get("changes?after=0&timeout=0"))["seq"]
            found = await look()
            if found is not None:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise NotSeenError(await otherwise())
            await self.get(f"changes?after={seq}&timeout={left:.3f}")

    @staticmethod
    async def _read(response: aiohttp.ClientResponse) -> Any:
        answer = await response.json()
        assert response.status == 200, answer
        return answer


@dataclass(slots=True)
class Staff:
    """Somebody with a phone in their hand."""

    control: Control
    id: str

    async def says(self, text: str = "", **more: Any) -> int:
        """Send a message; `more` is what the control API's `say` takes (reply_to, file, photo, voice, contact …)."""
        return int((await self.control.post(f"people/{self.id}/say", {"text": text, **more}))["message_id"])

    async def taps(self, button: str, *, on: dict[str, Any] | None = None) -> dict[str, Any]:
        """Press a button by its text or a part of it, on that message or on the newest that has it."""
        body: dict[str, Any] = {"button": button, "timeout": PRESS_S}
        if on is not None:
            body["message_id"] = on["message_id"]
        pressed: dict[str, Any] = await self.control.post(f"people/{self.id}/tap", body)
        assert pressed["answered"], f"nobody answered the press on {button!r}: {await self._shown()}"
        return pressed

    async def sees(self, *parts: str, button: str = "", after: int = 0, patience: float = PATIENCE_S) -> dict[str, Any]:
        """Wait for a message of the bot with all these parts (and a button like that); returns the newest such."""

        async def look() -> dict[str, Any] | None:
            for message in reversed(await self.chat()):
                if message["from"] == "bot" and message["message_id"] > after and _shows(message, parts, button):
                    return message
            return None

        async def otherwise() -> str:
            return f"{self.id} never saw {parts!r} {button!r}; the chat shows: {await self._shown()}"

        found: dict[str, Any] = await self.control.until(look, patience=patience, otherwise=otherwise)
        return found

    async def asks(self, text: str, *parts: str, button: str = "", patience: float = PATIENCE_S) -> dict[str, Any]:
        """Say something and wait for an answer to it."""
        said = await self.says(text)
        return await self.sees(*parts, button=button, after=said, patience=patience)

    async def count(self, *parts: str, button: str = "") -> int:
        return sum(message["from"] == "bot" and _shows(message, parts, button) for message in await self.chat())

    async def phone_does(self, manner: str, *, seconds: int = 42) -> None:
        """What their phone does when it rings: answer, busy, no-answer."""
        await self.control.post(f"people/{self.id}/phone/manner", {"answer": manner, "seconds": seconds})

    async def chat(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.control.get(f"people/{self.id}/chat")
        return found

    async def _shown(self) -> str:
        lines = [
            f"[{message['message_id']} {message['from']}] {message['text']!r} "
            f"{[button['text'] for row in message['buttons'] for button in row]}"
            for message in (await self.chat())[-8:]
        ]
        return "\n  ".join(["", *lines])


@dataclass(slots=True)
class Customer:
    """Somebody with a mailbox and a phone of their own."""

    control: Control
    id: str

    async def gets_mail(self, *parts: str, patience: float = PATIENCE_S) -> dict[str, Any]:
        """Wait for a mail with all these parts in subject or text; returns the newest such."""

        async def look() -> dict[str, Any] | None:
            for letter in reversed(await self.mailbox()):
                if letter["direction"] == "in" and all(
                    part in f"{letter['subject']}\n{letter['text']}" for part in parts
                ):
                    return letter
            return None

        async def otherwise() -> str:
            there = [(letter["direction"], letter["subject"]) for letter in await self.mailbox()]
            return f"{self.id} never got a mail with {parts!r}; the mailbox holds {there}"

        found: dict[str, Any] = await self.control.until(look, patience=patience, otherwise=otherwise)
        return found

    async def answers(self, letter: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
        body = {"message_id": letter["message_id"], "text": text, **more}
        sent: dict[str, Any] = await self.control.post(f"people/{self.id}/mailbox/reply", body)
        return sent

    async def writes(self, subject: str, text: str, **more: Any) -> dict[str, Any]:
        body = {"subject": subject, "text": text, **more}
        sent: dict[str, Any] = await self.control.post(f"people/{self.id}/mailbox/send", body)
        return sent

    async def unsubscribes(self, letter: dict[str, Any]) -> int:
        body = {"message_id": letter["message_id"]}
        return int((await self.control.post(f"people/{self.id}/mailbox/unsubscribe", body))["status"])

    async def mailbox(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.control.get(f"people/{self.id}/mailbox")
        return found

    async def gets_text(self, *parts: str, patience: float = PATIENCE_S) -> dict[str, Any]:
        """Wait for an SMS with all these parts; returns the newest such."""

        async def look() -> dict[str, Any] | None:
            for text in reversed(await self.phone()):
                if text["direction"] == "in" and all(part in text["body"] for part in parts):
                    return text
            return None

        async def otherwise() -> str:
            there = [text["body"] for text in await self.phone()]
            return f"{self.id} never got a text with {parts!r}; the phone shows {there}"

        found: dict[str, Any] = await self.control.until(look, patience=patience, otherwise=otherwise)
        return found

    async def texts(self, body: str) -> dict[str, Any]:
        sent: dict[str, Any] = await self.control.post(f"people/{self.id}/phone/text", {"text": body})
        return sent

    async def calls(self, *, message: bool = False) -> dict[str, Any]:
        """Call the company and stay on the line to the end."""
        done: dict[str, Any] = await self.control.post(f"people/{self.id}/phone/call", {"message": message})
        return done

    async def phone_does(self, manner: str, *, seconds: int = 42) -> None:
        """What their phone does when it rings: answer, busy, no-answer."""
        await self.control.post(f"people/{self.id}/phone/manner", {"answer": manner, "seconds": seconds})

    async def phone(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.control.get(f"people/{self.id}/phone")
        return found


def _shows(message: dict[str, Any], parts: tuple[str, ...], button: str) -> bool:
    buttons = [key["text"].casefold() for row in message["buttons"] for key in row]
    return all(part.casefold() in message["text"].casefold() for part in parts) and (
        not button or any(button.casefold() in text for text in buttons)
    )
