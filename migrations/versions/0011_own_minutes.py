"""Running plans with minutes of their own, from before the learner's hours were a ceiling over all plans: they keep those."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0011"
down_revision = "studyplan_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("own_only", sa.Boolean()))
    plan = sa.table(
        "plan", sa.column("week", sa.JSON(none_as_null=True)), sa.column("state"), sa.column("own_only", sa.Boolean())
    )
    op.execute(plan.update().where(plan.c.week.is_not(None), plan.c.state == "active").values(own_only=True))


def downgrade() -> None:
    op.drop_column("plan", "own_only")
