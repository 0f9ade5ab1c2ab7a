"""The certificate of erasure and the failure report: one form, drawn from its content."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backoffice.core.models import Document, DocumentKind
from backoffice.core.paper import Block, DocumentSpec, Facts, Verdict
from inventory.documents.circumstances import (
    Condition,
    drawn_destination,
    titled,
)
from inventory.documents.days import CLOCK, by_its_clock, drawn_day, is_of_record
from inventory.documents.executed import (
    attempts_table,
    commands_table,
    condition_facts,
    verification_facts,
)
from inventory.documents.issuing import (
    check_hint,
    issue_facts,
    key_facts,
    machine_facts,
    sheet,
    since_two,
)
from inventory.documents.proof import STANDARDS
from inventory.documents.words import (
    Content,
    duration,
    instant,
    label,
    said,
    size,
    whole,
)
from inventory.methods import ErasureClass, Medium, Technique, Verification
from inventory.models import (
    Bus,
    ErasureException,
    ErasureResult,
    ErasureSource,
)


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
        verification_facts(content),
        condition_facts(content),
        _people(content),
        *attempts_table(content),
        *commands_table(content),
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
    when = {"date": drawn_day(erasure)}
    details = (
        f"{named or label(Medium)(drive['medium'])} · {said(drive, 'serial')}",
        _method(content),
        _dated(erasure, succeeded=succeeded) % when,
    )
    return Verdict(text, details, succeeded, content["check"], check_hint())


def _dated(erasure: Content, *, succeeded: bool) -> str:
    if is_of_record(erasure):
        return _("Recorded on %(date)s")
    return _("Erased on %(date)s") if succeeded else _("Tried on %(date)s")


def _why(content: Content) -> str:
    """Why it is no proof: the result, or what a success lacks."""
    return {
        "exceptions_refused": _("the exceptions were not accepted"),
        "not_accepted": _("nobody has accepted its exceptions"),
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
            *since_two(
                content,
                (_("Condition"), said(drive, "condition", label(Condition))),
                (_("Destination"), said(content, "destination", drawn_destination)),
            ),
            (_("Tag"), drive["tag"]),
        ),
        columns=2,
    )


def _times(content: Content) -> tuple[tuple[str, str], ...]:
    erasure = content["erasure"]
    written = content["executed"].get("written", {})

    # A time that nobody but the machine vouches for says so.
    own = erasure.get("own_clock") or erasure.get("day", {}).get("told_by") == CLOCK

    def when(moment: object) -> str:
        return by_its_clock(instant(moment)) if own else instant(moment)

    return (
        (_("Started at"), said(erasure, "started_at", when)),
        (_("Ended at"), said(erasure, "ended_at", when)),
        *since_two(
            content,
            (_("Started, by the tool’s clock"), str(written.get("started") or "")),
            (_("Ended, by the tool’s clock"), str(written.get("ended") or "")),
            (_("Recorded here at"), said(erasure, "recorded_at", instant)),
        ),
        (_("Duration"), said(erasure, "seconds", duration)),
        (_("Throughput"), _throughput(erasure)),
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
            (
                _("Standards"),
                erasure.get("standards", STANDARDS) or _("no standard claimed"),
            ),
            (_("Result"), said(erasure, "result", label(ErasureResult))),
            (
                _("Exceptions"),
                said(erasure, "exceptions", _exceptions, empty=_("no exception")),
            ),
            (_("Bytes erased"), said(erasure, "bytes_erased", size)),
            (_("Passes"), said(executed, "passes", whole)),
            (_("Pattern"), said(executed, "pattern", empty=_pattern(erasure))),
            *_times(content),
            (_("Tool"), f"{erasure['tool']} {erasure['tool_version']}".strip()),
            (_("Other tools"), said(executed, "tools", _list)),
            (_("Kernel"), said(executed, "kernel")),
            (_("Image"), said(executed, "image")),
            (_("Source"), said(erasure, "source", label(ErasureSource))),
            (_("Reason told"), str(executed.get("reason") or "")),
        ),
        columns=2,
    )


def _people(content: Content) -> Facts:
    people, organisation = content["people"], content["organisation"]["name"]

    def named(part: str) -> str:
        return titled(people[part], people.get(f"{part}_roles", []), organisation)

    approved_at = people.get("approved_at", "")
    agent = said(content["executed"], "agent")
    by_agent = content["erasure"]["source"] == ErasureSource.AGENT
    is_old = "run" not in content["executed"]
    return Facts(
        _("People and evidence"),
        (
            (_("Performed by"), _performer(content, named("performed"))),
            *since_two(
                content, (_("Verified by"), _verifier(content, named("performed")))
            ),
            (_("Exceptions accepted by"), named("approved")),
            (_("Accepted at"), approved_at and instant(approved_at)),
            *issue_facts(content),
            (_("Agent"), agent if is_old and by_agent else ""),
            (
                _("SHA-256 of the evidence"),
                content["evidence_sha256"] or _("none: written down by a person"),
            ),
            *key_facts(content),
            (_("Reference of the record"), content["erasure"]["uuid"]),
        ),
    )


def _performer(content: Content, who: str) -> str:
    """Who erased it: a person, or a machine and whose word it had."""
    executed = content["executed"]
    if content["erasure"]["source"] != ErasureSource.AGENT or "run" not in executed:
        return who or _("the machine, without an order")
    run, told = executed["run"], {"agent": said(executed, "agent"), "who": who}
    if not run or not who:
        return _("agent %(agent)s, without an order") % told
    told["run"] = run["id"]
    if run["confirmed"]:
        return _("agent %(agent)s, run %(run)s, started by %(who)s") % told
    return _("agent %(agent)s, run %(run)s, ordered by %(who)s") % told


def _verifier(content: Content, who: str) -> str:
    """What read the drive back: the tool that erased it; nobody where nothing was."""
    erasure = content["erasure"]
    if erasure["verification"] == Verification.NONE:
        return _("nobody")
    if erasure["verification"] == Verification.LOOKED:
        return who
    return f"{erasure['tool']} {erasure['tool_version']}".strip()


def _pattern(erasure: Content) -> str:
    """Only an overwrite has one: any other method is left to the drive."""
    return "" if erasure["technique"] == Technique.OVERWRITE else "–"


def _throughput(erasure: Content) -> str:
    """Bytes over the whole time, in whole megabytes a second."""
    done, seconds = erasure["bytes_erased"], erasure.get("seconds")
    if not done or not seconds:
        return _("not recorded")
    return f"{whole(done // seconds // 10**6)} {_('MB/s')}"


def _exceptions(codes: list[str]) -> str:
    return ", ".join(map(label(ErasureException), codes))


def _list(names: list[str]) -> str:
    return ", ".join(map(str, names))


def _bytes(number: int) -> str:
    return _("%(number)s bytes") % {"number": whole(number)}
