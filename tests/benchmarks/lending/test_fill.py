"""What the portal is measured on is lending as the acts leave it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.core import journal
from lending import actions
from lending.models import EquipmentRequest, HandOver, Loan, Pack
from lending.states import HandOverStatus, RequestStatus
from tests.benchmarks.lending.fill import fill
from tests.benchmarks.lending.requests import STATES
from tests.benchmarks.lending.structures import PACKS, REQUESTS, ROUND

pytestmark = pytest.mark.django_db


def test_what_was_lent_in_bulk_holds_and_goes_on() -> None:
    filled = fill(2)
    by, today = filled.partners.coordinator, timezone.localdate()
    assert EquipmentRequest.objects.count() == 2 * REQUESTS
    assert Pack.objects.count() == 2 * PACKS
    assert len(STATES) == ROUND
    for structure in filled.structures:
        states = structure.requests.values_list("status", flat=True)
        assert {*states} == {each.value for each in STATES}
    assert journal.verify().breaks == ()
    appointment = HandOver.objects.filter(status=HandOverStatus.PLANNED)[0]
    actions.begin_handover(handover=appointment, by=by)
    loan = Loan.objects.overdue(today)[0]
    actions.renew_loan(loan=loan, due_on=today + dt.timedelta(days=60), by=by)
    waiting = EquipmentRequest.objects.filter(status=RequestStatus.SUBMITTED)[0]
    actions.send_message(request=waiting, text="Bonjour", by=by)
    assert journal.verify().holds
