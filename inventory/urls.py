"""The workshop's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, register_converter

from inventory.tags import TagInAddress
from inventory.views import (
    approvals,
    certificate_lot,
    certificate_mail,
    certificates,
    checks,
    devices,
    donations,
    drives,
    erasures,
    health_rules,
    imports,
    journal,
    labels,
    places,
    receipts,
    reception,
    reception_asides,
    reception_several,
    reception_start,
    today,
    values,
    verification,
    workshop,
)
from inventory.views.station import arrivals as station_arrivals
from inventory.views.station import pages as station
from inventory.views.station import presses
from inventory.views.station import scanners as station_scanners

register_converter(TagInAddress, "tag")

app_name = "inventory"
of_device = [
    path("", devices.device_detail, name="device-detail"),
    path("step/<slug:step>/", workshop.device_step, name="device-step"),
    path("undo/", workshop.device_undo, name="device-undo"),
    path("hold/", workshop.device_hold, name="device-hold"),
    path("release/", workshop.device_release, name="device-release"),
    path("move/", workshop.device_move, name="device-move"),
    path("describe/", workshop.device_describe, name="device-describe"),
    path("values/<slug:name>/<slug:answer>/", values.device_value, name="device-value"),
    path("alias/", workshop.device_alias, name="device-alias"),
    path("set-aside/", workshop.device_set_aside, name="device-set-aside"),
    path("return/", workshop.device_return, name="device-return"),
    path("drives/declare/", drives.drive_declare, name="device-declare-drive"),
    path("drives/none/", workshop.device_no_storage, name="device-no-storage"),
    path("check/", checks.device_check, name="device-quality-check"),
    path("sheet/", certificates.device_sheet, name="device-sheet"),
]
of_report = [
    path("", imports.result_detail, name="result-detail"),
    path("apply/", imports.result_apply, name="result-apply"),
    path("lines/<slug:number>/", imports.result_decide, name="result-decide"),
]
of_drive = [
    path("", drives.drive_detail, name="drive-detail"),
    path("erase/", erasures.drive_erase, name="drive-erase"),
    path("destroy/", erasures.drive_destroy, name="drive-destroy"),
    path("take-out/", drives.drive_take_out, name="drive-take-out"),
    path("put-in/", drives.drive_put_in, name="drive-put-in"),
    path("withdraw/", drives.drive_withdraw, name="drive-withdraw"),
    path("recognise/", drives.drive_recognise, name="drive-recognise"),
]
of_certificate = [
    path("", certificates.certificate_detail, name="certificate-detail"),
    path("pdf/", certificates.certificate_pdf, name="certificate-pdf"),
    path("cancel/", certificates.certificate_cancel, name="certificate-cancel"),
]
certificates_of_lot = [
    path("", certificate_lot.lot_certificates, name="lot-certificates"),
    path("issue/", certificate_lot.lot_certify, name="lot-certify"),
    path(
        "issue/<uuid:run_uuid>/cancel/",
        certificate_lot.lot_certify_cancel,
        name="lot-certify-cancel",
    ),
    path("summary/", certificate_lot.lot_summary, name="lot-summary"),
    path("zip/", certificate_lot.lot_zip, name="lot-zip"),
    path("print/<str:part>/", certificate_lot.lot_print, name="lot-print"),
    path("send/", certificate_mail.lot_send, name="lot-send"),
    path(
        "send/<uuid:mail_uuid>/again/",
        certificate_mail.mail_again,
        name="donor-mail-again",
    ),
    path(
        "send/<uuid:mail_uuid>/give-up/",
        certificate_mail.mail_give_up,
        name="donor-mail-give-up",
    ),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    path("find/", today.find, name="find"),
    path("devices/", devices.device_list, name="device-list"),
    path("devices.csv", devices.device_export, name="device-export"),
    path("d/<tag:tag>/", include(of_device)),
    path("t/<str:code>", devices.tag_redirect, name="tag"),
    path("drives/", drives.drive_list, name="drive-list"),
    path("drives/<uuid:drive_uuid>/", include(of_drive)),
    path("approvals/", approvals.approval_list, name="approval-list"),
    path(
        "approvals/erasures/<uuid:erasure_uuid>/",
        approvals.erasure_approve,
        name="erasure-approve",
    ),
    path(
        "approvals/erasures/<uuid:erasure_uuid>/refuse/",
        approvals.erasure_refuse,
        name="erasure-refuse",
    ),
    path(
        "approvals/destructions/<uuid:destruction_uuid>/confirm/",
        approvals.destruction_confirm,
        name="destruction-confirm",
    ),
    path(
        "approvals/destructions/<uuid:destruction_uuid>/refuse/",
        approvals.destruction_refuse,
        name="destruction-refuse",
    ),
    path("certificates/", certificates.certificate_list, name="certificate-list"),
    path("certificates/<uuid:certificate_uuid>/", include(of_certificate)),
    path(
        "erasures/<uuid:erasure_uuid>/certificate/",
        certificates.erasure_certify,
        name="erasure-certify",
    ),
    path(
        "destructions/<uuid:destruction_uuid>/photo/",
        erasures.destruction_photo,
        name="destruction-photo",
    ),
    path(
        "destructions/<uuid:destruction_uuid>/record/",
        certificates.destruction_certify,
        name="destruction-certify",
    ),
    path("v/", verification.verify, name="verify"),
    path("v/<str:public_id>", verification.verify_one, name="verify-one"),
    path("results/", imports.result_list, name="result-list"),
    path("results/<uuid:report_uuid>/", include(of_report)),
    path("health-rules/", health_rules.health_rules, name="health-rules"),
    path(
        "health-rules/change/",
        health_rules.health_rules_change,
        name="health-rules-change",
    ),
    path("journal/", journal.journal_page, name="journal"),
    path("reception/", reception.receive, name="device-receive"),
    path("reception/lot/", reception_start.reception_start, name="reception-start"),
    path(
        "reception/lot/<uuid:lot_uuid>/",
        reception_start.reception_choose,
        name="reception-choose",
    ),
    path(
        "reception/several/",
        reception_several.receive_several,
        name="reception-several",
    ),
    path(
        "reception/again/<tag:tag>/",
        reception_asides.receive_again,
        name="reception-again",
    ),
    path(
        "reception/undo/<tag:tag>/",
        reception_asides.reception_undo,
        name="reception-undo",
    ),
    path(
        "reception/serial/",
        reception_asides.reception_serial,
        name="reception-serial",
    ),
    path(
        "reception/models/",
        reception_asides.reception_models,
        name="reception-models",
    ),
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
    path("lots/<uuid:lot_uuid>/certificates/", include(certificates_of_lot)),
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
    path("station/", station.station, name="station"),
    path("station/start/", station.start, name="station-start"),
    path("station/scan/", station.scan, name="station-scan"),
    path("station/arrived/", station_arrivals.arrived, name="station-arrived"),
    path("station/arrived/release/", station_arrivals.release, name="station-release"),
    path(
        "station/arrived/set-aside/",
        station_arrivals.set_aside,
        name="station-set-aside",
    ),
    path("station/scanners/", station_scanners.scanners, name="station-scanners"),
    path(
        "station/scanners/<uuid:scanner>/revoke/",
        station_scanners.scanner_revoke,
        name="station-scanner-revoke",
    ),
    path("station/scans/<uuid:scan_uuid>/", station.scan_card, name="station-card"),
    path(
        "station/scans/<uuid:scan_uuid>/undo/", presses.undo_scan, name="station-undo"
    ),
    path(
        "station/scans/<uuid:scan_uuid>/answer/",
        presses.answer_scan,
        name="station-answer",
    ),
    path("station/scans/<uuid:scan_uuid>/check/", presses.check, name="station-check"),
    path(
        "station/scans/<uuid:scan_uuid>/drives/<uuid:drive_uuid>/erasure/",
        presses.erase,
        name="station-erase",
    ),
    path("labels/", labels.label_print, name="label-print"),
    path("labels/choose/", labels.label_choose, name="label-choose"),
    path("labels/commands/", labels.command_sheet, name="command-sheet"),
]
