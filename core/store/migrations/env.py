"""Runs the migrations in the transaction that `core.store.migrate` brings."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True)
context.run_migrations()
