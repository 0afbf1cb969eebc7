"""The links of a mailing's texts, kept as rows where its clicks are counted."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from crm import template_links
from crm.mailings.looking import other_text, versions_of
from storage.models import Mailing


async def keep_links(session: AsyncSession, mailing: Mailing) -> None:
    """Those of every language, of a trial's other text too; a version written since keeps its own when it is written."""
    if not mailing.track_clicks:
        return
    written = (await versions_of(session, mailing))[mailing.channel]
    for version in (*written.values(), *(await other_text(session, mailing)).values()):
        await template_links.register(session, version)
