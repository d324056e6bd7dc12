"""Calendars on servers that are kept in step with the tasks, and what was last seen of each entry there."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0004"
down_revision = "studyplan_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remote",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("plan", sa.Integer()),
        sa.Column("password_command", sa.Text()),
        sa.Column("token", sa.Text()),
        sa.Column("synced_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_remote_learner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner_id", "number", name=op.f("pk_remote")),
        sa.UniqueConstraint("learner_id", "name", name=op.f("uq_remote_learner_id_name")),
    )
    op.create_table(
        "seen",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("remote", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.String(64), nullable=False),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("presence", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True)),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("revised", sa.DateTime(timezone=True)),
        sa.Column("words", sa.String(64)),
        sa.Column("whole", sa.Text()),
        sa.CheckConstraint("presence IN ('sent', 'there', 'gone')", name=op.f("ck_seen_presence")),
        sa.CheckConstraint("status IN ('open', 'done', 'skipped')", name=op.f("ck_seen_status")),
        sa.ForeignKeyConstraint(
            ["learner_id", "remote"],
            ["remote.learner_id", "remote.number"],
            name=op.f("fk_seen_remote"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("learner_id", "remote", "uid", name=op.f("pk_seen")),
    )


def downgrade() -> None:
    op.drop_table("seen")
    op.drop_table("remote")
