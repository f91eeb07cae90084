"""The store: SQLAlchemy Core tables, one module an aggregate, on SQLite and PostgreSQL."""
