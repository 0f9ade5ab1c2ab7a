"""The questions of a request, in the order of its pages, and what is still unanswered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.kinds import Urgency

if TYPE_CHECKING:
    from lending.models import EquipmentRequest


class Question(models.TextChoices):
    """One page each; the value is its address."""

    WHOM = "whom", _("For whom?")
    WHY = "why", _("Why is it needed?")
    GOALS = "goals", _("What will it be used for?")
    EQUIPMENT = "equipment", _("What must it be able to do?")
    WHEN = "when", _("For when?")
    NOTE = "note", _("Anything else we should know?")


# Which columns each page answers.
ASKED: Mapping[Question, tuple[str, ...]] = {
    Question.WHOM: ("for_one", "beneficiary", "quantity"),
    Question.WHY: ("situation",),
    Question.GOALS: ("goals",),
    Question.EQUIPMENT: ("capabilities",),
    Question.WHEN: ("urgency", "urgency_reason", "wanted_on"),
    Question.NOTE: ("programme", "note"),
}


def missing_answers(request: EquipmentRequest) -> list[Question]:
    """The questions without which a request cannot be sent, in the order of the pages."""
    answered = {
        Question.WHOM: _says_for_whom(request),
        Question.WHY: bool(request.situation),
        Question.GOALS: bool(request.goals),
        Question.EQUIPMENT: bool(request.capabilities),
        Question.WHEN: _says_when(request),
        Question.NOTE: True,
    }
    return [question for question, known in answered.items() if not known]


def _says_for_whom(request: EquipmentRequest) -> bool:
    if request.for_one is None:
        return False
    return not request.for_one or request.beneficiary_id is not None


def _says_when(request: EquipmentRequest) -> bool:
    """What is urgent says why; a date that cannot move says which."""
    if request.urgency == Urgency.NORMAL:
        return True
    dated = request.urgency < Urgency.URGENT or request.wanted_on is not None
    return bool(request.urgency_reason) and dated
