"""Agents, how they join, what they report, and what they are asked to do."""

from provisioning.models.agent import Agent, AgentEvent
from provisioning.models.approval import Approval
from provisioning.models.assignment import (
    Assignment,
    Difference,
    DifferenceKind,
    EnvironmentCheck,
    Settlement,
)
from provisioning.models.correction import (
    Correction,
    CorrectionKind,
    CorrectionState,
)
from provisioning.models.erasure_run import ErasureRun, RunState
from provisioning.models.job import Job, JobKind, JobState
from provisioning.models.join_code import JoinCode
from provisioning.models.mark import Likeness, Mark
from provisioning.models.report import Report, ReportPayload
from provisioning.models.sighting import Sighting

__all__ = [
    "Agent",
    "AgentEvent",
    "Approval",
    "Assignment",
    "Correction",
    "CorrectionKind",
    "CorrectionState",
    "Difference",
    "DifferenceKind",
    "EnvironmentCheck",
    "ErasureRun",
    "Job",
    "JobKind",
    "JobState",
    "JoinCode",
    "Likeness",
    "Mark",
    "Report",
    "ReportPayload",
    "RunState",
    "Settlement",
    "Sighting",
]
