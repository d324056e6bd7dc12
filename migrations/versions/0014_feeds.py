"""Addresses at which a calendar is served, and a name for what a learner's data are after each change."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0014"
down_revision = "studyplan_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("learner", sa.Column("revision", sa.Uuid()))
    op.create_table(
        "feed",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("plan", sa.Integer()),
        sa.Column("alarm", sa.Integer()),
        sa.Column("numbered", sa.Boolean(), nullable=False),
        sa.Column("zoned", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_on", sa.Date()),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("form IN ('events', 'timed', 'todos')", name=op.f("ck_feed_form")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_feed_learner"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["learner_id", "plan"], ["plan.learner_id", "plan.number"], name=op.f("fk_feed_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("learner_id", "number", name=op.f("pk_feed")),
    )


def downgrade() -> None:
    op.drop_table("feed")
    op.drop_column("learner", "revision")
