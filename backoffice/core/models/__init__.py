"""The kernel's tables; each subject has its own module."""

from backoffice.core.models.checkpoint import Checkpoint
from backoffice.core.models.document import (
    Document,
    DocumentFile,
    DocumentKind,
    DocumentSeries,
)
from backoffice.core.models.event import AppendOnlyQuerySet, Event, EventQuerySet
from backoffice.core.models.form_answer import FormAnswer
from backoffice.core.models.job import JobRun
from backoffice.core.models.outgoing import Means, Outgoing
from backoffice.core.models.site import Site, SiteEvent
from backoffice.core.models.token import ApiToken
from backoffice.core.models.user import AccountEvent, RoleAssignment, User

__all__ = [
    "AccountEvent",
    "ApiToken",
    "AppendOnlyQuerySet",
    "Checkpoint",
    "Document",
    "DocumentFile",
    "DocumentKind",
    "DocumentSeries",
    "Event",
    "EventQuerySet",
    "FormAnswer",
    "JobRun",
    "Means",
    "Outgoing",
    "RoleAssignment",
    "Site",
    "SiteEvent",
    "User",
]
