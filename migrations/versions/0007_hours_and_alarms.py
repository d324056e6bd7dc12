"""Alarms that stay chosen, and exams that stand at their own hour or at none."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0007"
down_revision = "studyplan_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("learner", sa.Column("alarms", sa.JSON()))
    op.add_column("remote", sa.Column("alarm", sa.Integer()))
    # Until now an exam was stacked into the study hours like any task; only one that was pinned had an hour of its own.
    op.execute("UPDATE task SET starts_at = NULL WHERE kind = 'exam' AND NOT pinned")
    # A calendar kept in step shows it at that hour, so its entry has to be written again.
    op.execute(
        "UPDATE seen SET revised = NULL WHERE at IS NOT NULL AND EXISTS (SELECT 1 FROM task WHERE task.learner_id ="
        " seen.learner_id AND task.number = seen.task AND task.kind = 'exam' AND task.starts_at IS NULL)"
    )


def downgrade() -> None:
    op.drop_column("remote", "alarm")
    op.drop_column("learner", "alarms")
