"""The product as a process of its own, so that a test can kill it; its clock follows the sandbox's.

`python -m sandbox.product --clock FILE` is that process: the product itself, built with the sandbox's addresses.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path

import aiohttp

from app import settings as product_settings
from app import wiring
from sandbox.clock import FollowingClock
from sandbox.server import Sandbox

ROOT = Path(__file__).parents[1]
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 35.0
_POLL_S = 0.05


class ProductDidNotStartError(RuntimeError):
    """The product's process ended, or did not answer in time; its log is in the message."""


class ProductProcess:
    """One product process beside a running sandbox.

    The data directory outlives it: `start()` after `kill()` is the restart a test wants. `only` names the parts to run,
    like the command line's option. With `standby` the next process is always built already and waits to be let go, so
    that a test with many restarts spends its time on the product's work; whoever uses it calls `dismiss()` at the end.
    """

    def __init__(
        self,
        *,
        sandbox: Sandbox,
        data: Path,
        clock_file: Path,
        port: int = 0,
        only: str = "",
        standby: bool = False,
    ) -> None:
        self._sandbox = sandbox
        self._data = data
        self._clock_file = clock_file
        self._only = only
        self._standby = standby
        self._next: asyncio.subprocess.Process | None = None
        self._process: asyncio.subprocess.Process | None = None
        self.port = port or free_port()
        self.settings: dict[str, str] = {}
        self.log = data / f"product-{self.port}.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("the product is not running")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self, *, ready: bool = True) -> None:
        """Start it, and wait until it says it is ready unless told not to."""
        self._process, self._next = self._next or await self._spawn(), None
        if self._process.stdin is not None:
            self._process.stdin.write(b"go\n")
            await self._process.stdin.drain()
            self._next = await self._spawn()
        self._sandbox.phones.sms_url = f"{self.url}/twilio/sms"
        self._sandbox.calls.voice_url = f"{self.url}/twilio/voice"
        if ready:
            await self._wait_until_ready()

    async def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM, as a deployment does; returns the exit code. Killed when it does not end in time."""
        return await self._end(signal.SIGTERM)

    async def kill_and_restart(self) -> None:
        await self.kill()
        await self.start()

    async def dismiss(self) -> None:
        """End the process that stands by."""
        if self._next is not None:
            self._next.kill()
            await self._next.wait()
            self._next = None

    def read_log(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    async def _spawn(self) -> asyncio.subprocess.Process:
        self._data.mkdir(parents=True, exist_ok=True)
        arguments = ["-m", "sandbox.product", "--clock", str(self._clock_file)]
        arguments += ["--only", self._only] if self._only else []
        arguments += ["--standby"] if self._standby else []
        # A file, not a pipe: nobody reads while it works, and a full pipe would stop it.
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                cwd=ROOT,
                env=self._environment(),
                stdin=asyncio.subprocess.PIPE if self._standby else None,
                stdout=log,
                stderr=log,
            )

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHLINE_")}
        return {
            **inherited,
            **product_environment(self._sandbox, data=self._data, port=self.port),
            **self.settings,
        }

    async def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as http:
            while time.monotonic() < deadline:
                if not self.is_running:
                    raise ProductDidNotStartError(self.read_log()[-4000:])
                try:
                    async with http.get(f"{self.url}/healthz") as response:
                        if response.status == 200:
                            return
                except (aiohttp.ClientError, TimeoutError):
                    # Not listening yet: that is what this loop waits for.
                    pass
                await asyncio.sleep(_POLL_S)
        raise ProductDidNotStartError(f"no answer within {START_TIMEOUT_S:.0f} s\n{self.read_log()[-4000:]}")

    async def _end(self, with_signal: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.send_signal(with_signal)
        try:
            code = await asyncio.wait_for(self._process.wait(), STOP_TIMEOUT_S)
        except TimeoutError:
            self._process.kill()
            code = await self._process.wait()
        self._process = None
        return code


def product_environment(sandbox: Sandbox, *, data: Path, port: int) -> dict[str, str]:
    """Every setting of a product that lives beside `sandbox`, as environment variables."""
    return {
        **sandbox.product_environment(),
        "TOUCHLINE_DATA_DIR": str(data),
        "TOUCHLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TOUCHLINE_WEB_HOST": "127.0.0.1",
        "TOUCHLINE_WEB_PORT": str(port),
        "TOUCHLINE_DEFAULT_TIMEZONE": "Asia/Bangkok",
        "TOUCHLINE_SMS_PRICE": "TH=0.02 RU=0.06 DE=0.09 *=0.08",
        "TOUCHLINE_TRACK_CLICKS": "on",
    }


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.product")
    parser.add_argument("--clock", type=Path, required=True, help="the file with the sandbox clock's offset")
    parser.add_argument("--only", default="", help="the parts to run, with commas between them")
    parser.add_argument("--standby", action="store_true", help="build everything, then wait for a line on stdin")
    chosen = parser.parse_args()
    settings = product_settings.load(env_file=None)
    product = wiring.build(settings, clock=FollowingClock(path=chosen.clock))
    if chosen.standby:
        _ = product.bot  # the most expensive part to build; nothing is opened by it
        if not sys.stdin.readline():
            return
    asyncio.run(product.run(only=[part for part in chosen.only.split(",") if part] or None))


if __name__ == "__main__":
    main()
