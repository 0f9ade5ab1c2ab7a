"""The certificate of erasure and the failure report: one form, drawn from its content."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backoffice.core.models import Document, DocumentKind
from backoffice.core.paper import Block, DocumentSpec, Facts, Paragraph, Table, Verdict
from inventory.documents.issuing import (
    check_hint,
    issue_facts,
    machine_facts,
    sheet,
)
from inventory.documents.words import (
    Content,
    day,
    duration,
    instant,
    label,
    said,
    size,
    whole,
)
from inventory.health import Verdict as HealthVerdict
from inventory.methods import ErasureClass, Medium, Technique, Verification
from inventory.models import (
    Bus,
    ErasureException,
    ErasureResult,
    ErasureSource,
)

STANDARDS = "NIST SP 800-88 Rev. 2 · IEEE 2883-2022"


def certificate_spec(document: Document) -> DocumentSpec:
    """What was executed on one drive, and what it is worth."""
    content: Content = document.content
    succeeded = document.kind == DocumentKind.ERASURE_CERTIFICATE
    title = (
        _("Certificate of erasure") if succeeded else _("Report of a failed erasure")
    )
    blocks: tuple[Block, ...] = (
        _verdict(content, succeeded=succeeded),
        _drive(content),
        machine_facts(content),
        _erasure(content),
        _verification(content),
        _condition(content),
        _people(content),
        *_attempts(content),
        *_commands(content),
    )
    return sheet(document, title, blocks)


def _verdict(content: Content, *, succeeded: bool) -> Verdict:
    erasure = content["erasure"]
    given = label(ErasureClass)(erasure["class"])
    if succeeded:
        text = _("Erased: %(class)s") % {"class": given}
    else:
        text = _("Not proven: %(why)s") % {"why": _why(content)}
    drive = content["drive"]
    named = " ".join(str(drive[part]) for part in ("make", "model") if drive[part])
    details = (
        f"{named or label(Medium)(drive['medium'])} · {said(drive, 'serial')}",
        _method(content),
        _("Erased on %(date)s") % {"date": day(erasure["erased_on"])}
        if succeeded
        else _("Tried on %(date)s") % {"date": day(erasure["erased_on"])},
    )
    return Verdict(text, details, succeeded, content["check"], check_hint())


def _why(content: Content) -> str:
    """Why it is no proof: the result, or what a success lacks."""
    return {
        "exceptions_refused": _("the exceptions were not accepted"),
        "not_enough": _("less than what the donor asks"),
        "no_more": _("it was a proof, and is none any more"),
    }.get(content["shortfall"]) or label(ErasureResult)(content["erasure"]["result"])


def _method(content: Content) -> str:
    erasure = content["erasure"]
    return " · ".join(
        (
            said(erasure, "technique", label(Technique)),
            said(erasure, "verification", label(Verification)),
        )
    )


def _drive(content: Content) -> Facts:
    drive = content["drive"]
    return Facts(
        _("The drive"),
        (
            (_("Make"), said(drive, "make")),
            (_("Model"), said(drive, "model")),
            (_("Serial number"), said(drive, "serial")),
            (_("Kind"), said(drive, "medium", label(Medium))),
            (_("Connection"), said(drive, "bus", label(Bus))),
            (_("Capacity"), said(drive, "size_bytes", size)),
            (_("Native capacity"), said(drive, "native_bytes", size)),
            (_("Sector size"), said(drive, "logical_block_bytes", _bytes)),
            (_("Firmware"), said(drive, "firmware")),
            (_("World-wide name"), said(drive, "wwn")),
            (_("Tag"), drive["tag"]),
        ),
        columns=2,
    )


def _erasure(content: Content) -> Facts:
    erasure, executed = content["erasure"], content["executed"]
    return Facts(
        _("What was done"),
        (
            (_("Method"), said(erasure, "technique", label(Technique))),
            (
                _("Class"),
                said(erasure, "class", label(ErasureClass), empty=_("no class")),
            ),
            (_("Standards"), STANDARDS),
            (_("Result"), said(erasure, "result", label(ErasureResult))),
            (
                _("Exceptions"),
                said(erasure, "exceptions", _exceptions, empty=_("no exception")),
            ),
            (_("Bytes erased"), said(erasure, "bytes_erased", size)),
            (_("Passes"), said(executed, "passes", whole)),
            (_("Pattern"), said(executed, "pattern", empty=_pattern(erasure))),
            (_("Started at"), said(erasure, "started_at", instant)),
            (_("Ended at"), said(erasure, "ended_at", instant)),
            (_("Duration"), said(erasure, "seconds", duration)),
            (_("Throughput"), _throughput(erasure)),
            (_("Tool"), f"{erasure['tool']} {erasure['tool_version']}".strip()),
            (_("Other tools"), said(executed, "tools", _list)),
            (_("Kernel"), said(executed, "kernel")),
            (_("Image"), said(executed, "image")),
            (_("Source"), said(erasure, "source", label(ErasureSource))),
            (_("Reason told"), str(executed.get("reason") or "")),
        ),
        columns=2,
    )


def _verification(content: Content) -> Facts:
    method = said(content["erasure"], "verification", label(Verification))
    rows = [(_("Method of verification"), method)]
    found = content["executed"].get("verification")
    if found is None:
        rows.append((_("What was read back"), _("not recorded")))
    else:
        rows += [
            (_("Read back"), said(found, "bytes_read", size)),
            (_("Places sampled"), said(found, "places", whole)),
            (_("Wrong blocks"), said(found, "mismatches", whole)),
            (_("Markers planted"), said(found, "markers_planted", whole)),
            (_("Markers found again"), said(found, "markers_found", whole)),
            (_("State said by the drive"), said(found, "status")),
        ]
    return Facts(_("How it was verified"), tuple(rows), columns=2)


def _condition(content: Content) -> Facts:
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


def _people(content: Content) -> Facts:
    people, organisation = content["people"], content["organisation"]["name"]
    performed = people["performed"] or _("the machine, without an order")
    if people["performed"]:
        performed = f"{performed}, {organisation}"
    approved = people["approved"]
    agent = said(content["executed"], "agent")
    return Facts(
        _("People and evidence"),
        (
            (_("Performed by"), performed),
            (_("Exceptions accepted by"), approved and f"{approved}, {organisation}"),
            *issue_facts(content),
            (_("Agent"), agent if content["erasure"]["source"] == "agent" else ""),
            (
                _("SHA-256 of the evidence"),
                content["evidence_sha256"] or _("none: written down by a person"),
            ),
            (_("Reference of the record"), content["erasure"]["uuid"]),
        ),
    )


def _attempts(content: Content) -> tuple[Block, ...]:
    tried = content["executed"].get("attempts", [])
    if not tried:
        return ()
    rows = tuple(
        (
            said(each, "technique", label(Technique)),
            said(each, "started_at", instant),
            said(each, "seconds", duration),
            said(each, "outcome", label(ErasureResult)),
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


def _commands(content: Content) -> tuple[Block, ...]:
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


def _pattern(erasure: Content) -> str:
    """Only an overwrite has one: any other method is left to the drive."""
    return "" if erasure["technique"] == Technique.OVERWRITE else "–"


def _throughput(erasure: Content) -> str:
    """Bytes over the whole time, in whole megabytes a second."""
    done, seconds = erasure["bytes_erased"], erasure.get("seconds")
    if not done or not seconds:
        return _("not recorded")
    return f"{done // seconds // 10**6} {_('MB/s')}"


def _exceptions(codes: list[str]) -> str:
    return ", ".join(map(label(ErasureException), codes))


def _list(names: list[str]) -> str:
    return ", ".join(map(str, names))


def _bytes(number: int) -> str:
    return _("%(number)s bytes") % {"number": whole(number)}


def _hidden(code: str) -> str:
    return {
        "none": _("none"),
        "removed": _("removed"),
        "left": _("left in place"),
        "not_offered": _("not offered by this drive"),
    }.get(code, _("unknown"))
