"""Cards that are made of a cloze text."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0015"
down_revision = "studyplan_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("card", sa.Column("cloze", sa.Text()))


def downgrade() -> None:
    op.drop_column("card", "cloze")
