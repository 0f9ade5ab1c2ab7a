"""A scanner’s join code, and what arrived at its station, of a running installation.

Run as a program with the settings of the installation; prints JSON.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from backoffice.core.models import Site  # noqa: E402
from backoffice.core.roles import Role  # noqa: E402
from inventory.actions import let_scanner_in  # noqa: E402
from inventory.models import ArrivedScan  # noqa: E402
from tests.world import person  # noqa: E402


def main(asked: str) -> None:
    if asked == "arrived":
        rows = ArrivedScan.objects.order_by("pk").values_list("code", flat=True)
        json.dump(list(rows), sys.stdout)
        return
    site = Site.objects.get()
    lead = person(Role.WORKSHOP_LEAD, site=site)
    _scanner, code = let_scanner_in(site=site, station="Bench 3", by=lead)
    json.dump(code, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
