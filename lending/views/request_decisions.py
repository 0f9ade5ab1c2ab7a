"""The decisions about a request: form, act, and what is said of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lending import actions
from lending.forms import requests as forms
from lending.forms.act import ActForm
from lending.models import EquipmentRequest
from lending.states import REQUEST_NEXT, UNDECIDED, RequestStatus

R = RequestStatus


@dataclasses.dataclass(frozen=True)
class Decision:
    """One thing that can be decided; `to` is the state that it leads to.

    `only_from`: the states that it is offered in, where the table of states allows more.
    """

    form: type[forms.DecisionForm]
    act: Callable[..., object]
    to: RequestStatus
    label: str | Promise
    icon: str
    done: str | Promise
    note: str | Promise = ""
    only_from: frozenset[RequestStatus] = frozenset(RequestStatus)

    def is_offered(self, status: RequestStatus) -> bool:
        return status in self.only_from and self.to in REQUEST_NEXT[status]


APPROVE = "approve"
DECISIONS: Mapping[str, Decision] = {
    APPROVE: Decision(
        forms.ApproveForm,
        actions.approve_request,
        R.APPROVED,
        _("Accept"),
        "check",
        _("The request is accepted; the structure is told by e-mail."),
        only_from=UNDECIDED,
    ),
    "take-up": Decision(
        forms.TakeUpForm,
        actions.take_up,
        R.UNDER_REVIEW,
        _("Begin to read"),
        "eye",
        _("You are reading this request; colleagues and the structure see it."),
        _("Colleagues and the structure see that somebody reads it."),
    ),
    "complete": Decision(
        forms.CompleteForm,
        actions.ask_to_complete,
        R.INCOMPLETE,
        _("Ask for what is missing"),
        "pencil",
        _("The request went back to the structure with your message."),
        _("The structure can change its answers and send the request again."),
    ),
    "wait": Decision(
        forms.WaitForm,
        actions.put_on_waiting_list,
        R.WAITING,
        _("Put on the waiting list"),
        "hourglass",
        _("The request is on the waiting list."),
        _("Its place follows from the programme, the urgency and the day it was sent."),
        only_from=UNDECIDED,
    ),
    "adjourn": Decision(
        forms.AdjournForm,
        actions.adjourn_request,
        R.ADJOURNED,
        _("Put off until a day"),
        "calendar",
        _("The request is put off until the day you chose; it comes back by itself."),
        _("It comes back on that day by itself."),
    ),
    "reconsider": Decision(
        forms.ReconsiderForm,
        actions.reconsider_request,
        R.WAITING,
        _("Take the acceptance back"),
        "arrow-back-up",
        _("The request is on the waiting list, and its packs go back to the quota."),
        _("It goes to the waiting list, and its packs back to the quota."),
        only_from=frozenset({R.APPROVED}),
    ),
    "refuse": Decision(
        forms.RefuseForm,
        actions.refuse_request,
        R.REFUSED,
        _("Refuse"),
        "x",
        _("The request is refused, and the structure is told why."),
        _("The structure reads the reason. A refusal is final: they may ask anew."),
    ),
    "dismiss": Decision(
        forms.DismissForm,
        actions.dismiss_request,
        R.DISMISSED,
        _("Close without effect"),
        "ban",
        _("The request is closed."),
        _("For what was asked twice, or is not ours to give."),
    ),
}


@dataclasses.dataclass(frozen=True)
class Offered:
    """A decision as the page shows it; unfolded where its form was refused."""

    slug: str
    decision: Decision
    form: ActForm
    is_unfolded: bool


def offered(
    request: EquipmentRequest, *, typed: forms.DecisionForm | None = None
) -> Sequence[Offered]:
    """What can be decided about a request now, `typed` as it was sent."""
    status = RequestStatus(request.status)
    return [
        Offered(
            slug, decision, _form(decision, request, typed), _is_of(decision, typed)
        )
        for slug, decision in DECISIONS.items()
        if decision.is_offered(status) or _is_of(decision, typed)
    ]


def _form(
    decision: Decision, request: EquipmentRequest, typed: forms.DecisionForm | None
) -> forms.DecisionForm:
    if typed is not None and _is_of(decision, typed):
        return typed
    return decision.form(about=request)


def _is_of(decision: Decision, typed: forms.DecisionForm | None) -> bool:
    return type(typed) is decision.form
