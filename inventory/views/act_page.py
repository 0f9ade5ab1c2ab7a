"""A page with one form and one act: nothing that was typed is lost to a refusal."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from backoffice.core.errors import DomainError
from inventory.forms.act import ActForm


@dataclasses.dataclass(frozen=True)
class ActPage:
    """What stands around the form. `done` is said afterwards, `back` shown.

    `warning` is what cannot be taken back.
    """

    heading: str
    submit: str
    icon: str
    done: str
    back: str
    note: str = ""
    warning: str = ""
    about: str = ""
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def answer(
        self, request: HttpRequest, form: ActForm, act: Callable[..., object]
    ) -> HttpResponse:
        """The form; or, posted and valid, the act and the way back."""
        status = 422 if form.errors else 200
        if request.method == "POST" and form.is_valid():
            try:
                act(**form.facts)
            except DomainError as refusal:
                form.refuse(refusal)
                status = refusal.status
            else:
                messages.success(request, self.done)
                return redirect(self.back)
        context = {"page": self, "form": form, **self.context}
        return render(request, "inventory/device_act.html", context, status=status)
