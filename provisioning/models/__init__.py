"""Agents, how they join, and what they report."""

from provisioning.models.agent import Agent, AgentEvent
from provisioning.models.join_code import JoinCode
from provisioning.models.report import Report

__all__ = ["Agent", "AgentEvent", "JoinCode", "Report"]
