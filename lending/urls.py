"""Lending’s pages."""

from django.urls import path

from lending.views import (
    joining,
    programmes,
    requests,
    return_receipts,
    slip,
    webhooks,
)

app_name = "lending"
urlpatterns = [
    path("join/<str:invitation>/", joining.join, name="join"),
    path("slip/<str:slip>/", slip.slip, name="slip"),
    # ----------------------------------------------------- requests, for the staff
    path("requests/", requests.request_list, name="request-list"),
    path("requests/waiting/", requests.waiting_list, name="request-waiting"),
    path("requests/committee/", requests.committee, name="request-committee"),
    path(
        "requests/<uuid:request_uuid>/", requests.request_detail, name="request-detail"
    ),
    path(
        "requests/<uuid:request_uuid>/message/",
        requests.request_message,
        name="request-message",
    ),
    path(
        "requests/<uuid:request_uuid>/decide/<str:decision>/",
        requests.request_decide,
        name="request-decide",
    ),
    # ------------------------------------------------------ programmes and quotas
    path("programmes/", programmes.programme_list, name="programme-list"),
    path("programmes/new/", programmes.programme_open, name="programme-open"),
    path(
        "programmes/<uuid:programme>/",
        programmes.programme_detail,
        name="programme-detail",
    ),
    path(
        "programmes/<uuid:programme>/change/",
        programmes.programme_amend,
        name="programme-amend",
    ),
    path(
        "programmes/<uuid:programme>/close/",
        programmes.programme_close,
        name="programme-close",
    ),
    path("programmes/<uuid:programme>/quota/", programmes.quota_set, name="quota-set"),
    path(
        "programmes/<uuid:programme>/quota/move/",
        programmes.quota_move,
        name="quota-move",
    ),
    # ---------------------------------------------------------- loans and returns
    path(
        "returns/receipts/<uuid:document>/",
        return_receipts.return_receipt,
        name="return-receipt",
    ),
    path(
        "returns/receipts/<uuid:document>/pdf/",
        return_receipts.return_receipt_pdf,
        name="return-receipt-pdf",
    ),
    # ------------------------------------------------------------- other systems
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
    # ---------------------------------------------------------- loans and returns
    path(
        "returns/receipts/<uuid:document>/",
        return_receipts.return_receipt,
        name="return-receipt",
    ),
    path(
        "returns/receipts/<uuid:document>/pdf/",
        return_receipts.return_receipt_pdf,
        name="return-receipt-pdf",
    ),
]
