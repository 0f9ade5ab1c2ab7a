"""Other systems."""

from django.urls import path

from lending.views import (
    webhooks,
)

urlpatterns = [
    path("webhooks/", webhooks.webhook_list, name="webhook-list"),
    path("webhooks/new/", webhooks.webhook_add, name="webhook-add"),
    path("webhooks/<uuid:webhook>/", webhooks.webhook_detail, name="webhook-detail"),
    path(
        "webhooks/<uuid:webhook>/change/",
        webhooks.webhook_amend,
        name="webhook-amend",
    ),
    path(
        "webhooks/<uuid:webhook>/secret/",
        webhooks.webhook_secret,
        name="webhook-secret",
    ),
    path("webhooks/<uuid:webhook>/test/", webhooks.webhook_test, name="webhook-test"),
    path(
        "deliveries/<uuid:delivery>/replay/",
        webhooks.delivery_replay,
        name="delivery-replay",
    ),
]
