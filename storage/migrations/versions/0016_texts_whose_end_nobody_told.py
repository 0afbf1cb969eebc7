"""Texts whose end nobody told"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

_UNTOLD = sa.text("state = 'sent' AND channel = 'sms' AND kind <> 'call'")


def upgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_untold', ['sent_at'], unique=False, sqlite_where=_UNTOLD, postgresql_where=_UNTOLD)


def downgrade() -> None:
    raise NotImplementedError("restore a backup: taking columns away would lose what people wrote")
