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
from provisioning.models.blob import Blob, Resource, ResourceEvent, Upload
from provisioning.models.connection import ConnectionLook, LineVerdict
from provisioning.models.correction import (
    Correction,
    CorrectionKind,
    CorrectionState,
)
from provisioning.models.environment import (
    Channel,
    Environment,
    EnvironmentBundle,
    EnvironmentEvent,
    EnvironmentVersion,
    Layer,
    LayerEvent,
    LayerKind,
)
from provisioning.models.environment_run import (
    EnvironmentRun,
    EnvironmentStepRow,
    RunAim,
    RunOutcome,
    StepOutcome,
)
from provisioning.models.erasure_run import ErasureRun, RunState
from provisioning.models.job import Job, JobKind, JobState
from provisioning.models.join_code import JoinCode
from provisioning.models.mark import Likeness, Mark
from provisioning.models.profile import (
    EnvironmentProfile,
    ProfileFile,
    ProfileKey,
    ProfileKeyEvent,
    ProfileSignature,
)
from provisioning.models.report import Report, ReportPayload
from provisioning.models.sighting import Sighting
from provisioning.models.system_seen import SystemKind, SystemSeen

__all__ = [
    "Agent",
    "AgentEvent",
    "Approval",
    "Assignment",
    "Blob",
    "Channel",
    "ConnectionLook",
    "Correction",
    "CorrectionKind",
    "CorrectionState",
    "Difference",
    "DifferenceKind",
    "Environment",
    "EnvironmentBundle",
    "EnvironmentCheck",
    "EnvironmentEvent",
    "EnvironmentProfile",
    "EnvironmentRun",
    "EnvironmentStepRow",
    "EnvironmentVersion",
    "ErasureRun",
    "Job",
    "JobKind",
    "JobState",
    "JoinCode",
    "Layer",
    "LayerEvent",
    "LayerKind",
    "Likeness",
    "LineVerdict",
    "Mark",
    "ProfileFile",
    "ProfileKey",
    "ProfileKeyEvent",
    "ProfileSignature",
    "Report",
    "ReportPayload",
    "Resource",
    "ResourceEvent",
    "RunAim",
    "RunOutcome",
    "RunState",
    "Settlement",
    "Sighting",
    "StepOutcome",
    "SystemKind",
    "SystemSeen",
    "Upload",
]
