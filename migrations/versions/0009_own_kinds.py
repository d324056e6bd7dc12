"""Kinds of task that people name themselves."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0009"
down_revision = "studyplan_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("own_kind", sa.Text()))


def downgrade() -> None:
    op.drop_column("task", "own_kind")
