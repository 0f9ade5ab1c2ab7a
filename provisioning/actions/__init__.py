"""How machines join, what becomes of what they say, and what is asked of them."""

from provisioning.actions.approval import approve_agent, want_approval
from provisioning.actions.assignments import (
    assign_environment,
    check_environment,
    end_assignment,
    environment_verified,
    open_differences,
    settle_difference,
)
from provisioning.actions.binding import bind_agent, unbind_agent
from provisioning.actions.carrying import Brought, note_import, note_refused_file
from provisioning.actions.clones import note_clone
from provisioning.actions.corrections import (
    confirm_correction,
    propose_merge,
    propose_split,
    refuse_correction,
    undo_correction,
)
from provisioning.actions.credential import adopt_token, note_contact, rotate_token
from provisioning.actions.enrolment import create_join_code, enrol_agent, revoke_agent
from provisioning.actions.erasure_orders import (
    approve_order,
    cancel_order,
    confirm_order,
    export_order,
    order_erasure,
)
from provisioning.actions.handing_over import run_of
from provisioning.actions.jobs import ask_job, cancel_job, expire_jobs
from provisioning.actions.matching import new_machine, same_machine
from provisioning.actions.order_drives import cancel_drive, confirm_drive
from provisioning.actions.order_turns import drop_fallen_orders, give_orders_left
from provisioning.actions.ordering import Terms
from provisioning.actions.progress import note_events
from provisioning.actions.rebuild import rebuild_agent
from provisioning.actions.report import accept_report
from provisioning.actions.retention import prune_reports

__all__ = [
    "Brought",
    "Terms",
    "accept_report",
    "adopt_token",
    "approve_agent",
    "approve_order",
    "ask_job",
    "assign_environment",
    "bind_agent",
    "cancel_drive",
    "cancel_job",
    "cancel_order",
    "check_environment",
    "confirm_correction",
    "confirm_drive",
    "confirm_order",
    "create_join_code",
    "drop_fallen_orders",
    "end_assignment",
    "enrol_agent",
    "environment_verified",
    "expire_jobs",
    "export_order",
    "give_orders_left",
    "new_machine",
    "note_clone",
    "note_contact",
    "note_events",
    "note_import",
    "note_refused_file",
    "open_differences",
    "order_erasure",
    "propose_merge",
    "propose_split",
    "prune_reports",
    "rebuild_agent",
    "refuse_correction",
    "revoke_agent",
    "rotate_token",
    "run_of",
    "same_machine",
    "settle_difference",
    "unbind_agent",
    "undo_correction",
    "want_approval",
]
