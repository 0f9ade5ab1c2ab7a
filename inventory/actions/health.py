"""What a machine says of its health is judged; a workshop lead may set the limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, Machine, permit
from backoffice.core.transactions import require_transaction
from inventory.errors import HealthRulesChanged, LimitsRefused
from inventory.health import Facts, Rules, RulesRefused, judge, kept, worst
from inventory.models import Device, DeviceEvent, DeviceHealth, HealthRules

# One transaction of judging anew: short enough to let everybody else through.
BATCH = 200
JOB = Machine("judge_anew")


def note_health(
    device: Device,
    renewed: Callable[[Facts], Facts],
    *,
    seen_at: dt.datetime,
    by: Actor,
) -> None:
    """Judge what is newly known of a held device by the rules in force: a step.

    `renewed` makes the facts of those known before. Nothing is written where neither
    they nor the rules have changed.
    """
    require_transaction()
    standing = HealthRules.objects.standing_of(device)
    facts = renewed(standing.facts or Facts())
    if standing.is_current and facts == standing.facts:
        return
    _write(device, facts, standing.rules, standing.verdict, seen_at=seen_at, by=by)


@transaction.atomic(durable=True)
def change_health_rules(
    *,
    limits: Mapping[str, tuple[int | None, int | None]],
    instead_of: int,
    by: Actor,
) -> HealthRules:
    """Put new limits in force, as a new version; devices are judged anew by a job.

    `limits` names those that change (`Limit.key`: warn, fail). `instead_of` is the
    version that was looked at: another one made meanwhile is not overwritten. Asked
    again for what is in force, nothing is made.
    """
    user = permit(by, "inventory.change_health_limits")
    newest = HealthRules.objects.select_for_update().order_by("-number")[:1].get()
    rules = _changed(newest.rules, limits)
    if rules == newest.rules:
        return newest
    if newest.number != instead_of:
        raise _changed_meanwhile(newest.number)
    try:
        return HealthRules.objects.create(
            number=newest.number + 1,
            limits=rules.to_json(),
            made_at=timezone.now(),
            made_by=user,
        )
    except IntegrityError as taken:
        raise _changed_meanwhile(newest.number + 1) from taken


@transaction.atomic(durable=True)
def judge_anew() -> int:
    """Judge some of what was judged by other rules than those in force; how many.

    Asked again until nothing is left: a run that is interrupted goes on from there.
    """
    rules = HealthRules.objects.in_force()
    waiting = DeviceHealth.objects.judged_by_others(rules)
    pks = list(waiting.values_list("pk", flat=True)[:BATCH])
    devices = {
        device.pk: device
        for device in Device.objects.select_for_update(of=("self",))
        .filter(pk__in=pks)
        .order_by("pk")
    }
    for health in waiting.filter(pk__in=devices):
        device = devices[health.pk]
        _write(
            device, health.known, rules, health.verdict, seen_at=health.seen_at, by=JOB
        )
    return len(devices)


def _write(
    device: Device,
    facts: Facts,
    rules: HealthRules,
    was: str,
    *,
    seen_at: dt.datetime,
    by: Actor,
) -> None:
    """The verdict, and an event where it is another one than before."""
    findings = judge(facts, rules.rules)
    verdict = worst(findings)
    health = DeviceHealth(
        device=device,
        verdict=verdict,
        rules=rules,
        facts=kept.of_facts(facts),
        findings=kept.of_findings(findings),
        seen_at=seen_at,
        judged_at=timezone.now(),
    )
    DeviceHealth.objects.bulk_create(
        [health],
        update_conflicts=True,
        unique_fields=["device"],
        update_fields=["verdict", "rules", "facts", "findings", "seen_at", "judged_at"],
    )
    if verdict.value != was:
        data = {"verdict": verdict.value, "was": was, "rules": rules.number}
        DeviceEvent.append(device, "health_judged", by=by, data=data)


def _changed_meanwhile(number: int) -> HealthRulesChanged:
    return HealthRulesChanged(
        _("Somebody has changed the rules meanwhile: they are version %(number)s now.")
        % {"number": number},
        advice=_("Look at them, then change them again."),
        number=number,
    )


def _changed(
    rules: Rules, limits: Mapping[str, tuple[int | None, int | None]]
) -> Rules:
    try:
        return rules.changed(limits)
    except RulesRefused as refused:
        raise LimitsRefused(
            str(refused), advice=_("Correct the numbers, then save again.")
        ) from refused
