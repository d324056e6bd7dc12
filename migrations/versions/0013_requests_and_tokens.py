"""Tokens of programs, and the requests that may come twice with what they were answered."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0013"
down_revision = "studyplan_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "token",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.Column("used_on", sa.Date()),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("scope IN ('read', 'write')", name=op.f("ck_token_scope")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_token_learner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner_id", "number", name=op.f("pk_token")),
    )
    op.create_table(
        "request",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("request", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_request_learner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner_id", "request", name=op.f("pk_request")),
    )


def downgrade() -> None:
    op.drop_table("request")
    op.drop_table("token")
