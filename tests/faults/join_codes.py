"""Join codes, made when they are wanted: they live a quarter of an hour.

Run as a program with the settings of the installation; prints JSON.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from backoffice.core.models import Site  # noqa: E402
from backoffice.core.roles import Role  # noqa: E402
from provisioning.actions import create_join_code  # noqa: E402
from tests.world import person  # noqa: E402


def main(count: int) -> None:
    site = Site.objects.get()
    technician = person(Role.TECHNICIAN, site=site)
    codes = [create_join_code(site=site, by=technician)[1] for _each in range(count)]
    json.dump(codes, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
