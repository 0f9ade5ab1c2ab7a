"""How machines join, what becomes of what they say, and what is asked of them."""

from provisioning.actions.approval import approve_agent, want_approval
from provisioning.actions.assignments import (
    assign_environment,
    end_assignment,
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
from provisioning.actions.environment_proof import (
    check_environment,
    environment_verified,
    why_unproven,
)
from provisioning.actions.environments import (
    EnvironmentFacts,
    change_environment,
    create_environment,
)
from provisioning.actions.erasure_orders import (
    approve_order,
    cancel_order,
    confirm_order,
    export_order,
    order_erasure,
)
from provisioning.actions.handing_over import run_of
from provisioning.actions.installing import (
    filled_in,
    give_waiting_environment,
    install_environment,
)
from provisioning.actions.jobs import ask_job, cancel_job, expire_jobs
from provisioning.actions.layers import (
    LayerFacts,
    change_layer,
    create_layer,
    rename_layer,
)
from provisioning.actions.matching import new_machine, same_machine
from provisioning.actions.order_drives import cancel_drive, confirm_drive
from provisioning.actions.order_turns import drop_fallen_orders, give_orders_left
from provisioning.actions.ordering import Terms
from provisioning.actions.passphrases import print_passphrase
from provisioning.actions.profile_signatures import (
    profile_named,
    rotate_profile_key,
    signature_of,
)
from provisioning.actions.progress import note_events
from provisioning.actions.publishing import (
    promote_version,
    publish_version,
    withdraw_version,
)
from provisioning.actions.rebuild import rebuild_agent
from provisioning.actions.report import accept_report
from provisioning.actions.resources import (
    ResourceFacts,
    add_resource,
    amend_resource,
    bring_back_resource,
    withdraw_resource,
)
from provisioning.actions.retention import prune_reports
from provisioning.actions.systems import note_system
from provisioning.actions.uploads import begin_upload, end_upload, forget_old_uploads

__all__ = [
    "Brought",
    "EnvironmentFacts",
    "LayerFacts",
    "ResourceFacts",
    "Terms",
    "accept_report",
    "add_resource",
    "adopt_token",
    "amend_resource",
    "approve_agent",
    "approve_order",
    "ask_job",
    "assign_environment",
    "begin_upload",
    "bind_agent",
    "bring_back_resource",
    "cancel_drive",
    "cancel_job",
    "cancel_order",
    "change_environment",
    "change_layer",
    "check_environment",
    "confirm_correction",
    "confirm_drive",
    "confirm_order",
    "create_environment",
    "create_join_code",
    "create_layer",
    "drop_fallen_orders",
    "end_assignment",
    "end_upload",
    "enrol_agent",
    "environment_verified",
    "expire_jobs",
    "export_order",
    "filled_in",
    "forget_old_uploads",
    "give_orders_left",
    "give_waiting_environment",
    "install_environment",
    "new_machine",
    "note_clone",
    "note_contact",
    "note_events",
    "note_import",
    "note_refused_file",
    "note_system",
    "open_differences",
    "order_erasure",
    "print_passphrase",
    "profile_named",
    "promote_version",
    "propose_merge",
    "propose_split",
    "prune_reports",
    "publish_version",
    "rebuild_agent",
    "refuse_correction",
    "rename_layer",
    "revoke_agent",
    "rotate_profile_key",
    "rotate_token",
    "run_of",
    "same_machine",
    "settle_difference",
    "signature_of",
    "unbind_agent",
    "undo_correction",
    "want_approval",
    "why_unproven",
    "withdraw_resource",
    "withdraw_version",
]
