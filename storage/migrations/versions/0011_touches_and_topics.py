"""Touches and topics"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('topic',
    sa.Column('id', _key(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('titles', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('created_by_id', _key(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_topic_created_by_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic')),
    sa.UniqueConstraint('name', name=op.f('uq_topic_name'))
    )
    op.create_table('topic_opt_out',
    sa.Column('client_id', _key(), nullable=False),
    sa.Column('topic_id', _key(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_topic_opt_out_client_id_client'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_opt_out_topic_id_topic'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('client_id', 'topic_id', name=op.f('pk_topic_opt_out'))
    )
    op.create_index(op.f('ix_topic_opt_out_topic_id'), 'topic_opt_out', ['topic_id'], unique=False)
    op.create_table('tracked_link',
    sa.Column('id', _key(), nullable=False),
    sa.Column('template_version_id', _key(), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.CheckConstraint("url LIKE 'http://%' OR url LIKE 'https://%'", name=op.f('ck_tracked_link_scheme')),
    sa.ForeignKeyConstraint(['template_version_id'], ['template_version.id'], name=op.f('fk_tracked_link_template_version_id_template_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tracked_link')),
    sa.UniqueConstraint('template_version_id', 'url', name=op.f('uq_tracked_link_template_version_id_url'))
    )
    op.create_table('touch',
    sa.Column('id', _key(), nullable=False),
    sa.Column('outbox_id', _key(), nullable=False),
    sa.Column('mailing_id', _key(), nullable=True),
    sa.Column('client_id', _key(), nullable=True),
    sa.Column('kind', sa.Enum('open', 'click', 'answer', 'unsubscribe', name='touchkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('link_id', _key(), nullable=True),
    sa.Column('interaction_id', _key(), nullable=True),
    sa.Column('by_machine', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'click') = (link_id IS NOT NULL)", name=op.f('ck_touch_link_of_clicks')),
    sa.CheckConstraint("kind <> 'answer' OR interaction_id IS NOT NULL", name=op.f('ck_touch_message_of_answers')),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_touch_client_id_client'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['interaction_id'], ['interaction.id'], name=op.f('fk_touch_interaction_id_interaction'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['link_id'], ['tracked_link.id'], name=op.f('fk_touch_link_id_tracked_link'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mailing_id'], ['mailing.id'], name=op.f('fk_touch_mailing_id_mailing'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_touch_outbox_id_outbox'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_touch'))
    )
    op.create_index('ix_touch_outbox', 'touch', ['outbox_id', 'kind'], unique=False)
    op.create_index('ix_touch_mailing', 'touch', ['mailing_id', 'kind', 'by_machine', 'outbox_id'], unique=False)
    op.create_index('ix_touch_client', 'touch', ['client_id', 'kind', 'at'], unique=False)
    op.create_index(op.f('ix_touch_link_id'), 'touch', ['link_id'], unique=False)
    for name, columns, condition in (
        ('uq_touch_click', ['outbox_id', 'link_id'], "kind = 'click'"),
        ('uq_touch_once', ['outbox_id', 'kind'], "kind IN ('open', 'unsubscribe')"),
        ('uq_touch_answer', ['interaction_id'], "kind = 'answer'"),
    ):
        op.create_index(name, 'touch', columns, unique=True,
                        sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))

    with op.batch_alter_table('mailing', schema=None) as batch_op:
        if op.get_bind().dialect.name == 'sqlite':  # it forgets a table's checks when it rebuilds it
            states = "'draft', 'awaiting_approval', 'scheduled', 'expanding', 'running', 'paused', 'cancelled', 'finished'"
            batch_op.create_check_constraint(batch_op.f('ck_mailing_channel'), "channel IN ('email', 'sms', 'telegram')")
            batch_op.create_check_constraint(batch_op.f('ck_mailing_mailingstate'), f"state IN ({states})")
            batch_op.create_check_constraint(batch_op.f('ck_mailing_state_before_pause'), f"state_before_pause IN ({states})")
        batch_op.add_column(sa.Column('track_clicks', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('track_opens', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('topic_id', _key(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_mailing_topic_id_topic'), 'topic', ['topic_id'], ['id'])


def downgrade() -> None:
    raise NotImplementedError("restore a backup: taking tables away would lose what people did")
