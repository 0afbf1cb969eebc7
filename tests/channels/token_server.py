"""A server that hands out access tokens, and tells a mail server whether one holds: OAuth 2.0 as far as we need it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class TokenServer:
    """Tokens are `token-1`, `token-2` …; `renews` hands out a new refresh token each time, as Microsoft does."""

    username: str = "crm@shop.test"
    life: int = 3600
    renews: bool = False
    fails_with: tuple[int, dict[str, Any]] | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    valid: set[str] = field(default_factory=set)
    url: str = ""

    async def hand_out(self, request: web.Request) -> web.Response:
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        if self.fails_with is not None:
            status, said = self.fails_with
            return web.json_response(said, status=status)
        token = f"token-{len(self.asked)}"
        self.valid.add(token)
        renewed = {"refresh_token": f"renewed-{len(self.asked)}"} if self.renews else {}
        return web.json_response({"access_token": token, "expires_in": self.life, "token_type": "Bearer"} | renewed)

    async def introspect(self, request: web.Request) -> web.Response:
        token = str((await request.post()).get("token", ""))
        if token not in self.valid:
            return web.json_response({"active": "false"})
        return web.json_response({"active": "true", "username": self.username})


@contextlib.asynccontextmanager
async def handing_out(server: TokenServer, *, port: int = 0) -> AsyncIterator[TokenServer]:
    """On a port of the loopback until the end of the block."""
    application = web.Application()
    application.router.add_post("/token", server.hand_out)
    application.router.add_post("/introspect", server.introspect)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/token"
    try:
        yield server
    finally:
        await runner.cleanup()
