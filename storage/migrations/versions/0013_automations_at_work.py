"""Automations at work"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.drop_index('ix_enrolment_due')
        batch_op.add_column(sa.Column('since_event_id', _KEY, server_default='0', nullable=False))
        batch_op.add_column(sa.Column('chain', _JSON, server_default='[]', nullable=False))
        batch_op.create_index('ix_enrolment_due', ['automation_id', 'due_at', 'id'], unique=False, sqlite_where=sa.text("state = 'inside'"), postgresql_where=sa.text("state = 'inside'"))

    with op.batch_alter_table('client', schema=None) as batch_op:
        batch_op.add_column(sa.Column('external_id', sa.String(length=120), nullable=True))
        batch_op.create_index('ix_client_external', ['external_id'], unique=True)

    with op.batch_alter_table('feed_cursor', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mark_id', _KEY, server_default='0', nullable=False))
        batch_op.add_column(sa.Column('mark_xmax', _KEY, server_default='0', nullable=False))

    with op.batch_alter_table('posted_event', schema=None) as batch_op:
        batch_op.alter_column('key', existing_type=sa.String(length=200), type_=sa.String(length=255), existing_nullable=False)

    op.create_table('automation_day',
    sa.Column('automation_id', _KEY, nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('cursor', _KEY, nullable=True),
    sa.ForeignKeyConstraint(['automation_id'], ['automation.id'], name=op.f('fk_automation_day_automation_id_automation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('automation_id', 'zone', name=op.f('pk_automation_day'))
    )
    op.create_table('segment_watch',
    sa.Column('segment_id', _KEY, nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('event_id', _KEY, nullable=False),
    sa.ForeignKeyConstraint(['segment_id'], ['segment.id'], name=op.f('fk_segment_watch_segment_id_segment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('segment_id', name=op.f('pk_segment_watch'))
    )
    op.create_table('segment_presence',
    sa.Column('segment_id', _KEY, nullable=False),
    sa.Column('client_id', _KEY, nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_segment_presence_client_id_client'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['segment_id'], ['segment_watch.segment_id'], name=op.f('fk_segment_presence_segment_id_segment_watch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('segment_id', 'client_id', name=op.f('pk_segment_presence'))
    )
    with op.batch_alter_table('segment_presence', schema=None) as batch_op:
        batch_op.create_index('ix_segment_presence_client', ['client_id'], unique=False)

    op.create_table('webhook_call',
    sa.Column('id', _KEY, nullable=False),
    sa.Column('enrolment_id', _KEY, nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('planned', 'calling', 'answered', 'given_up', name='webhookstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_token', sa.String(length=40), nullable=True),
    sa.Column('lease_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('reply', sa.String(length=500), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'calling') = (lease_token IS NOT NULL)", name=op.f('ck_webhook_call_lease_while_calling')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_webhook_call_enrolment_id_enrolment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_call')),
    sa.UniqueConstraint('enrolment_id', 'place', name=op.f('uq_webhook_call_enrolment_id_place'))
    )
    with op.batch_alter_table('webhook_call', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_call_due', ['due_at', 'id'], unique=False, sqlite_where=sa.text("state = 'planned'"), postgresql_where=sa.text("state = 'planned'"))
        batch_op.create_index('ix_webhook_call_leased', ['lease_expires_at'], unique=False, sqlite_where=sa.text("state = 'calling'"), postgresql_where=sa.text("state = 'calling'"))


def downgrade() -> None:
    raise NotImplementedError("restore a backup: taking columns away would lose what people wrote")
