"""The numbered papers of a hand-over: what is shown before, and issued with, the signature."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from backoffice.core.documents import issue_document
from backoffice.core.models import Document, DocumentKind, User
from lending.actions.ceilings import ceiling_of
from lending.actions.handover_checks import lines_to_see
from lending.documents.content import conditions_of, draft_content
from lending.documents.handover import OF_MODE, TEMPLATES, VERSION
from lending.links import slip_link
from lending.models import HandOver
from lending.states import Condition, HandOverMode

# The French text is the one that counts.
LANGUAGE = "fr"
SUBJECT = "handover"


def draft_of(handover: HandOver, user: User) -> dict[str, Any]:
    """What would be signed now, handed over by this person."""
    return draft_content(
        handover,
        lines_to_see(handover),
        value_cents=ceiling_of(handover.pack),
        who=user.name,
    )


def issue_papers(
    handover: HandOver,
    draft: Mapping[str, object],
    signed: Mapping[str, object],
    user: User,
) -> list[Document]:
    """Number the slip, then the paper of its mode: a step."""
    content = {**draft, "signed": dict(signed), "check": slip_link(handover)}
    kinds = (DocumentKind.HANDOVER_SLIP, OF_MODE[HandOverMode(handover.mode)])
    return [_issue(kind, handover, content, user) for kind in kinds]


def issue_gift_deed(
    handover: HandOver, user: User, *, damaged: Collection[str]
) -> Document:
    """The paper of a loan that becomes a gift, to be signed by hand: a step.

    `damaged` are the public ids of the lines that broke while they were lent.
    """
    draft = draft_of(handover, user)
    broken = {"condition": Condition.DAMAGED.value}
    lines = [
        {**line, **(broken if line["line"] in damaged else {})}
        for line in draft["lines"]
    ]
    content = {
        **draft,
        "lines": lines,
        "mode": HandOverMode.GIFT.value,
        "conditions": conditions_of(handover.language, HandOverMode.GIFT),
        "due_on": "",
        "on": timezone.now().isoformat(timespec="seconds"),
        "check": slip_link(handover),
    }
    return _issue(DocumentKind.GIFT_DEED, handover, content, user)


def papers_of(handover: HandOver) -> list[Document]:
    """In the order in which they were issued."""
    rows = Document.objects.filter(subject=SUBJECT, subject_uuid=handover.uuid)
    return list(rows.order_by("issued_at", "pk"))


def paper_of(document: uuid.UUID) -> Document | None:
    """A paper by its public id; who may see it is asked of its hand-over."""
    kinds = {kind for kind, _version in TEMPLATES}
    return Document.objects.filter(
        subject=SUBJECT, kind__in=kinds, uuid=document
    ).first()


def _issue(
    kind: DocumentKind, handover: HandOver, content: Mapping[str, object], user: User
) -> Document:
    return issue_document(
        kind=kind,
        language=LANGUAGE,
        template_version=VERSION,
        site=handover.site,
        subject=SUBJECT,
        subject_uuid=handover.uuid,
        content=content,
        by=user,
    )
