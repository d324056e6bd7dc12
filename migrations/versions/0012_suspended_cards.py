"""Cards that are set aside, and cards in the learner's own words."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0012"
down_revision = "studyplan_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("card", sa.Column("suspended_at", sa.DateTime(timezone=True)))
    op.add_column("card", sa.Column("rewritten_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("card", "rewritten_at")
    op.drop_column("card", "suspended_at")
