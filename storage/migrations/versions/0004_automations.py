"""Automations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('feed_cursor',
    sa.Column('reader', sa.String(length=40), nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('reader', name=op.f('pk_feed_cursor'))
    )
    op.create_table('automation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('recipe', sa.String(length=40), nullable=True),
    sa.Column('state', sa.Enum('draft', 'on', 'paused', name='automationstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('on_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_automation_created_by_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_automation')),
    sa.UniqueConstraint('name', name=op.f('uq_automation_name'))
    )
    with op.batch_alter_table('automation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_automation_state'), ['state'], unique=False)

    op.create_table('automation_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('automation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['automation_id'], ['automation.id'], name=op.f('fk_automation_version_automation_id_automation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_automation_version_created_by_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_automation_version')),
    sa.UniqueConstraint('automation_id', 'number', name=op.f('uq_automation_version_automation_id_number'))
    )
    op.create_table('enrolment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('automation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('client_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_key', sa.String(length=120), nullable=False),
    sa.Column('state', sa.Enum('inside', 'finished', 'left', 'failed', name='enrolmentstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waiting_for', sa.String(length=60), nullable=True),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_because', sa.String(length=60), nullable=False),
    sa.CheckConstraint("(state = 'inside') = (due_at IS NOT NULL)", name=op.f('ck_enrolment_due_while_inside')),
    sa.CheckConstraint("(state = 'inside') = (ended_at IS NULL)", name=op.f('ck_enrolment_ended_has_moment')),
    sa.ForeignKeyConstraint(['automation_id'], ['automation.id'], name=op.f('fk_enrolment_automation_id_automation')),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_enrolment_client_id_client')),
    sa.ForeignKeyConstraint(['version_id'], ['automation_version.id'], name=op.f('fk_enrolment_version_id_automation_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment')),
    sa.UniqueConstraint('automation_id', 'client_id', 'entry_key', name=op.f('uq_enrolment_automation_id_client_id_entry_key'))
    )
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.create_index('ix_enrolment_client', ['client_id', 'id'], unique=False)
        batch_op.create_index('ix_enrolment_due', ['due_at', 'id'], unique=False, sqlite_where=sa.text("state = 'inside'"), postgresql_where=sa.text("state = 'inside'"))
        batch_op.create_index('ix_enrolment_inside', ['automation_id', 'client_id'], unique=True, sqlite_where=sa.text("state = 'inside'"), postgresql_where=sa.text("state = 'inside'"))

    op.create_table('enrolment_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('outbox_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_enrolment_event_enrolment_id_enrolment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_enrolment_event_outbox_id_outbox')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment_event'))
    )
    with op.batch_alter_table('enrolment_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enrolment_event_enrolment_id'), ['enrolment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrolment_event_outbox_id'), ['outbox_id'], unique=False)

    op.create_table('posted_event',
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['domain_event.id'], name=op.f('fk_posted_event_event_id_domain_event')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_posted_event'))
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup: taking columns away would lose what people wrote")
