"""Other systems that are told what happens, and how telling them went."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.errors import DomainError
from backoffice.core.models import User
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.forms.webhooks import AmendWebhookForm, NewWebhookForm
from lending.models import Delivery, Topic, Webhook
from lending.models.webhook import MANAGE_WEBHOOK


def _manages_everywhere(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person may, and at every site: a webhook tells of all of them."""
    if isinstance(user, User) and user.site_ids(MANAGE_WEBHOOK) is None:
        return True
    raise PermissionDenied


manages = user_passes_test(_manages_everywhere)


@manages
@require_safe
def webhook_list(request: UserRequest) -> HttpResponse:
    hooks = Webhook.objects.visible_to(request.user)
    return render(request, "lending/webhooks/list.html", {"webhooks": hooks})


@manages
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_add(request: UserRequest) -> HttpResponse:
    form = NewWebhookForm(request.POST or None)
    if form.is_valid():
        try:
            made, secret = actions.add_webhook(**form.facts, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return _with_secret(request, made, secret)
    return render(
        request, "lending/webhooks/form.html", {"form": form}, status=form.status
    )


@manages
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_amend(request: UserRequest, webhook: uuid.UUID) -> HttpResponse:
    found = _webhook(request, webhook)
    form = AmendWebhookForm.of(found, request.POST or None)
    if form.is_valid():
        try:
            actions.amend_webhook(webhook=found, **form.facts, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("lending:webhook-detail", webhook=found.uuid)
    context = {"form": form, "webhook": found}
    return render(request, "lending/webhooks/form.html", context, status=form.status)


@manages
@never_cache
@require_safe
def webhook_detail(request: UserRequest, webhook: uuid.UUID) -> HttpResponse:
    found = _webhook(request, webhook)
    sent = Delivery.objects.visible_to(request.user).filter(webhook=found)
    context = {
        "webhook": found,
        "topics": _labels(found),
        "page": Slice(sent, request.GET.get("page")),
        "secret": "",
    }
    return render(request, "lending/webhooks/detail.html", context)


@manages
@require_POST
def webhook_secret(request: UserRequest, webhook: uuid.UUID) -> HttpResponse:
    """A new secret, shown this once."""
    found = _webhook(request, webhook)
    secret = actions.renew_webhook_secret(webhook=found, by=acting(request))
    return _with_secret(request, found, secret)


@manages
@require_POST
def webhook_test(request: UserRequest, webhook: uuid.UUID) -> HttpResponse:
    found = _webhook(request, webhook)
    actions.test_webhook(webhook=found, by=acting(request))
    messages.success(
        request, _("A test is on its way: reload this page in a few seconds.")
    )
    return redirect("lending:webhook-detail", webhook=found.uuid)


@manages
@require_POST
def delivery_replay(request: UserRequest, delivery: uuid.UUID) -> HttpResponse:
    visible = Delivery.objects.visible_to(request.user).select_related("webhook")
    found = get_object_or_404(visible, uuid=delivery)
    actions.replay_delivery(delivery=found, by=acting(request))
    messages.success(request, _("It is sent once more."))
    return redirect("lending:webhook-detail", webhook=found.webhook.uuid)


def _webhook(request: UserRequest, webhook: uuid.UUID) -> Webhook:
    return get_object_or_404(Webhook.objects.visible_to(request.user), uuid=webhook)


def _with_secret(request: UserRequest, webhook: Webhook, secret: str) -> HttpResponse:
    """The answer to the act itself shows it: it is written down nowhere."""
    sent = Delivery.objects.visible_to(request.user).filter(webhook=webhook)
    context = {
        "webhook": webhook,
        "topics": _labels(webhook),
        "page": Slice(sent, None),
        "secret": secret,
    }
    answer = render(request, "lending/webhooks/detail.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _labels(webhook: Webhook) -> list[str]:
    return [str(topic.label) for topic in Topic if topic.value in webhook.topics]
