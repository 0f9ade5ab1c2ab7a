"""What the server holds of machines after a run; prints JSON."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from provisioning.models import Report  # noqa: E402
from tests.faults.audit import half_done  # noqa: E402


def main() -> None:
    reports = Report.objects.values_list("report_id", flat=True)
    found = {"half_done": list(half_done()), "reports": [str(each) for each in reports]}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
