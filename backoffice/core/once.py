"""A page's form acts once, however often it is sent: `{% once %}` in it is all it takes.

The form carries a nonce. The first event of the act keeps it, in the act's own
transaction; sent again (a double click, or back and saved once more), the form leads
where its first answer led. The scan station keeps its nonces with its scans.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.models import FormAnswer, User

FIELD = "once"
# Nobody goes back to a form that was saved longer ago.
KEPT_FOR = dt.timedelta(days=30)


class AnsweredBefore(Exception):
    """The form was acted upon while it was being sent again. Not a refusal."""


class Once:
    """One form on its way to the acts of its view."""

    def __init__(self, user: User, nonce: uuid.UUID, address: str) -> None:
        self.user = user
        self.nonce = nonce
        self.address = address
        self.claimed = False

    @property
    def rows(self) -> QuerySet[FormAnswer]:
        return FormAnswer.objects.filter(user=self.user, nonce=self.nonce)

    def claim(self) -> None:
        """Keep the nonce with the act under way: a step.

        Raises AnsweredBefore, which undoes the act, where somebody was faster.
        """
        if self.claimed:
            return
        try:
            FormAnswer.objects.create(
                user=self.user, nonce=self.nonce, address=self.address
            )
        except IntegrityError as taken:
            raise AnsweredBefore(str(self.nonce)) from taken
        self.claimed = True

    def led_to(self, response: HttpResponse) -> None:
        """Remember where the first answer led, if it led anywhere else."""
        if self.claimed and response.has_header("Location"):
            self.rows.update(address=response["Location"])

    def first_answer(self) -> str:
        """Where the first answer led; empty for a form that comes for the first time."""
        return self.rows.values_list("address", flat=True).first() or ""


class OnceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        once: Once | None = getattr(request, "once", None)
        if once is not None:
            once.led_to(response)
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        once = _sent_with(request)
        if once is None:
            return None
        request.once = once  # type: ignore[attr-defined]
        first = once.first_answer()
        return _again(request, first) if first else None

    def process_exception(
        self, request: HttpRequest, exc: Exception
    ) -> HttpResponse | None:
        if not isinstance(exc, AnsweredBefore):
            return None
        once: Once = request.once  # type: ignore[attr-defined]
        return _again(request, once.first_answer() or request.path)


def forget_old_answers() -> None:
    FormAnswer.objects.filter(answered_at__lt=timezone.now() - KEPT_FOR).delete()


def _sent_with(request: HttpRequest) -> Once | None:
    """The nonce of a form that a person sent from a page; None for anything else."""
    user = request.user
    if request.method != "POST" or request.path.startswith("/api/"):
        return None
    if not isinstance(user, User):
        return None
    try:
        nonce = uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None
    return Once(user, nonce, request.path)


def _again(request: HttpRequest, address: str) -> HttpResponse:
    again = _("This form was recorded before: nothing was recorded a second time.")
    messages.warning(request, again)
    return redirect(address)
