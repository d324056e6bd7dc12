"""Exam questions, the mocks and quizzes that ask them, and how sure an answer from memory was."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0010"
down_revision = "studyplan_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("questions", sa.Integer()))
    op.add_column("answer", sa.Column("is_sure", sa.Boolean()))
    op.create_table(
        "question",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON()),
        sa.Column("answer", sa.JSON()),
        sa.Column("tolerance", sa.JSON()),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("difficulty", sa.String(16), nullable=False),
        sa.Column("tier", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("exists", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "number", name=op.f("pk_question")),
        sa.ForeignKeyConstraint(
            ["learner_id", "plan"],
            ["plan.learner_id", "plan.number"],
            name=op.f("fk_question_plan"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "kind IN ('single', 'several', 'true-false', 'order', 'number')", name=op.f("ck_question_kind")
        ),
        sa.CheckConstraint("difficulty IN ('easy', 'medium', 'hard')", name=op.f("ck_question_difficulty")),
        sa.CheckConstraint("tier IN ('core', 'practice', 'depth')", name=op.f("ck_question_tier")),
    )
    op.create_index(op.f("ix_question_learner_id_plan"), "question", ["learner_id", "plan"])
    op.create_table(
        "attempt",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("task", sa.Integer()),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("responses", sa.JSON()),
        sa.Column("limit", sa.Integer()),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("exists", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "number", name=op.f("pk_attempt")),
        sa.ForeignKeyConstraint(
            ["learner_id", "plan"],
            ["plan.learner_id", "plan.number"],
            name=op.f("fk_attempt_plan"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["learner_id", "task"],
            ["task.learner_id", "task.number"],
            name=op.f("fk_attempt_task"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("form IN ('mock', 'quiz')", name=op.f("ck_attempt_form")),
    )
    op.create_index(op.f("ix_attempt_learner_id_plan"), "attempt", ["learner_id", "plan"])


def downgrade() -> None:
    op.drop_table("attempt")
    op.drop_table("question")
    op.drop_column("answer", "is_sure")
    op.drop_column("task", "questions")
