"""Mail and SMS at full strength"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def _keep_channel_check(batch_op: Any, table: str) -> None:
    """SQLite forgets a table's checks when it rebuilds it."""
    if op.get_bind().dialect.name == 'sqlite':
        batch_op.create_check_constraint(batch_op.f(f'ck_{table}_channel'), "channel IN ('email', 'sms', 'telegram')")


def upgrade() -> None:
    op.create_table('auto_reply',
    sa.Column('address_hash', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('address_hash', name=op.f('pk_auto_reply'))
    )
    op.create_table('mailbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=320), nullable=False),
    sa.Column('title', sa.String(length=320), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('alarmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recovered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_mailbox_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailbox')),
    sa.UniqueConstraint('name', name=op.f('uq_mailbox_name'))
    )
    op.create_table('mailbox_folder',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mailbox_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('folder', sa.String(length=200), nullable=False),
    sa.Column('copies', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fault', sa.String(length=40), nullable=False),
    sa.Column('error', sa.String(length=300), nullable=False),
    sa.Column('synced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('receipt_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fetched', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailbox.id'], name=op.f('fk_mailbox_folder_mailbox_id_mailbox'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailbox_folder')),
    sa.UniqueConstraint('mailbox_id', 'folder', 'copies', name=op.f('uq_mailbox_folder_mailbox_id_folder_copies'))
    )
    op.create_table('mailbox_receipt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('folder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('on_server', sa.Integer(), nullable=False),
    sa.Column('held', sa.Integer(), nullable=False),
    sa.Column('fetched', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(length=300), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['folder_id'], ['mailbox_folder.id'], name=op.f('fk_mailbox_receipt_folder_id_mailbox_folder'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailbox_receipt'))
    )
    with op.batch_alter_table('mailbox_receipt', schema=None) as batch_op:
        batch_op.create_index('ix_mailbox_receipt_folder', ['folder_id', 'at'], unique=False)

    op.create_table('send_budget',
    sa.Column('scope', sa.String(length=160), nullable=False),
    sa.Column('period', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('used', sa.BigInteger(), nullable=False),
    sa.Column('money', sa.BigInteger(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'period', name=op.f('pk_send_budget'))
    )
    with op.batch_alter_table('send_budget', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_send_budget_until'), ['until'], unique=False)

    op.create_table('soft_bounce',
    sa.Column('channel', sa.Enum('email', 'sms', 'telegram', name='channel', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('address_hash', sa.String(length=64), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('channel', 'address_hash', name=op.f('pk_soft_bounce'))
    )
    op.create_table('mailbox_mail',
    sa.Column('folder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('uid', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('message_id', sa.String(length=500), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('inbox_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['folder_id'], ['mailbox_folder.id'], name=op.f('fk_mailbox_mail_folder_id_mailbox_folder'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_mailbox_mail_inbox_id_inbox'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('folder_id', 'uidvalidity', 'uid', name=op.f('pk_mailbox_mail'))
    )
    with op.batch_alter_table('mailbox_mail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mailbox_mail_inbox_id'), ['inbox_id'], unique=False)
    lacking = sa.text("digest = ''")
    op.create_index('ix_mailbox_mail_lacking', 'mailbox_mail', ['folder_id', 'uid'], unique=False,
                    sqlite_where=lacking, postgresql_where=lacking)

    op.create_table('delivery_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('outbox_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_delivery_event_outbox_id_outbox'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_event'))
    )
    with op.batch_alter_table('delivery_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_event_outbox_id'), ['outbox_id'], unique=False)

    op.create_table('call',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sid', sa.String(length=40), nullable=True),
    sa.Column('customer_sid', sa.String(length=40), nullable=True),
    sa.Column('direction', sa.Enum('in', 'out', name='direction', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('ringing', 'answered', 'ended', 'missed', 'failed', name='callstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('client_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('interaction_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('duration_seconds', sa.Integer(), nullable=True),
    sa.Column('recording_url', sa.String(length=500), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('duration_seconds IS NULL OR duration_seconds >= 0', name=op.f('ck_call_duration')),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_call_client_id_client')),
    sa.ForeignKeyConstraint(['interaction_id'], ['interaction.id'], name=op.f('fk_call_interaction_id_interaction'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_call_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call')),
    sa.UniqueConstraint('sid', name=op.f('uq_call_sid'))
    )
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.create_index('ix_call_client', ['client_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_call_customer_sid'), ['customer_sid'], unique=False)

    op.create_table('shared_message',
    sa.Column('interaction_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_shared_message_by_id_staff')),
    sa.ForeignKeyConstraint(['interaction_id'], ['interaction.id'], name=op.f('fk_shared_message_interaction_id_interaction'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_shared_message_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('interaction_id', 'staff_id', name=op.f('pk_shared_message'))
    )

    with op.batch_alter_table('interaction', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mailbox', sa.String(length=320), nullable=True))
        batch_op.add_column(sa.Column('recipients', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True))
        batch_op.add_column(sa.Column('automatic', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('returns_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('invitation', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True))
        batch_op.add_column(sa.Column('authentication', sa.String(length=60), server_default='', nullable=False))
        batch_op.add_column(sa.Column('damaged', sa.Boolean(), server_default=sa.false(), nullable=False))

    # Written out: a column with its check is added in place on both databases, where SQLite would copy the whole ledger.
    op.execute("ALTER TABLE outbox ADD COLUMN bounce VARCHAR(32) CONSTRAINT ck_outbox_bouncekind "
               "CHECK (bounce IN ('hard', 'soft', 'block', 'complaint'))")

    with op.batch_alter_table('consent', schema=None) as batch_op:
        _keep_channel_check(batch_op, 'consent')
        if op.get_bind().dialect.name == 'sqlite':
            batch_op.create_check_constraint(batch_op.f('ck_consent_consentstate'), "state IN ('granted', 'withdrawn')")
        batch_op.add_column(sa.Column('interaction_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_consent_interaction_id_interaction'), 'interaction', ['interaction_id'], ['id'], ondelete='SET NULL'
        )

    for name, column, condition in (
        ('ix_outbox_reached', 'client_id, sent_at, marketing', 'marketing AND sent_at IS NOT NULL'),
        ('ix_outbox_unknown', 'settled_at', "state = 'unknown'"),
    ):
        op.execute(f"CREATE INDEX {name} ON outbox ({column}) WHERE {condition}")

    came_back = sa.text('bounce IS NOT NULL')
    op.create_index('ix_outbox_came_back', 'outbox', ['mailing_id', 'bounce'], unique=False,
                    sqlite_where=came_back, postgresql_where=came_back)

    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_suppression_suppressionreason'), 'suppression', type_='check')
    with op.batch_alter_table('suppression', schema=None) as batch_op:
        _keep_channel_check(batch_op, 'suppression')
        batch_op.create_check_constraint(
            batch_op.f('ck_suppression_suppressionreason'),
            "reason IN ('unsubscribe', 'stop', 'hard_bounce', 'soft_bounce', 'complaint', 'invalid', 'manual')",
        )
    op.add_column('outbox', sa.Column('filed_at', sa.DateTime(timezone=True), nullable=True))
    unfiled = sa.text("kind = 'email' AND filed_at IS NULL AND sent_at IS NOT NULL")
    op.create_index('ix_outbox_unfiled', 'outbox', ['sent_at'], unique=False,
                    sqlite_where=unfiled, postgresql_where=unfiled)

    # SQLite forgets the old check when it rebuilds the table; PostgreSQL is told to.
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_inbox_inboxsource'), 'inbox', type_='check')
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f('ck_inbox_inboxsource'), "source IN ('telegram', 'email', 'sms', 'sms_status', 'sms_media', 'call')"
        )

    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone', sa.String(length=20), nullable=True))

    with op.batch_alter_table('template', schema=None) as batch_op:
        _keep_channel_check(batch_op, 'template')
        batch_op.add_column(sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_template_owner_id_staff'), 'staff', ['owner_id'], ['id'])
        # The company's names stay its own; a colleague's own answers may be called as they like.
        batch_op.drop_constraint(batch_op.f('uq_template_name'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_template_owner_id_name'), ['owner_id', 'name'])
        batch_op.create_index(
            'ix_template_company_name',
            ['name'],
            unique=True,
            sqlite_where=sa.text('owner_id IS NULL'),
            postgresql_where=sa.text('owner_id IS NULL'),
        )

    with op.batch_alter_table('template_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mjml', sa.Text(), nullable=True))

    with op.batch_alter_table('thread', schema=None) as batch_op:
        _keep_channel_check(batch_op, 'thread')
        batch_op.add_column(sa.Column('assignee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('dismissed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_thread_assignee_id_staff'), 'staff', ['assignee_id'], ['id'])



def downgrade() -> None:
    raise NotImplementedError("restore a backup: taking columns away would lose what people wrote")
