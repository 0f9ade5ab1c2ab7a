"""The workshop's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from inventory.views import (
    donations,
    labels,
    places,
    receipts,
    reception,
    reception_start,
)

app_name = "inventory"
urlpatterns: list[URLPattern] = [
    path("reception/", reception.receive, name="device-receive"),
    path("reception/lot/", reception_start.reception_start, name="reception-start"),
    path(
        "reception/lot/<uuid:lot_uuid>/",
        reception_start.reception_choose,
        name="reception-choose",
    ),
    path("reception/several/", reception.receive_several, name="reception-several"),
    path("reception/again/<str:tag>/", reception.receive_again, name="reception-again"),
    path("reception/undo/<str:tag>/", reception.reception_undo, name="reception-undo"),
    path("reception/serial/", reception.reception_serial, name="reception-serial"),
    path("reception/models/", reception.reception_models, name="reception-models"),
    path("donors/", donations.donor_list, name="donor-list"),
    path("donors/new/", donations.donor_create, name="donor-create"),
    path("donors/<uuid:donor_uuid>/", donations.donor_detail, name="donor-detail"),
    path("donations/", donations.donation_list, name="donation-list"),
    path("donations/new/", donations.donation_create, name="donation-create"),
    path(
        "donations/<uuid:donation_uuid>/",
        donations.donation_detail,
        name="donation-detail",
    ),
    path(
        "donations/<uuid:donation_uuid>/lots/",
        donations.donation_open_lot,
        name="donation-open-lot",
    ),
    path(
        "donations/<uuid:donation_uuid>/receipts/",
        receipts.receipt_issue,
        name="receipt-issue",
    ),
    path("lots/<uuid:lot_uuid>/", donations.lot_detail, name="lot-detail"),
    path("lots/<uuid:lot_uuid>/close/", donations.lot_close, name="lot-close"),
    path("lots/<uuid:lot_uuid>/another/", donations.lot_open, name="lot-open"),
    path(
        "receipts/<uuid:document_uuid>/",
        receipts.receipt_detail,
        name="receipt-detail",
    ),
    path(
        "receipts/<uuid:document_uuid>/pdf/", receipts.receipt_pdf, name="receipt-pdf"
    ),
    path("places/", places.place_list, name="place-list"),
    path("places/new/", places.place_create, name="place-create"),
    path("places/<uuid:place_uuid>/", places.place_detail, name="place-detail"),
    path("labels/", labels.label_print, name="label-print"),
    path("labels/choose/", labels.label_choose, name="label-choose"),
    path("labels/commands/", labels.command_sheet, name="command-sheet"),
]
