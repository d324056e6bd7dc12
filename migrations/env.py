"""Runs the migrations: on the connection that studyplan hands over, or for developers on STUDYPLAN_DATABASE_URL.

One transaction holds all steps, on SQLite too: a step that fails leaves nothing half applied.
"""

import os

from alembic import context
from sqlalchemy import Connection, MetaData


def run(connection: Connection, metadata: MetaData | None) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


def for_developers() -> None:
    from studyplan.store import migrate

    url = os.environ.get("STUDYPLAN_DATABASE_URL")
    if not url:
        raise SystemExit("set STUDYPLAN_DATABASE_URL to the database that alembic should work on")
    with migrate.exclusive(url) as connection:
        run(connection, migrate.METADATA)


if context.is_offline_mode():
    raise SystemExit("studyplan's migrations need a database to run on; --sql is not supported")
given = context.config.attributes.get("connection")
if given is None:
    for_developers()
else:
    run(given, None)
