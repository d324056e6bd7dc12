"""Cards keep what is left of them in memory; answers from memory are facts of their own."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0005"
down_revision = "studyplan_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("card", sa.Column("memory", sa.JSON()))
    op.create_table(
        "answer",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.Integer()),
        sa.PrimaryKeyConstraint("learner_id", "batch", "turn", name=op.f("pk_answer")),
        sa.ForeignKeyConstraint(
            ["learner_id", "batch"],
            ["batch.learner_id", "batch.number"],
            name=op.f("fk_answer_batch"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["learner_id", "card"],
            ["card.learner_id", "card.number"],
            name=op.f("fk_answer_card"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("grade IN ('again', 'hard', 'good', 'easy')", name=op.f("ck_answer_grade")),
    )
    op.create_index(op.f("ix_answer_learner_id_card"), "answer", ["learner_id", "card"])


def downgrade() -> None:
    op.drop_table("answer")
    op.drop_column("card", "memory")
