"""GET /healthz (the process lives), /readyz (it can do its work) and /metrics (how it does), without personal data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from storage import migrations
from storage.database import StorageError
from storage.models import DeliveryState, Inbox, Outbox
from storage.queries import missed
from web.deps import WebParts, parts

log = structlog.get_logger("touchline.web")
router = APIRouter()

INTAKE_LATE_S = 60.0  # an update that waits longer means nobody handles them
OUTBOX_LATE_S = 300.0  # provider pauses are shorter
POLL_LATE_S = 90.0


@dataclass(frozen=True)
class Standing:
    """How the work stands: ages in seconds, None where nothing waits.

    `missed` is how much news of Twilio's came without its webhook, by kind, since its lists were first looked at.
    """

    intake_waiting: int
    intake_age: float | None
    outbox_waiting: int
    outbox_age: float | None
    poll_age: float | None
    missed: dict[str, int]
    deliveries: dict[tuple[str, str], int]


@router.get("/healthz", include_in_schema=False)
async def healthz() -> PlainTextResponse:
    return PlainTextResponse("alive\n")


@router.get("/readyz", include_in_schema=False)
async def readyz(web: Annotated[WebParts, Depends(parts)]) -> JSONResponse:
    """200 when every check holds, else 503 naming the ones that do not."""
    try:
        standing = await measure(web)
        waiting_migrations = await migrations.pending(web.database)
    except (SQLAlchemyError, OSError, StorageError) as error:
        log.warning("Not ready: the database does not answer", exc_info=error)
        return JSONResponse({"ready": False, "failed": ["database"]}, status_code=503)
    late = {
        "migrations": bool(waiting_migrations),
        "intake": (standing.intake_age or 0.0) > INTAKE_LATE_S,
        "outbox": (standing.outbox_age or 0.0) > OUTBOX_LATE_S,
        "poll": (standing.poll_age or 0.0) > POLL_LATE_S,
    }
    failed = [name for name, bad in late.items() if bad]
    figures = {name: value for name, value in asdict(standing).items() if name != "deliveries"}
    return JSONResponse({"ready": not failed, "failed": failed, **figures}, status_code=503 if failed else 200)


@router.get("/metrics", include_in_schema=False)
async def metrics(web: Annotated[WebParts, Depends(parts)]) -> Response:
    """Prometheus text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(await measure(web)))
    return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})


async def measure(web: WebParts) -> Standing:
    """Reads how the work stands, in one unit."""
    now = web.clock.now()
    async with web.database.read() as session:
        intake = (
            await session.execute(select(func.count(), func.min(Inbox.received_at)).where(Inbox.processed_at.is_(None)))
        ).one()
        due = Outbox.state == DeliveryState.PLANNED, Outbox.due_at <= now
        outbox = (await session.execute(select(func.count(), func.min(Outbox.due_at)).where(*due))).one()
        deliveries = await _deliveries(session)
        found = await missed.found(session)
    return Standing(
        intake_waiting=intake[0],
        intake_age=max(0.0, (now - intake[1]).total_seconds()) if intake[1] else None,
        outbox_waiting=outbox[0],
        outbox_age=max(0.0, (now - outbox[1]).total_seconds()) if outbox[1] else None,
        poll_age=web.poll_age(),
        missed=found,
        deliveries=deliveries,
    )


async def _deliveries(session: AsyncSession) -> dict[tuple[str, str], int]:
    query = select(Outbox.channel, Outbox.state, func.count()).group_by(Outbox.channel, Outbox.state)
    return {(channel.value, state.value): count for channel, state, count in await session.execute(query)}


class _Figures:
    """One reading as Prometheus families."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> list[Metric]:
        now = self._standing
        families: list[Metric] = []
        for name, words, value in (
            ("touchline_intake_waiting", "Arrivals not handled yet", now.intake_waiting),
            ("touchline_intake_oldest_seconds", "Age of the oldest arrival not handled yet", now.intake_age or 0.0),
            ("touchline_outbox_due", "Deliveries that are due and wait", now.outbox_waiting),
            ("touchline_outbox_oldest_seconds", "How long the oldest due delivery waits", now.outbox_age or 0.0),
            ("touchline_poll_age_seconds", "Seconds since Telegram was last polled", now.poll_age),
        ):
            if value is not None:
                families.append(GaugeMetricFamily(name, words, value=float(value)))
        deliveries = GaugeMetricFamily("touchline_deliveries", "Deliveries in the ledger", labels=["channel", "state"])
        for labels, count in sorted(now.deliveries.items()):
            deliveries.add_metric(list(labels), count)
        missed = GaugeMetricFamily("touchline_missed", "News of Twilio's without its webhook", labels=["news"])
        for kind, count in sorted(now.missed.items()):
            missed.add_metric([kind], count)
        return [*families, missed, deliveries]
