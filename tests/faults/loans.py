"""Many loans that are overdue, and the jobs that write and send their reminders.

    python -m tests.faults.loans seed COUNT | remind | time | audit

With the settings of an installation: real rows, real processes, a mail server made of
files. `remind` says after every batch how many reminders there are.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from backoffice.core.models import Outgoing, User  # noqa: E402
from backoffice.core.sending import send_outgoing  # noqa: E402
from inventory.tags import TagKind, format_tag  # noqa: E402
from lending import background  # noqa: E402
from lending.actions.reminders import remind_batch  # noqa: E402
from lending.background import remind_loans  # noqa: E402
from lending.kinds import Channel  # noqa: E402
from lending.models import (  # noqa: E402
    Beneficiary,
    HandOver,
    Loan,
    LoanEvent,
    Pack,
    PackTemplate,
    Structure,
    TemplateVersion,
)
from lending.states import HandOverMode, PackStatus  # noqa: E402
from tests.lending.world import make_partners  # noqa: E402

BATCH = 1000
FIRST = 500_000


def seed(count: int) -> None:
    """So many loans of one person with a mailbox, due yesterday."""
    structure = Structure.objects.first() or make_partners().structure
    by = User.objects.first()
    Outgoing.objects.all().delete()
    today = timezone.localdate()
    template = PackTemplate.objects.create(name="Rappels")
    version = TemplateVersion.objects.create(
        template=template, number=1, published_at=timezone.now()
    )
    person = Beneficiary.objects.create(
        code="PER-RAPPEL",
        structure=structure,
        site=structure.site,
        first_name="Samira",
        channel=Channel.EMAIL,
        contact="samira@exemple.test",
        last_contact_on=today,
        forget_on=today,
    )
    for begun in range(0, count, BATCH):
        with transaction.atomic():
            _batch(
                person,
                [
                    Pack(
                        tag=format_tag(TagKind.PACK, FIRST + number),
                        version=version,
                        site=structure.site,
                        status=PackStatus.HANDED_OVER,
                        status_since=timezone.now(),
                        begun_by=by,
                    )
                    for number in range(begun, min(begun + BATCH, count))
                ],
            )


def _batch(person: Beneficiary, packs: list[Pack]) -> None:
    now, today = timezone.now(), timezone.localdate()
    handovers = [
        HandOver(
            pack=pack,
            structure=person.structure,
            site=person.site,
            beneficiary=person,
            mode=HandOverMode.LOAN,
            status_since=now,
        )
        for pack in Pack.objects.bulk_create(packs)
    ]
    Loan.objects.bulk_create(
        Loan(
            handover=handover,
            starts_on=today - dt.timedelta(days=90),
            due_on=today - dt.timedelta(days=1),
            status_since=now,
        )
        for handover in HandOver.objects.bulk_create(handovers)
    )


def noon() -> dt.datetime:
    return timezone.localtime().replace(hour=12)


def remind() -> None:
    """Write and send as the jobs do, in smaller batches that are spoken of."""
    really = remind_batch
    background.BATCH = 100

    def spoken_of(**facts: object) -> int:
        written = really(**facts)  # type: ignore[arg-type]
        print(Outgoing.objects.count(), flush=True)  # noqa: T201
        return written

    background.remind_batch = spoken_of  # type: ignore[attr-defined]
    remind_loans(noon())
    send_outgoing()
    print("done", flush=True)  # noqa: T201


def timed() -> None:
    """One run of the job as it is, and how many seconds it took."""
    begun = time.perf_counter()
    remind_loans(noon())
    print(time.perf_counter() - begun)  # noqa: T201


def audit() -> None:
    long_ago = timezone.now() + Outgoing.PATIENCE
    told = {
        "written": Outgoing.objects.count(),
        "sent": Outgoing.objects.filter(sent_at__isnull=False).count(),
        "in_doubt": Outgoing.objects.in_doubt(long_ago).count(),
        "reminded": list(
            LoanEvent.objects.filter(verb="reminded").values_list("subject", flat=True)
        ),
    }
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["seed", count]:
            seed(int(count))
        case ["remind"]:
            remind()
        case ["time"]:
            timed()
        case ["audit"]:
            audit()
        case _:
            sys.exit(__doc__)
