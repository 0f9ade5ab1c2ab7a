"""What the verbs of the journal say to people: a title, a family and a picture each.

Events keep codes; words are chosen when a page is drawn, in the reader's language.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclasses.dataclass(frozen=True)
class Wording:
    """`family` is a chip's (waiting, progress, done, blocked, out); `icon` its picture."""

    title: str | Promise
    family: str
    icon: str


def wording(verb: str) -> Wording:
    """How a verb is shown; one that is not listed shows itself."""
    return WORDINGS.get(verb) or Wording(
        verb.replace("_", " ").capitalize(), "out", "point"
    )


WORDINGS: Mapping[str, Wording] = {
    # The device.
    "received": Wording(_("Received"), "progress", "truck-delivery"),
    "moved": Wording(_("Moved"), "out", "map-pin"),
    "described": Wording(_("Description corrected"), "out", "pencil"),
    "alias_attached": Wording(_("Another code attached"), "out", "barcode"),
    "triage_started": Wording(_("Triage started"), "progress", "progress"),
    "triaged": Wording(_("Kept for reuse"), "progress", "check"),
    "refurbishment_started": Wording(_("Refurbishment started"), "progress", "tool"),
    "parts_awaited": Wording(_("Waits for a part"), "waiting", "hourglass"),
    "sent_to_quality_check": Wording(
        _("Sent to the quality check"), "progress", "clipboard-list"
    ),
    "health_judged": Wording(_("Health judged"), "progress", "stethoscope"),
    "quality_check_passed": Wording(
        _("Quality check passed"), "done", "clipboard-check"
    ),
    "quality_check_failed": Wording(_("Quality check failed"), "blocked", "x"),
    "declared_ready": Wording(_("Declared ready"), "done", "rosette-discount-check"),
    "sent_back": Wording(_("Sent back to the workshop"), "waiting", "arrow-back-up"),
    "set_aside": Wording(_("Set aside"), "blocked", "ban"),
    "kept_for_parts": Wording(_("Kept for its parts"), "out", "tools"),
    "scrapped": Wording(_("Scrapped"), "out", "recycle"),
    "returned_to_donor": Wording(_("Returned to the donor"), "out", "arrow-right"),
    "declared_missing": Wording(_("Declared missing"), "blocked", "question-mark"),
    "held": Wording(_("Put on hold"), "blocked", "hand-stop"),
    "hold_released": Wording(_("Hold released"), "done", "lock-open"),
    "undone": Wording(_("Taken back"), "waiting", "arrow-back-up"),
    "refused": Wording(_("Refused"), "blocked", "hand-stop"),
    "agent_bound": Wording(_("Bound to its machine’s agent"), "done", "link"),
    "agent_unbound": Wording(_("No longer bound to an agent"), "out", "unlink"),
    # Documents about drives.
    "certificate_issued": Wording(_("Certificate issued"), "done", "certificate"),
    "certificate_cancelled": Wording(_("Certificate cancelled"), "blocked", "x"),
    "sheet_issued": Wording(_("Sheet of its drives issued"), "done", "file-text"),
    "summary_issued": Wording(_("Summary issued"), "done", "file-text"),
    "certificates_sent": Wording(_("Summary sent to the donor"), "done", "mail"),
    "certificates_asked": Wording(
        _("Certificates of a lot asked for"), "progress", "certificate"
    ),
    "certificates_ended": Wording(
        _("Certificates of a lot: ended"), "done", "certificate"
    ),
    "mail_asked": Wording(_("Summary to be sent to the donor"), "waiting", "mail"),
    "mail_given_up": Wording(_("Mail to the donor given up"), "out", "x"),
    # Donors and places.
    "registered": Wording(_("Donor registered"), "done", "gift"),
    "opened": Wording(_("Place opened"), "done", "map-pin"),
    # Records that are one device or two, and whose word counts.
    "merge_proposed": Wording(
        _("Proposed: it is another record’s device"), "waiting", "arrows-exchange"
    ),
    "split_proposed": Wording(_("Proposed: it is two devices"), "waiting", "copy"),
    "correction_refused": Wording(
        _("Proposal refused: the records stay as they are"), "out", "x"
    ),
    "merged_into": Wording(_("Merged into another record"), "out", "arrows-exchange"),
    "merged_with": Wording(
        _("Another record merged into this one"), "progress", "arrows-exchange"
    ),
    "parted_from": Wording(_("Records parted again"), "waiting", "arrow-back-up"),
    "split": Wording(_("Split: a part of it is a new record"), "progress", "copy"),
    "split_from": Wording(_("Split off from another record"), "progress", "copy"),
    "filled_by_report": Wording(_("Filled in from a report"), "out", "cpu"),
    "difference_accepted": Wording(
        _("Taken from a report, as a person said"), "done", "check"
    ),
    "difference_kept": Wording(
        _("Kept as typed, against a report"), "done", "user-check"
    ),
    "value_released": Wording(_("Follows reports from here on"), "out", "lock-open"),
    "drive_merged": Wording(
        _("Drive of a merged record"), "progress", "arrows-exchange"
    ),
    "drive_parted": Wording(_("Drive back in its record"), "waiting", "arrow-back-up"),
    "drive_split_off": Wording(_("Drive split off with it"), "progress", "copy"),
    "merged": Wording(_("Its record was merged"), "progress", "arrows-exchange"),
    "parted": Wording(_("Its records were parted again"), "waiting", "arrow-back-up"),
    "split_off": Wording(_("Split off into a new record"), "progress", "copy"),
    # Drives, in the device's journal.
    "drive_declared": Wording(_("Drive declared"), "waiting", "database"),
    "declared_diskless": Wording(_("Seen: no drive inside"), "done", "eye"),
    "drive_seen": Wording(_("New drive seen in it"), "waiting", "eye"),
    "drive_seen_elsewhere": Wording(
        _("Drive from elsewhere seen in it"), "waiting", "eye"
    ),
    "drive_taken_out": Wording(_("Drive taken out"), "out", "arrow-up"),
    "drive_put_in": Wording(_("Drive put in"), "progress", "arrow-down"),
    "drive_withdrawn": Wording(
        _("Drive withdrawn: declared by mistake"), "out", "arrow-back-up"
    ),
    "drive_recognised": Wording(_("Drive recognised"), "done", "eye"),
    # Its pack, and what its reports say against it.
    "put_in_pack": Wording(_("Put into a pack"), "progress", "package"),
    "freed_from_pack": Wording(_("Taken out of its pack"), "waiting", "arrow-back-up"),
    "packed": Wording(_("Pack closed"), "done", "package"),
    "pack_reopened": Wording(_("Pack opened again"), "waiting", "arrow-back-up"),
    "delivered_to_structure": Wording(
        _("Delivered to a structure"), "out", "truck-delivery"
    ),
    "back_from_structure": Wording(
        _("Back from the structure"), "waiting", "arrow-back-up"
    ),
    "lent": Wording(_("Lent"), "out", "heart-handshake"),
    "handed_over": Wording(_("Handed over"), "out", "heart-handshake"),
    "given": Wording(_("Lent before, now given"), "out", "gift"),
    "came_back": Wording(_("Came back from who had it"), "waiting", "arrow-back-up"),
    "lost": Wording(_("Reported as lost"), "out", "help-circle"),
    "stolen": Wording(_("Reported as stolen"), "out", "alert-triangle"),
    "written_off": Wording(_("Written off"), "out", "x"),
    "environment_assigned": Wording(_("Prepared for a pack"), "progress", "package"),
    "environment_ended": Wording(_("No longer prepared for a pack"), "out", "x"),
    "environment_run": Wording(
        _("Learning environment gone over"), "progress", "devices-pc"
    ),
    "passphrase_printed": Wording(_("Passphrase printed"), "done", "printer"),
    "key_current": Wording(_("Signs environments from now on"), "done", "key"),
    "key_replaced": Wording(_("Replaced by another key"), "out", "x"),
    "environment_checked": Wording(_("Environment checked"), "done", "check"),
    "system_seen": Wording(_("System seen on it"), "progress", "device-desktop"),
    "connection_tried": Wording(_("Connection tried"), "progress", "wifi"),
    "difference_found": Wording(
        _("Differs from what was packed"), "blocked", "alert-triangle"
    ),
    "difference_settled": Wording(_("Difference settled"), "done", "user-check"),
    "destroyed_drive_seen": Wording(
        _("A drive that was destroyed was seen in it"), "blocked", "alert-triangle"
    ),
    "drive_left": Wording(_("Drive gone to another device"), "out", "arrow-right"),
    "erasure_erased": Wording(_("Drive erased"), "done", "eraser"),
    "erasure_erased_with_exceptions": Wording(
        _("Drive erased, with exceptions"), "waiting", "eraser"
    ),
    "erasure_failed": Wording(_("Erasure failed"), "blocked", "x"),
    "erasure_aborted": Wording(_("Erasure aborted"), "blocked", "x"),
    "erasure_not_attempted": Wording(_("Erasure not attempted"), "waiting", "eraser"),
    "erasure_unknown": Wording(_("Erasure: result unknown"), "blocked", "help-circle"),
    "erasure_ordered": Wording(_("Erasure ordered"), "waiting", "eraser"),
    "erasure_approved": Wording(
        _("Order to erase approved"), "progress", "shield-check"
    ),
    "erasure_confirmed": Wording(
        _("Order to erase confirmed at the machine"), "progress", "check"
    ),
    "erasure_refused": Wording(
        _("A machine’s result does not count as proof"), "blocked", "hand-stop"
    ),
    "result_refused": Wording(
        _("Another tool’s result does not count as proof"), "blocked", "hand-stop"
    ),
    "erasure_carried": Wording(_("Its result came on a stick"), "progress", "usb"),
    "order_cancelled": Wording(_("Order to erase taken back"), "out", "arrow-back-up"),
    "order_exported": Wording(
        _("Order to erase given out to be carried"), "out", "usb"
    ),
    "order_fell": Wording(_("Order to erase does not hold any more"), "blocked", "x"),
    "exceptions_approved": Wording(_("Exceptions approved"), "done", "shield-check"),
    "destruction_recorded": Wording(_("Destruction recorded"), "waiting", "trash"),
    "destruction_confirmed": Wording(_("Destruction confirmed"), "done", "trash"),
    "exceptions_refused": Wording(_("Exceptions refused"), "blocked", "x"),
    "destruction_refused": Wording(_("Destruction refused"), "blocked", "x"),
    # The same, in the drive's own journal.
    "declared": Wording(_("Declared"), "waiting", "database"),
    "installed_new": Wording(_("Installed new"), "done", "plus"),
    "first_seen": Wording(_("Seen for the first time"), "waiting", "eye"),
    "seen_since_destroyed": Wording(
        _("Seen after it was destroyed"), "blocked", "alert-triangle"
    ),
    "seen_elsewhere": Wording(_("Seen in another device"), "waiting", "eye"),
    "taken_out": Wording(_("Taken out, into custody"), "out", "arrow-up"),
    "withdrawn": Wording(_("Withdrawn: declared by mistake"), "out", "arrow-back-up"),
    "recognised": Wording(_("Recognised without a serial"), "done", "eye"),
    "put_in": Wording(_("Put into a device"), "progress", "arrow-down"),
    "proof_fell": Wording(
        _("Its proof does not suffice any more"), "blocked", "alert-triangle"
    ),
    "cycle_opened": Wording(
        _("To erase again: it was in other hands"), "waiting", "refresh"
    ),
}
