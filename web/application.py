"""The HTTP doors, put together: webhooks, unsubscribing, health and the REST API."""

from __future__ import annotations

from fastapi import FastAPI

from web import errors, health, pages, preferences, telegram, tracking, twilio, twilio_voice, unsubscribe
from web.api import clients, events, interactions, stock
from web.deps import WebParts
from web.guards import BodyLimit, SecurityHeaders


def create_app(web: WebParts) -> FastAPI:
    """The application over its parts. The API and its document exist only where an API key is set."""
    app = FastAPI(
        title="Touchline",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json" if web.api_key else None,
    )
    app.state.parts = web
    errors.install(app)
    for door in (health, telegram, twilio, twilio_voice, pages, unsubscribe, preferences, tracking):
        app.include_router(door.router)
    if web.api_key:
        for noun in (clients, events, interactions, stock):
            app.include_router(noun.router, prefix="/api/v1")
    # The last one added is the outermost: headers stand on refusals of the cap too.
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    return app
