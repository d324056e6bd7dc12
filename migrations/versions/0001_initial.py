"""The first schema: learners, plans, tasks, cards and the log of changes."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learner",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("zone", sa.String(64)),
        sa.Column("week", sa.JSON()),
        sa.Column("off", sa.JSON()),
        sa.Column("holidays", sa.String(16)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_plan", sa.Integer(), nullable=False),
        sa.Column("next_task", sa.Integer(), nullable=False),
        sa.Column("next_batch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner")),
        sa.UniqueConstraint("name", name=op.f("uq_learner_name")),
    )
    op.create_table(
        "plan",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("template", sa.String(64), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("exam", sa.Date()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("exists", sa.Boolean(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("paths", sa.JSON()),
        sa.Column("week", sa.JSON()),
        sa.Column("off", sa.JSON()),
        sa.Column("holidays", sa.String(16)),
        sa.Column("busy", sa.JSON()),
        sa.Column("fullest", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("learner_id", "number", name=op.f("pk_plan")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_plan_learner"), ondelete="CASCADE"),
        sa.CheckConstraint("state IN ('active', 'finished', 'dropped')", name=op.f("ck_plan_state")),
    )
    running = sa.and_(sa.column("state") == "active", sa.column("exists") == sa.true())
    op.create_index(
        op.f("uq_plan_running_name"),
        "plan",
        ["learner_id", "name"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_table(
        "task",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("splittable", sa.Boolean(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("spent_minutes", sa.Integer()),
        sa.Column("note", sa.Text()),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.JSON()),
        sa.Column("tier", sa.String(16), nullable=False),
        sa.Column("optional", sa.Boolean(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("after", sa.JSON()),
        sa.Column("anchor", sa.JSON()),
        sa.Column("access", sa.String(16), nullable=False),
        sa.Column("tags", sa.JSON()),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("resources", sa.JSON()),
        sa.Column("exists", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True)),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "number", name=op.f("pk_task")),
        sa.ForeignKeyConstraint(
            ["learner_id", "plan"], ["plan.learner_id", "plan.number"], name=op.f("fk_task_plan"), ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "kind IN ('read', 'watch', 'lab', 'quiz', 'review', 'mock', 'discuss', 'reflect', 'exam')",
            name=op.f("ck_task_kind"),
        ),
        sa.CheckConstraint("status IN ('open', 'done', 'skipped')", name=op.f("ck_task_status")),
        sa.CheckConstraint("tier IN ('core', 'practice', 'depth')", name=op.f("ck_task_tier")),
        sa.CheckConstraint("access IN ('none', 'free-signup', 'local-cluster', 'paid')", name=op.f("ck_task_access")),
    )
    op.create_index(op.f("ix_task_learner_id_plan_task"), "task", ["learner_id", "plan", "task"])
    op.create_index(op.f("ix_task_learner_id_status_date"), "task", ["learner_id", "status", "date"])
    op.create_table(
        "card",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.PrimaryKeyConstraint("learner_id", "plan", "position", name=op.f("pk_card")),
        sa.ForeignKeyConstraint(
            ["learner_id", "plan"], ["plan.learner_id", "plan.number"], name=op.f("fk_card_plan"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "batch",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("target", sa.Integer()),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "number", name=op.f("pk_batch")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_batch_learner"), ondelete="CASCADE"),
        sa.CheckConstraint("kind IN ('do', 'undo', 'redo')", name=op.f("ck_batch_kind")),
    )
    op.create_index(op.f("ix_batch_stacks"), "batch", ["learner_id", "undone", "superseded", "kind", "number"])


def downgrade() -> None:
    for table in ("batch", "card", "task", "plan", "learner"):
        op.drop_table(table)
