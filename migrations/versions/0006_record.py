"""The learner's record: time spent, a timer, scores, results, links and files."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0006"
down_revision = "studyplan_0005"
branch_labels = None
depends_on = None

ADDED = {
    "learner": {"timer": sa.JSON},
    "plan": {"result": sa.JSON, "retake": sa.Integer},
    "task": {"links": sa.JSON, "files": sa.JSON, "score": sa.Integer, "scores": sa.JSON},
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind()))
    op.create_table(
        "stint",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("exists", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "number", name=op.f("pk_stint")),
        sa.ForeignKeyConstraint(
            ["learner_id", "task"], ["task.learner_id", "task.number"], name=op.f("fk_stint_task"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_stint_learner_id_task"), "stint", ["learner_id", "task"])


def downgrade() -> None:
    op.drop_table("stint")
    for table, columns in ADDED.items():
        for name in columns:
            op.drop_column(table, name)
