"""Cards get numbers and exist or not, so that an upgrade of their plan can be undone; plans know what their start left out."""

import sqlalchemy as sa
from alembic import op

revision = "studyplan_0002"
down_revision = "studyplan_0001"
branch_labels = None
depends_on = None

_SAID = "learner_id, plan, id, question, answer, module, after, source"
_NUMBER = "ROW_NUMBER() OVER (PARTITION BY learner_id ORDER BY plan, position)"
_PLACE = "ROW_NUMBER() OVER (PARTITION BY learner_id, plan ORDER BY position, number) - 1"


def _columns() -> tuple[list[sa.Column], list[sa.Column]]:
    return [
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Integer(), autoincrement=False, nullable=False),
    ], [
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("source", sa.Text()),
    ]


def _of_plan() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["learner_id", "plan"], ["plan.learner_id", "plan.number"], name=op.f("fk_card_plan"), ondelete="CASCADE"
    )


def upgrade() -> None:
    op.add_column("plan", sa.Column("left_out", sa.JSON()))
    op.execute(f"CREATE TABLE card_kept AS SELECT {_SAID}, position, {_NUMBER} AS number FROM card")
    op.drop_table("card")
    first, said = _columns()
    op.create_table(
        "card",
        *first,
        *said,
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("exists", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "number", name=op.f("pk_card")),
        _of_plan(),
    )
    op.create_index(op.f("ix_card_learner_id_plan"), "card", ["learner_id", "plan"])
    op.execute(
        f'INSERT INTO card ({_SAID}, number, position, "exists") SELECT {_SAID}, number, position, true FROM card_kept'
    )
    op.drop_table("card_kept")


def downgrade() -> None:
    """Cards that an upgrade of their plan took out are forgotten."""
    op.execute(f'CREATE TABLE card_kept AS SELECT {_SAID}, {_PLACE} AS position FROM card WHERE "exists"')
    op.drop_table("card")
    first, said = _columns()
    op.create_table(
        "card",
        *first,
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *said,
        sa.PrimaryKeyConstraint("learner_id", "plan", "position", name=op.f("pk_card")),
        _of_plan(),
    )
    op.execute(f"INSERT INTO card ({_SAID}, position) SELECT {_SAID}, position FROM card_kept")
    op.drop_table("card_kept")
    op.drop_column("plan", "left_out")
