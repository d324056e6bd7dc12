"""The tables, their columns' types and the revision of the schema that this program works with.

Every table but ``learner`` has the learner's id as the first column of its primary key, so that task numbers stay small,
one learner's rows are never met by accident, and a cluster that shards by a column can keep a learner in one place.
Columns carry the names of the values' fields (``model``) and stand in their order. A column or table that ``stays`` is in no dump:
what it holds may be a secret, is a program that would be run where the dump is loaded, or means something in this database alone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    and_,
    true,
)

from studyplan.model import LONGEST_NAME, Access, Grade, Kind, PlanState, Status, Tier

#: The newest migration: what the schema below is.
HEAD = "studyplan_0015"
#: All our revisions begin like this, which tells a newer database of ours from somebody else's.
OURS = "studyplan_"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware moment in UTC, whole seconds. SQLite keeps no offset, so a naive value is a mistake and raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs its zone: {value!r}")
        value = value.astimezone(UTC).replace(microsecond=0)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _packed(name: str) -> Column[Any]:
    """A small list or object, or nothing, as JSON."""
    return Column(name, JSON(none_as_null=True))


def _one_of(name: str, words: Any) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{name} IN ({listed})", name=name)


learner = Table(
    "learner",
    metadata,
    Column("id", Integer, autoincrement=True),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("zone", String(64)),
    _packed("week"),
    _packed("off"),
    Column("holidays", String(16)),
    Column("created_at", Instant, nullable=False),
    # The numbers that the next plan, task and batch get. They only grow: a number is never used twice. A habit takes one of
    # the tasks'; its occurrences have theirs far above.
    Column("next_plan", Integer, nullable=False),
    Column("next_task", Integer, nullable=False),
    Column("next_batch", Integer, nullable=False),
    _packed("timer"),
    _packed("alarms"),
    # Another at random with every batch. Counters and clocks do not name a state: after a restore they count the same once more.
    Column("revision", Uuid, info={"stays": True}),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("name"),
)

plan = Table(
    "plan",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("uuid", Uuid, nullable=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("template", String(64), nullable=False),
    Column("edition", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("start", Date, nullable=False),
    Column("end", Date, nullable=False),
    Column("exam", Date),
    Column("state", String(16), nullable=False),
    Column("exists", Boolean, nullable=False),
    Column("goal", Text, nullable=False),
    _packed("paths"),
    _packed("week"),
    _packed("off"),
    Column("holidays", String(16)),
    _packed("busy"),
    Column("fullest", Integer, nullable=False),
    Column("created_at", Instant),
    Column("ended_at", Instant),
    _packed("left_out"),
    _packed("result"),
    Column("retake", Integer),
    _packed("habits"),
    Column("own_only", Boolean),
    PrimaryKeyConstraint("learner_id", "number"),
    ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
    _one_of("state", PlanState),
)

task = Table(
    "task",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("plan", Integer, nullable=False),
    Column("uuid", Uuid, nullable=False),
    Column("key", Text, nullable=False),
    Column("task", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("module", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("splittable", Boolean, nullable=False),
    Column("date", Date, nullable=False),
    Column("position", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("done_at", Instant),
    Column("spent_minutes", Integer),
    Column("note", Text),
    Column("pinned", Boolean, nullable=False),
    _packed("reason"),
    Column("tier", String(16), nullable=False),
    Column("optional", Boolean, nullable=False),
    Column("own", Boolean, nullable=False),
    _packed("after"),
    _packed("anchor"),
    Column("access", String(16), nullable=False),
    _packed("tags"),
    Column("objective", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    _packed("resources"),
    Column("exists", Boolean, nullable=False),
    Column("updated_at", Instant),
    Column("sequence", Integer, nullable=False),
    Column("starts_at", Instant),
    _packed("links"),
    _packed("files"),
    Column("score", Integer),
    _packed("scores"),
    Column("habit", Integer),
    Column("own_kind", Text),
    Column("questions", Integer),
    PrimaryKeyConstraint("learner_id", "number"),
    ForeignKeyConstraint(["learner_id", "plan"], ["plan.learner_id", "plan.number"], ondelete="CASCADE"),
    _one_of("kind", Kind),
    _one_of("status", Status),
    _one_of("tier", Tier),
    _one_of("access", Access),
    Index(None, "learner_id", "plan", "task"),
    Index(None, "learner_id", "status", "date"),
)

stint = Table(
    "stint",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("task", Integer, nullable=False),
    Column("date", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("started_at", Instant),
    Column("exists", Boolean, nullable=False),
    PrimaryKeyConstraint("learner_id", "number"),
    ForeignKeyConstraint(["learner_id", "task"], ["task.learner_id", "task.number"], ondelete="CASCADE"),
    Index(None, "learner_id", "task"),
)

card = Table(
    "card",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("plan", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("source", Text),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("exists", Boolean, nullable=False),
    _packed("memory"),
    Column("suspended_at", Instant),
    Column("rewritten_at", Instant),
    Column("cloze", Text),
    PrimaryKeyConstraint("learner_id", "number"),
    ForeignKeyConstraint(["learner_id", "plan"], ["plan.learner_id", "plan.number"], ondelete="CASCADE"),
    Index(None, "learner_id", "plan"),
)

question = Table(
    "question",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("plan", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("question", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("after", Text, nullable=False),
    _packed("options"),
    _packed("answer"),
    _packed("tolerance"),
    Column("unit", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("source", Text),
    Column("difficulty", String(16), nullable=False),
    Column("tier", String(16), nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("exists", Boolean, nullable=False),
    PrimaryKeyConstraint("learner_id", "number"),
    ForeignKeyConstraint(["learner_id", "plan"], ["plan.learner_id", "plan.number"], ondelete="CASCADE"),
    _one_of("kind", ("single", "several", "true-false", "order", "number")),
    _one_of("difficulty", ("easy", "medium", "hard")),
    _one_of("tier", Tier),
    Index(None, "learner_id", "plan"),
)

# A mock or quiz with its answers. Those of one that is not over are kept as they are given, and in no batch; that it is over is a
# change like any other.
attempt = Table(
    "attempt",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("plan", Integer, nullable=False),
    Column("form", String(16), nullable=False),
    Column("task", Integer),
    Column("began_at", Instant, nullable=False),
    _packed("responses"),
    Column("limit", Integer),
    Column("seconds", Integer, nullable=False),
    Column("ended_at", Instant),
    Column("exists", Boolean, nullable=False),
    PrimaryKeyConstraint("learner_id", "number"),
    ForeignKeyConstraint(["learner_id", "plan"], ["plan.learner_id", "plan.number"], ondelete="CASCADE"),
    ForeignKeyConstraint(["learner_id", "task"], ["task.learner_id", "task.number"], ondelete="CASCADE"),
    _one_of("form", ("mock", "quiz")),
    Index(None, "learner_id", "plan"),
)

remote = Table(
    "remote",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("url", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("form", String(16), nullable=False),
    Column("plan", Integer),
    Column("password_command", Text, info={"stays": True}),
    Column("token", Text),
    Column("synced_at", Instant),
    Column("alarm", Integer),
    PrimaryKeyConstraint("learner_id", "number"),
    ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
    UniqueConstraint("learner_id", "name"),
)

seen = Table(
    "seen",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("remote", Integer, nullable=False, autoincrement=False),
    Column("uid", String(64), nullable=False),
    Column("task", Integer, nullable=False),
    Column("href", Text, nullable=False),
    Column("etag", Text),
    Column("presence", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Instant),
    Column("title", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("revised", Instant),
    Column("words", String(64)),
    # As another program wrote it, carriage returns included; never shown.
    Column("whole", Text, info={"of_others": True}),
    PrimaryKeyConstraint("learner_id", "remote", "uid"),
    ForeignKeyConstraint(["learner_id", "remote"], ["remote.learner_id", "remote.number"], ondelete="CASCADE"),
    _one_of("presence", ("sent", "there", "gone")),
    _one_of("status", Status),
)

# The addresses of calendars, by a digest of what only the subscriber has. In no log: an undo must not open an address again.
feed = Table(
    "feed",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("form", String(16), nullable=False),
    Column("plan", Integer),
    Column("alarm", Integer),
    Column("numbered", Boolean, nullable=False),
    Column("zoned", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_on", Date),
    Column("revoked_at", Instant),
    PrimaryKeyConstraint("learner_id", "number"),
    ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["learner_id", "plan"], ["plan.learner_id", "plan.number"], ondelete="CASCADE"),
    _one_of("form", ("events", "timed", "todos")),
    info={"stays": True},
)

batch = Table(
    "batch",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("target", Integer),
    Column("undone", Boolean, nullable=False),
    # Undone, and something else was done since: it can no longer be repeated.
    Column("superseded", Boolean, nullable=False),
    PrimaryKeyConstraint("learner_id", "number"),
    ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
    _one_of("kind", ("do", "undo", "redo")),
    # The stacks of undo and redo: no look at them reads the log.
    Index("ix_batch_stacks", "learner_id", "undone", "superseded", "kind", "number"),
)

# The tokens that programs show, by a digest. In no log: an undo must not let somebody in again.
token = Table(
    "token",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_on", Date),
    Column("used_on", Date),
    Column("revoked_at", Instant),
    PrimaryKeyConstraint("learner_id", "number"),
    ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
    _one_of("scope", ("read", "write")),
    info={"stays": True},
)

# What requests were answered that may come twice, so that the second changes nothing: by the key that their sender gave them, with
# a digest of what they asked. Kept for some weeks.
request = Table(
    "request",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("request", Uuid, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    PrimaryKeyConstraint("learner_id", "request"),
    ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
    info={"stays": True},
)

# What was answered from memory: facts, each part of the batch that it was written down with. They count unless that is undone.
answer = Table(
    "answer",
    metadata,
    Column("learner_id", Integer, nullable=False),
    Column("batch", Integer, nullable=False, autoincrement=False),
    Column("turn", Integer, nullable=False, autoincrement=False),
    Column("card", Integer, nullable=False),
    Column("grade", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("milliseconds", Integer),
    Column("is_sure", Boolean),
    PrimaryKeyConstraint("learner_id", "batch", "turn"),
    ForeignKeyConstraint(["learner_id", "batch"], ["batch.learner_id", "batch.number"], ondelete="CASCADE"),
    ForeignKeyConstraint(["learner_id", "card"], ["card.learner_id", "card.number"], ondelete="CASCADE"),
    _one_of("grade", Grade),
    Index(None, "learner_id", "card"),
)


def whole() -> MetaData:
    """The metadata with the one index that is spelt for each database. To make it SQLAlchemy imports every dialect named,
    so it is left to those who compare or change schemas."""
    name = "uq_plan_running_name"
    if all(index.name != name for index in plan.indexes):
        # What ended or was undone keeps its name without standing in the way.
        running = and_(plan.c.state == PlanState.ACTIVE.value, plan.c.exists == true())
        Index(name, plan.c.learner_id, plan.c.name, unique=True, sqlite_where=running, postgresql_where=running)
    return metadata
