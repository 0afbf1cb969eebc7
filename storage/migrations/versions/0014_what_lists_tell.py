"""What lists tell: totals of purchases, low marks of products"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('purchase_total',
    sa.Column('client_id', _KEY, nullable=False),
    sa.Column('purchases', sa.Integer(), nullable=True),
    sa.Column('counted_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('amount_minor', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('summed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(purchases IS NULL) = (counted_until IS NULL)', name=op.f('ck_purchase_total_counted')),
    sa.CheckConstraint('(amount_minor IS NULL) = (summed_until IS NULL) AND (amount_minor IS NULL) = (currency IS NULL)', name=op.f('ck_purchase_total_summed')),
    sa.CheckConstraint('purchases BETWEEN 0 AND 1000000', name=op.f('ck_purchase_total_purchases')),
    sa.CheckConstraint('length(currency) = 3', name=op.f('ck_purchase_total_currency')),
    sa.CheckConstraint('amount_minor BETWEEN -10000000000000 AND 10000000000000', name=op.f('ck_purchase_total_amount')),
    sa.CheckConstraint('first_at <= last_at', name=op.f('ck_purchase_total_order')),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_purchase_total_client_id_client'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_purchase_total'))
    )
    op.add_column('product', sa.Column('low_mark', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup: taking columns away would lose what people wrote")
