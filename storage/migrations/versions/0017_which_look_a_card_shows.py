"""Which look a card shows"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('card_message', sa.Column('version', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    raise NotImplementedError("restore a backup: taking columns away would lose what people wrote")
