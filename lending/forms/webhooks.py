"""Webhooks as they are typed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from lending.forms.act import ActForm
from lending.models import Topic, Webhook


class WebhookForm(ActForm):
    """Where another system is told, and what."""

    REFUSED_AT: ClassVar = {"address_refused": "url", "webhook_known": "name"}

    url = forms.URLField(
        label=_("Address"),
        max_length=300,
        assume_scheme="https",
        help_text=_("Begins with https://. Messages are signed and hold no names."),
    )
    topics = forms.TypedMultipleChoiceField(
        label=_("What it is told"),
        choices=Topic.choices,
        coerce=Topic,
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class NewWebhookForm(WebhookForm):
    name = Line(label=_("Name"), max_length=60)

    field_order = ("name", "url", "topics")


class AmendWebhookForm(WebhookForm):
    is_active = forms.BooleanField(label=_("In use"), required=False)

    @classmethod
    def of(cls, webhook: Webhook, data: Any = None) -> AmendWebhookForm:
        initial = {
            "url": webhook.url,
            "topics": webhook.topics,
            "is_active": webhook.is_active,
        }
        return cls(data, initial=initial)
