"""Who may ask what: one line per route of the URLconf, by app.

A route that is not here fails tests/test_every_route.py; so does a parameter that
`PARAMETERS` does not know, and a line whose route is gone. To add a route: its name,
and what GET and POST (PUT, PATCH, DELETE) need. Methods that are not named are refused
to everybody.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.routes import inventory, kernel, lending, provisioning
from tests.routes.needs import Route

ROUTES: Mapping[str, Route] = {
    **kernel.ROUTES,
    **inventory.ROUTES,
    **provisioning.ROUTES,
    **lending.ROUTES,
}
