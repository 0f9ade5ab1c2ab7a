"""The journal of a machine, in words: who let it in, what was asked of it, what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inventory import tags
from inventory.states import ProofRefusal
from provisioning.models import Agent, AgentEvent, JobKind, JobState

NEWEST = 30
# A report is no line: the list of them is.
NO_LINE = "reported"
# Verb: family of the mark, icon, words.
_VERBS: Mapping[str, tuple[str, str, Promise]] = {
    "enrolled": ("progress", "key", gettext_lazy("Joined with a code")),
    "enrolled_again": ("progress", "key", gettext_lazy("Joined with the same code")),
    "approved": ("done", "user-check", gettext_lazy("Approved")),
    "bound": ("progress", "link", pgettext_lazy("one machine", "Bound to a device")),
    "unbound": ("waiting", "unlink", gettext_lazy("Unbound from its device")),
    "same_as": ("progress", "copy", gettext_lazy("Said to be a machine known before")),
    "superseded": ("out", "copy", gettext_lazy("Known under a new credential since")),
    "told_apart": (
        "progress",
        "user-check",
        gettext_lazy("Said to be another machine"),
    ),
    "revoked": ("blocked", "plug-connected-x", gettext_lazy("Credential revoked")),
    "clone_suspected": (
        "blocked",
        "copy",
        gettext_lazy("Another machine spoke in its name: refused"),
    ),
    "token_rotated": ("out", "key", gettext_lazy("New credential made")),
    "token_adopted": ("out", "key", gettext_lazy("New credential in use")),
    "job_asked": ("waiting", "send", gettext_lazy("Asked for")),
    "job_taken": ("progress", "player-play", gettext_lazy("Taken by the machine")),
    "job_cancel_asked": ("waiting", "x", gettext_lazy("Told to stop")),
    "job_ended": ("out", "check", gettext_lazy("Over")),
    "erasure_refused": (
        "blocked",
        "hand-stop",
        gettext_lazy("Result of an erasure refused as proof"),
    ),
    "reports_pruned": (
        "out",
        "trash",
        gettext_lazy("Texts of old reports removed after their time"),
    ),
    "reports_carried": ("progress", "usb", gettext_lazy("Reports brought on a stick")),
}


def history_of(agent: Agent) -> list[dict[str, Any]]:
    """The newest lines of core/components/timeline.html, in one query."""
    told = agent.events.exclude(verb=NO_LINE).select_related("actor")
    return [_entry(event) for event in told.order_by("-sequence")[:NEWEST]]


def _entry(event: AgentEvent) -> dict[str, Any]:
    unknown = ("out", "point", event.verb.replace("_", " ").capitalize())
    family, picture, title = _VERBS.get(event.verb, unknown)
    return {
        "family": family,
        "picture": picture,
        "title": title,
        "detail": _detail(event.data),
        "at": event.recorded_at,
        "by": _who(event),
        "station": event.station,
    }


def _who(event: AgentEvent) -> str:
    if event.actor is not None:
        return event.actor.name
    own = event.agent == str(event.subject.uuid)
    return _("the machine itself") if own else _("the server")


def _detail(data: Mapping[str, Any]) -> str:
    """The device, the job and how it ended, or the rule that refused."""
    if "device" in data:
        return tags.display(str(data["device"]))
    said = []
    if data.get("rule") in ProofRefusal.values:
        said.append(str(ProofRefusal(data["rule"]).label))
    if data.get("kind") in JobKind.values:
        said.append(str(JobKind(data["kind"]).label))
    if data.get("state") in JobState.values:
        said.append(str(JobState(data["state"]).label))
    return " · ".join(said)
