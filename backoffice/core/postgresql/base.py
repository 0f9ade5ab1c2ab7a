from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe
from psycopg_pool import PoolTimeout


class DatabaseWrapper(base.DatabaseWrapper):
    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection of the pool; the dead ones of a restart cost no request.

        The pool waits longer before each further kept connection that it tries for
        one request: after three dead ones in a row it would give up, although the
        server is back. So all are looked at, and it is asked once more.
        """
        try:
            return super().get_new_connection(conn_params)
        except PoolTimeout:
            self.pool.check()
            return super().get_new_connection(conn_params)
