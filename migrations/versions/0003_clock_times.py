"""Tasks get a time of day: when a calendar with clock times shows them."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0003"
down_revision = "studyplan_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("starts_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("task", "starts_at")
