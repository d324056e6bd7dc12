"""Habits: the wish with its plan, and each occurrence a task that names its habit."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0008"
down_revision = "studyplan_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("habits", sa.JSON()))
    op.add_column("task", sa.Column("habit", sa.Integer()))


def downgrade() -> None:
    op.drop_column("task", "habit")
    op.drop_column("plan", "habits")
