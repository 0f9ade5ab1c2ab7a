"""How machines join, and what becomes of what they say."""

from provisioning.actions.binding import bind_agent, unbind_agent
from provisioning.actions.enrolment import create_join_code, enrol_agent, revoke_agent
from provisioning.actions.report import accept_report

__all__ = [
    "accept_report",
    "bind_agent",
    "create_join_code",
    "enrol_agent",
    "revoke_agent",
    "unbind_agent",
]
