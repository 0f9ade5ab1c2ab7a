"""The demo's six weeks, from the first donor to now."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from backoffice.core.roles import Role
from backoffice.demo import environments, lending
from backoffice.demo.arrival import receive_lot
from backoffice.demo.clock import Story
from backoffice.demo.ending import Ending
from backoffice.demo.stock import GIFTS, Delivery, Gift
from backoffice.demo.workshop import MINUTE, Workshop, open_workshop
from inventory import actions
from inventory.models import Device, Donation, DonorKind

# How far each device of a lot has come: older lots are further along. Weights
# per age in weeks, for the ways a device's story can end.
ENDS = (
    *("received", "in_triage", "to_process", "erased", "failed", "exceptions"),
    *("refurbishing", "awaiting_parts", "checking", "ready", "set_aside"),
    *("for_parts", "scrapped", "missing", "held", "destroyed", "diskless"),
    "given_back",
)
OLD = (0, 0, 4, 6, 1, 1, 4, 3, 4, 60, 2, 3, 3, 1, 2, 2, 2, 2)
MIDDLE = (1, 2, 20, 10, 2, 1, 8, 4, 8, 28, 3, 3, 3, 1, 2, 1, 2, 1)
FRESH = (45, 12, 25, 6, 1, 1, 3, 1, 3, 3, 1, 0, 0, 0, 1, 0, 2, 1)

# Packs begin to go out once two donors' machines are ready.
EARLY, LATE = GIFTS[:2], GIFTS[2:]


def tell(*, until: dt.timedelta = dt.timedelta()) -> Workshop:
    """Make six weeks of the demo world, the last act being so long ago."""
    story = Story(timezone.now() - until, days_ago=43)
    with story.told():
        workshop = open_workshop(story)
        for gift in EARLY:
            _give(workshop, gift)
        supplies = lending.open_lending(workshop)
        for gift in LATE:
            _give(workshop, gift)
        lending.tell(supplies)
        environments.tell(workshop)
    return workshop


def _give(workshop: Workshop, gift: Gift) -> None:
    workshop.story.go_to(days_ago=max(lot.days_ago for lot in gift.deliveries))
    coordinator = workshop.people[Role.COORDINATOR]
    donor = actions.register_donor(
        kind=gift.donor_kind,
        name=gift.donor,
        contact_name=gift.contact,
        email=gift.email,
        address=gift.address,
        registration=gift.registration,
        by=coordinator,
    )
    donation = actions.record_donation(
        donor=donor,
        site=workshop.site,
        received_on=timezone.localdate(),
        erasure_policy=gift.policy,
        erasure_by_two=gift.by_two,
        by=coordinator,
    )
    for delivery in gift.deliveries:
        _deliver(workshop, donation, delivery)
    if gift.donor_kind is not DonorKind.INDIVIDUAL:
        actions.issue_donation_receipt(donation=donation, language="fr", by=coordinator)


def _deliver(workshop: Workshop, donation: Donation, delivery: Delivery) -> None:
    workshop.story.go_to(days_ago=delivery.days_ago)
    lot = actions.open_lot(
        donation=donation,
        label=delivery.label,
        announced_count=sum(number for _model, number in delivery.models),
        by=workshop.lead,
    )
    for device in receive_lot(workshop, lot, delivery):
        _work_on(workshop, device, delivery)
    if delivery.days_ago > 7:
        actions.close_lot(lot=lot, by=workshop.lead)


def _work_on(workshop: Workshop, device: Device, delivery: Delivery) -> None:
    """Take one device as far as its story goes."""
    weights = OLD if delivery.days_ago > 30 else MIDDLE
    if delivery.days_ago < 8:
        weights = FRESH
    end = workshop.chance.choices(ENDS, weights=weights)[0]
    workshop.story.later(min(workshop.story.left / 90, 45 * MINUTE))
    Ending(workshop, device).reach(end)
