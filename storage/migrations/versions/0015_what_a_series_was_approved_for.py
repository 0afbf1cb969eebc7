"""What a series was approved for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('mailing_series', schema=None) as batch_op:
        batch_op.add_column(sa.Column('approved_cost', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup: taking columns away would lose what people wrote")
