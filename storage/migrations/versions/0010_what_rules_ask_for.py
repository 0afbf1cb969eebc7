"""What rules ask of clients: folded names and own fields, birthdays, purchases, addresses as suppressions know them"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# The same functions that keep the columns from now on: what is filled here must compare with what is written later.
from storage.custom_values import folded_fields
from storage.folding import fold
from storage.models.addresses import address_hash
from storage.models.contacts import CHANNEL_OF
from storage.models.enums import ContactKind

revision = '0010'
down_revision = '0004'
branch_labels = None
depends_on = None

BATCH = 5_000


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('purchase',
    sa.Column('id', _key(), nullable=False),
    sa.Column('client_id', _key(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('document', sa.String(length=60), nullable=False),
    sa.Column('product_group', sa.String(length=120), nullable=False),
    sa.Column('group_key', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(currency) = 3', name=op.f('ck_purchase_currency')),
    sa.CheckConstraint('amount_minor BETWEEN -10000000000000 AND 10000000000000', name=op.f('ck_purchase_amount')),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_purchase_client_id_client'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase')),
    sa.UniqueConstraint('client_id', 'document', name=op.f('uq_purchase_client_id_document'))
    )
    op.create_index('ix_purchase_client', 'purchase', ['client_id', 'at', 'currency', 'amount_minor'], unique=False)
    # Added in place: a batch would copy the whole table on SQLite.
    op.add_column('client', sa.Column('name_folded', sa.String(length=200), server_default='', nullable=False))
    op.add_column('client', sa.Column('company_folded', sa.String(length=200), server_default='', nullable=False))
    op.add_column('client', sa.Column('custom_folded', _json(), server_default='{}', nullable=False))
    op.add_column('client', sa.Column('birthday', sa.Date(), nullable=True))
    op.add_column('contact_point', sa.Column('address_hash', sa.String(length=64), server_default='', nullable=False))
    _fold_clients()
    _hash_addresses()
    op.create_index('ix_contact_point_hash', 'contact_point', ['address_hash'], unique=False)
    for name in ('ix_client_city', 'ix_client_last_contact', 'ix_client_last_purchase'):
        op.drop_index(name, table_name='client')
    op.create_index('ix_client_rules', 'client', ['city_key', 'language', 'lifecycle', 'owner_id', 'source_id',
                    'last_contact_at', 'last_purchase_at', 'created_at', 'archived_at'], unique=False)
    op.create_index('ix_consent_state', 'consent', ['channel', 'state', 'client_id', 'id'], unique=False)
    op.create_index('ix_interaction_counted', 'interaction', ['kind', 'client_id', 'at', 'direction'], unique=False,
                    sqlite_where=sa.text('undone_at IS NULL AND automatic IS 0'),
                    postgresql_where=sa.text('undone_at IS NULL AND automatic IS false'))


def _fold_clients() -> None:
    bind = op.get_bind()
    client = sa.table('client', sa.column('id'), sa.column('name'), sa.column('company'), sa.column('custom_fields', _json()),
                      sa.column('name_folded'), sa.column('company_folded'), sa.column('custom_folded', _json()))
    change = client.update().where(client.c.id == sa.bindparam('b_key')).values(
        name_folded=sa.bindparam('b_name'), company_folded=sa.bindparam('b_company'), custom_folded=sa.bindparam('b_custom'))
    last = 0
    while rows := bind.execute(sa.select(client.c.id, client.c.name, client.c.company, client.c.custom_fields)
                               .where(client.c.id > last).order_by(client.c.id).limit(BATCH)).all():
        bind.execute(change, [{'b_key': key, 'b_name': fold(name)[:200], 'b_company': fold(company)[:200],
                               'b_custom': folded_fields(custom)} for key, name, company, custom in rows])
        last = rows[-1][0]


def _hash_addresses() -> None:
    bind = op.get_bind()
    point = sa.table('contact_point', sa.column('id'), sa.column('kind'), sa.column('value'), sa.column('address_hash'))
    change = point.update().where(point.c.id == sa.bindparam('b_key')).values(address_hash=sa.bindparam('b_hash'))
    last = 0
    while rows := bind.execute(sa.select(point.c.id, point.c.kind, point.c.value)
                               .where(point.c.id > last).order_by(point.c.id).limit(BATCH)).all():
        bind.execute(change, [{'b_key': key, 'b_hash': address_hash(CHANNEL_OF[ContactKind(kind)], value)}
                              for key, kind, value in rows])
        last = rows[-1][0]


def downgrade() -> None:
    raise NotImplementedError("restore a backup: taking columns away would lose what people wrote")
