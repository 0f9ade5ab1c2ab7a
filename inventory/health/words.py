"""The sentence of a finding, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.health.facts import FALLING, Reading
from inventory.health.numbers import in_words
from inventory.health.verdicts import Finding, Verdict

_SAID: Mapping[str, str | Promise] = {
    "drives_out_of_sight": gettext_lazy("Its drives could not be seen."),
    "drive_in_order": gettext_lazy("Nothing wrong was found."),
    "no_readings": gettext_lazy("It gives no readings to judge."),
    "no_status": gettext_lazy("It does not say whether it is in order."),
    "overall_failed": gettext_lazy("It says itself that it is failing."),
    "attribute_failing": gettext_lazy(
        "Its SMART attribute %(attribute)s is below its threshold."
    ),
    "attribute_failed_before": gettext_lazy(
        "Its SMART attribute %(attribute)s was below its threshold once."
    ),
    "critical_warning": gettext_lazy("It raises the critical warning %(value)#04x."),
    "spare_used_up": gettext_lazy(
        "Its spare is used up: %(value)s %% are left, %(limit)s %% is the least."
    ),
    "self_test_passed": gettext_lazy("Its self-test ended well."),
    "self_test_failed": gettext_lazy("Its self-test found a fault."),
    "self_test_aborted": gettext_lazy("Its self-test was broken off."),
    "self_test_running": gettext_lazy("Its self-test is still running."),
    "battery_out_of_sight": gettext_lazy("No battery could be seen."),
    "battery_capacity_unknown": gettext_lazy(
        "The battery does not say how much it holds."
    ),
    "locked": gettext_lazy("Somebody may still keep a hold on it."),
    "not_tested": gettext_lazy("Not tested."),
}
_TESTED: Mapping[Verdict, str | Promise] = {
    Verdict.PASS: gettext_lazy("Works."),
    Verdict.WARN: gettext_lazy("Works with a reservation."),
    Verdict.UNKNOWN: gettext_lazy("The test could not tell."),
    Verdict.FAIL: gettext_lazy("Does not work."),
}


def sentence(finding: Finding) -> str:
    """What was found, with its numbers; a tester's own words where there are some."""
    if finding.detail:
        return finding.detail
    if finding.reason == "tested":
        return str(_TESTED[finding.verdict])
    if finding.reason in _SAID:
        return str(_SAID[finding.reason]) % finding.numbers
    return _of_a_reading(Reading(finding.reason), finding)


def _of_a_reading(reading: Reading, finding: Finding) -> str:
    said = {name: in_words(reading, said) for name, said in finding.numbers.items()}
    facts = {"name": reading.label, **said}
    if finding.verdict is Verdict.PASS:
        return _("%(name)s: %(value)s.") % facts
    if reading in FALLING:
        return _("%(name)s: %(value)s, less than %(limit)s.") % facts
    return _("%(name)s: %(value)s, the limit is %(limit)s.") % facts
