"""Access points of operators: written down, seeded, and chosen for a card."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from lending.actions.plans import MANAGE
from lending.actions.sims import hidden
from lending.apns import Published
from lending.errors import ApnKnown
from lending.models import ApnAuth, ApnEvent, ApnIp, ApnProfile, SimCard


@dataclasses.dataclass(frozen=True)
class ApnFacts:
    """An access point as its operator says it; an empty password leaves the kept one."""

    operator: str
    name: str
    apn: str
    network: str = ""
    username: str = ""
    password: str = dataclasses.field(default="", repr=False)
    auth: ApnAuth = ApnAuth.ANY
    ip_type: ApnIp = ApnIp.BOTH
    is_usual: bool = False


@transaction.atomic(durable=True)
def add_apn(*, facts: ApnFacts, by: Actor) -> ApnProfile:
    """Write down an access point."""
    permit(by, MANAGE)
    profile = _write(ApnProfile(), facts)
    ApnEvent.append(profile, "added", by=by)
    return profile


@transaction.atomic(durable=True)
def amend_apn(*, profile: ApnProfile, facts: ApnFacts, by: Actor) -> ApnProfile:
    """Change an access point: machines are told it from now on."""
    permit(by, MANAGE)
    profile = ApnProfile.objects.lock(profile.pk)
    was = {name: getattr(profile, name) for name in _told(facts)}
    _write(profile, facts)
    fields = [name for name, new in _told(facts).items() if was[name] != new]
    if facts.password:
        fields.append("password")
    ApnEvent.append(profile, "amended", by=by, data={"fields": fields})
    return profile


@transaction.atomic(durable=True)
def retire_apn(*, profile: ApnProfile, by: Actor) -> ApnProfile:
    """Tell an access point to no further machine."""
    permit(by, MANAGE)
    profile = ApnProfile.objects.lock(profile.pk)
    profile.is_active = profile.is_usual = False
    profile.save(update_fields=["is_active", "is_usual"])
    ApnEvent.append(profile, "retired", by=by)
    return profile


@transaction.atomic(durable=True)
def seed_apns(*, published: Iterable[Published]) -> int:
    """Add what is published and not here yet; how many. What people wrote stays."""
    known = set(ApnProfile.objects.values_list("operator", "name"))
    usual = set(
        ApnProfile.objects.filter(is_usual=True).values_list("operator", flat=True)
    )
    added = 0
    for each in published:
        if (each.operator, each.name) in known:
            continue
        facts = ApnFacts(**dataclasses.asdict(each))
        is_usual = each.is_usual and each.operator not in usual
        _write(ApnProfile(), dataclasses.replace(facts, is_usual=is_usual))
        known.add((each.operator, each.name))
        usual |= {each.operator} if is_usual else set()
        added += 1
    return added


def apn_of(card: SimCard) -> ApnProfile | None:
    """The access point of a card: that of its plan, else its operator's usual one."""
    if card.plan and card.plan.apn and card.plan.apn.is_active:
        return card.plan.apn
    usual = ApnProfile.objects.in_use().filter(is_usual=True)
    return usual.filter(operator__iexact=card.operator).first()


def _told(facts: ApnFacts) -> dict[str, object]:
    """What is no secret of an access point, by its column."""
    return {name: value for name, value in vars(facts).items() if name != "password"}


def _write(profile: ApnProfile, facts: ApnFacts) -> ApnProfile:
    for field, value in _told(facts).items():
        setattr(profile, field, value)
    if facts.password:
        profile.password_encrypted = hidden(facts.password)
    try:
        with transaction.atomic(savepoint=True):
            profile.save()
    except IntegrityError as twice:
        raise ApnKnown(
            _("This operator has this access point, or a usual one, already."),
            advice=_("Change that one instead."),
        ) from twice
    return profile
