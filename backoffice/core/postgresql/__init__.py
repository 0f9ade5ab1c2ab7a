"""Django's own backend for PostgreSQL, and its pool after a restart of the server."""
