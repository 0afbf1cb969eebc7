"""Mailings made whole"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


_STATES = (
    "'draft', 'awaiting_approval', 'scheduled', 'expanding', 'running', 'paused', 'cancelled', 'finished', 'recurring'"
)


def upgrade() -> None:
    op.create_table('mailing_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mailing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_mailing_file_file_id_stored_file')),
    sa.ForeignKeyConstraint(['mailing_id'], ['mailing.id'], name=op.f('fk_mailing_file_mailing_id_mailing'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailing_file')),
    sa.UniqueConstraint('mailing_id', 'name', name=op.f('uq_mailing_file_mailing_id_name'))
    )
    op.create_table('mailing_series',
    sa.Column('mailing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rule', sa.String(length=120), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('each_own_time', sa.Boolean(), nullable=False),
    sa.Column('missed', sa.Enum('run_once', 'skip', name='missedpolicy', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('stops_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_print', sa.String(length=64), nullable=True),
    sa.Column('approved_for', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['mailing_id'], ['mailing.id'], name=op.f('fk_mailing_series_mailing_id_mailing'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('mailing_id', name=op.f('pk_mailing_series'))
    )
    with op.batch_alter_table('mailing_series', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mailing_series_next_due_at'), ['next_due_at'], unique=False)

    op.create_table('mailing_trial',
    sa.Column('mailing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('varies', sa.Enum('subject', 'text', 'time', name='trialvaries', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('measure', sa.Enum('answered', 'clicked', 'opened', name='trialmeasure', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('wait_minutes', sa.Integer(), nullable=False),
    sa.Column('subjects', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('template_b_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('later_minutes', sa.Integer(), nullable=True),
    sa.Column('decides_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('winner', sa.Enum('a', 'b', 'rest', name='trialside', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('figures', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.CheckConstraint("(varies = 'text') = (template_b_id IS NOT NULL)", name=op.f('ck_mailing_trial_text')),
    sa.CheckConstraint("(varies = 'time') = (later_minutes IS NOT NULL)", name=op.f('ck_mailing_trial_time')),
    sa.CheckConstraint("winner IN ('a', 'b')", name=op.f('ck_mailing_trial_winner')),
    sa.CheckConstraint('(decided_at IS NULL) = (winner IS NULL)', name=op.f('ck_mailing_trial_decided')),
    sa.CheckConstraint('share BETWEEN 1 AND 100', name=op.f('ck_mailing_trial_share')),
    sa.CheckConstraint('wait_minutes > 0', name=op.f('ck_mailing_trial_wait')),
    sa.ForeignKeyConstraint(['mailing_id'], ['mailing.id'], name=op.f('fk_mailing_trial_mailing_id_mailing'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['template_b_id'], ['template.id'], name=op.f('fk_mailing_trial_template_b_id_template')),
    sa.PrimaryKeyConstraint('mailing_id', name=op.f('pk_mailing_trial'))
    )
    with op.batch_alter_table('mailing_trial', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mailing_trial_decides_at'), ['decides_at'], unique=False)

    op.create_table('missed_occurrence',
    sa.Column('mailing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noticed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['mailing_id'], ['mailing_series.mailing_id'], name=op.f('fk_missed_occurrence_mailing_id_mailing_series'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('mailing_id', 'due_at', name=op.f('pk_missed_occurrence'))
    )
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    if not on_sqlite:
        for name in ('mailingstate', 'state_before_pause'):
            op.drop_constraint(op.f(f'ck_mailing_{name}'), 'mailing', type_='check')
    # SQLite forgets a table's checks when it rebuilds it.
    with op.batch_alter_table('mailing', schema=None) as batch_op:
        if on_sqlite:
            batch_op.create_check_constraint(batch_op.f('ck_mailing_channel'), "channel IN ('email', 'sms', 'telegram')")
        batch_op.create_check_constraint(batch_op.f('ck_mailing_mailingstate'), f"state IN ({_STATES})")
        batch_op.create_check_constraint(batch_op.f('ck_mailing_state_before_pause'), f"state_before_pause IN ({_STATES})")
        batch_op.add_column(sa.Column('sms_template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('own_time', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('window_days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('window_from', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('window_until', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('copied_from_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('leaves_out', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('pattern_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('occurs_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('return_reason', sa.String(length=500), server_default='', nullable=False))
        batch_op.create_unique_constraint(batch_op.f('uq_mailing_pattern_id_occurs_at'), ['pattern_id', 'occurs_at'])
        batch_op.create_foreign_key(batch_op.f('fk_mailing_pattern_id_mailing'), 'mailing', ['pattern_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_mailing_sms_template_id_template'), 'template', ['sms_template_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_mailing_copied_from_id_mailing'), 'mailing', ['copied_from_id'], ['id'])
        batch_op.create_check_constraint(
            batch_op.f('ck_mailing_occurrence'), "(pattern_id IS NULL) = (occurs_at IS NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_mailing_cheapest_is_email'), "sms_template_id IS NULL OR channel = 'email'"
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_mailing_leaves_out'), "copied_from_id IS NOT NULL OR NOT leaves_out"
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_mailing_window'),
            "(window_days IS NULL AND window_from IS NULL AND window_until IS NULL) OR (window_days BETWEEN 1 AND 127 "
            "AND window_from >= 0 AND window_from < window_until AND window_until <= 1440)",
        )


def downgrade() -> None:
    raise NotImplementedError("restore a backup: taking columns away would lose what people wrote")
