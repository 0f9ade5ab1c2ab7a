"""What a machine did to a drive and found on it, as a certificate prints it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backoffice.core.paper import Block, Facts, Paragraph, Table
from inventory.documents.circumstances import drawn_health
from inventory.documents.issuing import is_second, since_two
from inventory.documents.words import (
    Content,
    duration,
    instant,
    label,
    said,
    size,
    whole,
)
from inventory.health import Verdict as HealthVerdict
from inventory.methods import Technique, Verification
from inventory.models import ErasureResult


def verification_facts(content: Content) -> Facts:
    """How it was looked at afterwards, and what was found."""
    method = said(content["erasure"], "verification", label(Verification))
    rows = [(_("Method of verification"), method)]
    found = content["executed"].get("verification")
    if found is None:
        rows.append((_("What was read back"), _("not recorded")))
    else:
        rows += [
            (_("Read back"), said(found, "bytes_read", size)),
            (_("Places sampled"), said(found, "places", whole)),
            *since_two(
                content,
                (_("Seed of the places"), str(found.get("seed") or "")),
                (_("Places not readable"), said(found, "errors", whole)),
            ),
            (_("Wrong blocks"), said(found, "mismatches", whole)),
            (_("Markers planted"), said(found, "markers_planted", whole)),
            (_("Markers found again"), said(found, "markers_found", whole)),
            (_("State said by the drive"), said(found, "status")),
        ]
    return Facts(_("How it was verified"), tuple(rows), columns=2)


def condition_facts(content: Content) -> Facts:
    """Hidden areas and the drive’s own counters; a whole part may be missing."""
    executed = content["executed"]
    rows: list[tuple[str, str]] = []
    hidden = executed.get("hidden")
    if hidden is None:
        rows.append((_("Hidden areas"), _("not recorded")))
    else:
        rows += [
            (name.upper(), said(hidden, name, _hidden))
            for name in ("hpa", "dco", "amax")
        ]
        rows.append((_("Visible before"), said(hidden, "visible_before", size)))
        rows.append((_("Visible after"), said(hidden, "visible_after", size)))
    counters = executed.get("counters")
    if counters is None:
        rows.append((_("Counters of the drive"), _("not recorded")))
    else:
        rows += _counters(counters)
    if is_second(content):
        rows.append((_("Health"), drawn_health(content["health"])))
    else:
        health = executed.get("health") or {}
        rows.append((_("Health after"), said(health, "verdict", label(HealthVerdict))))
    return Facts(_("Hidden areas and condition"), tuple(rows), columns=2)


def _counters(counters: Content) -> list[tuple[str, str]]:
    """Before → after, for what the drive counts of its own faults."""
    before, after = counters.get("before", {}), counters.get("after", {})
    names = (
        ("reallocated", _("Reallocated sectors")),
        ("pending", _("Pending sectors")),
        ("uncorrectable", _("Uncorrectable sectors")),
        ("media_errors", _("Media errors")),
    )
    return [
        (title, f"{said(before, name, whole)} → {said(after, name, whole)}")
        for name, title in names
        if name in before or name in after
    ]


def attempts_table(content: Content) -> tuple[Block, ...]:
    """One row for each attempt; nothing where none is known."""
    tried = content["executed"].get("attempts", [])
    if not tried:
        return ()
    second = is_second(content)
    rows = tuple(
        (
            said(each, "technique", label(Technique)),
            said(each, "started_at", instant),
            said(each, "seconds", duration),
            _outcome(each) if second else said(each, "outcome", label(ErasureResult)),
            said(each, "bytes", whole),
        )
        for each in tried
    )
    return (
        Table(
            heading=_("Attempts"),
            columns=(_("Method"), _("Started"), _("Duration"), _("Result"), _("Bytes")),
            rows=rows,
            shares=(34, 34, 18, 24, 26),
            numeric=frozenset({4}),
        ),
    )


def _outcome(attempt: Content) -> str:
    """How an attempt ended, how it began where not anew, and what went wrong."""
    parts = [said(attempt, "outcome", label(ErasureResult))]
    if attempt.get("adopted"):
        parts.append(_("begun by an earlier start"))
    if attempt.get("resumed_from"):
        parts.append(
            _("taken up at byte %(place)s") % {"place": whole(attempt["resumed_from"])}
        )
    if attempt.get("errors"):
        parts.append(_("errors: %(count)s") % {"count": whole(attempt["errors"])})
    return "; ".join([*parts, *filter(None, [str(attempt.get("reason") or "")])])


def commands_table(content: Content) -> tuple[Block, ...]:
    """Every command with how it ended, or that nobody recorded them."""
    ran = [
        command
        for attempt in content["executed"].get("attempts", [])
        for command in attempt.get("commands", [])
    ]
    if not ran:
        return (Paragraph(_("not recorded"), heading=_("Commands as executed")),)
    return (
        Table(
            heading=_("Commands as executed"),
            columns=(_("Command"), _("Exit"), _("Duration")),
            rows=tuple(
                (
                    said(each, "line"),
                    said(each, "exit", str, empty="–"),
                    said(each, "seconds", duration),
                )
                for each in ran
            ),
            shares=(120, 14, 24),
        ),
    )


def _hidden(code: str) -> str:
    return {
        "none": _("none"),
        "removed": _("removed"),
        "left": _("left in place"),
        "not_offered": _("not offered by this drive"),
    }.get(code, _("unknown"))
