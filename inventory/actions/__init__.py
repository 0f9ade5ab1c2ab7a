"""What people do in the workshop. One function per act; only acts change rows."""

from inventory.actions.carried_results import take_in_carried
from inventory.actions.certificate_runs import (
    ask_certificates,
    cancel_certificate_run,
    end_certificate_run,
    note_certificate,
    take_certificate_run,
)
from inventory.actions.certificate_summaries import (
    issue_lot_summary,
    issue_machine_sheet,
)
from inventory.actions.certificates import (
    cancel_certificate,
    issue_certificate,
    issue_destruction_record,
)
from inventory.actions.custody import (
    attach_alias,
    describe_device,
    hold_device,
    move_to_place,
    open_place,
    release_hold,
)
from inventory.actions.destruction import (
    confirm_destruction,
    record_destruction,
    refuse_destruction,
)
from inventory.actions.donation import (
    close_lot,
    issue_donation_receipt,
    open_lot,
    record_donation,
    register_donor,
)
from inventory.actions.donor_mails import (
    ask_donor_mail,
    give_up_donor_mail,
    note_donor_mail,
    retry_donor_mail,
    take_donor_mail,
)
from inventory.actions.drives import (
    DeclaredDrive,
    declare_drive,
    declare_no_storage,
    put_drive_in,
    take_drive_out,
)
from inventory.actions.erasure import (
    approve_exceptions,
    record_erasure,
    refuse_exceptions,
)
from inventory.actions.evidence import Claim
from inventory.actions.health import change_health_rules, judge_anew
from inventory.actions.imports import (
    apply_results,
    decide_result,
    take_in_results,
)
from inventory.actions.provenance import (
    accept_difference,
    keep_mine,
    release_value,
)
from inventory.actions.quality import (
    declare_ready,
    fail_quality_check,
    pass_quality_check,
)
from inventory.actions.reception import receive_announced, receive_device
from inventory.actions.scans import Scanned, note_look_up, note_scan, settle_scan
from inventory.actions.setting_aside import (
    keep_for_parts,
    return_to_donor,
    scrap_device,
    set_aside,
)
from inventory.actions.sightings import SeenDrive
from inventory.actions.station_scanners import (
    Arriving,
    begin_arrived,
    join_scanner,
    keep_arrived,
    let_scanner_in,
    put_arrived_aside,
    release_arrived,
    revoke_scanner,
    settle_arrived,
    take_arrived,
)
from inventory.actions.undo import undo_last
from inventory.actions.withdrawal import recognise_drive, withdraw_drive
from inventory.actions.workshop import (
    await_parts,
    declare_missing,
    send_back_to_workshop,
    send_to_quality_check,
    start_refurbishment,
    start_triage,
    triage_device,
)

__all__ = [
    "Arriving",
    "Claim",
    "DeclaredDrive",
    "Scanned",
    "SeenDrive",
    "accept_difference",
    "apply_results",
    "approve_exceptions",
    "ask_certificates",
    "ask_donor_mail",
    "attach_alias",
    "await_parts",
    "begin_arrived",
    "cancel_certificate",
    "cancel_certificate_run",
    "change_health_rules",
    "close_lot",
    "confirm_destruction",
    "decide_result",
    "declare_drive",
    "declare_missing",
    "declare_no_storage",
    "declare_ready",
    "describe_device",
    "end_certificate_run",
    "fail_quality_check",
    "give_up_donor_mail",
    "hold_device",
    "issue_certificate",
    "issue_destruction_record",
    "issue_donation_receipt",
    "issue_lot_summary",
    "issue_machine_sheet",
    "join_scanner",
    "judge_anew",
    "keep_arrived",
    "keep_for_parts",
    "keep_mine",
    "let_scanner_in",
    "move_to_place",
    "note_certificate",
    "note_donor_mail",
    "note_look_up",
    "note_scan",
    "open_lot",
    "open_place",
    "pass_quality_check",
    "put_arrived_aside",
    "put_drive_in",
    "receive_announced",
    "receive_device",
    "recognise_drive",
    "record_destruction",
    "record_donation",
    "record_erasure",
    "refuse_destruction",
    "refuse_exceptions",
    "register_donor",
    "release_arrived",
    "release_hold",
    "release_value",
    "retry_donor_mail",
    "return_to_donor",
    "revoke_scanner",
    "scrap_device",
    "send_back_to_workshop",
    "send_to_quality_check",
    "set_aside",
    "settle_arrived",
    "settle_scan",
    "start_refurbishment",
    "start_triage",
    "take_arrived",
    "take_certificate_run",
    "take_donor_mail",
    "take_drive_out",
    "take_in_carried",
    "take_in_results",
    "triage_device",
    "undo_last",
    "withdraw_drive",
]
