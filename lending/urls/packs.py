"""Packs, at the bench."""

from django.urls import path

from lending.views.packs import bench as packs_bench
from lending.views.packs import deliveries as packs_deliveries
from lending.views.packs import lines as packs_lines
from lending.views.packs import lists as packs_lists
from lending.views.packs import sheet as packs_sheet
from lending.views.packs import templates as packs_templates

urlpatterns = [
    path("packs/", packs_lists.pack_list, name="pack-list"),
    path("packs/new/", packs_lists.pack_begin, name="pack-begin"),
    path("packs/deliveries/", packs_deliveries.pack_delivery, name="pack-delivery"),
    path(
        "packs/deliveries/<uuid:document>/",
        packs_deliveries.delivery_note,
        name="delivery-note",
    ),
    path(
        "packs/deliveries/<uuid:document>/pdf/",
        packs_deliveries.delivery_note_pdf,
        name="delivery-note-pdf",
    ),
    path("packs/<tag:pack_tag>/", packs_bench.pack_detail, name="pack-detail"),
    path("packs/<tag:pack_tag>/sheet/", packs_sheet.pack_sheet, name="pack-sheet"),
    path(
        "packs/<tag:pack_tag>/sheet/pdf/",
        packs_sheet.pack_sheet_pdf,
        name="pack-sheet-pdf",
    ),
    path("packs/<tag:pack_tag>/scan/", packs_bench.pack_scan, name="pack-scan"),
    path("packs/<tag:pack_tag>/close/", packs_bench.pack_close, name="pack-close"),
    path("packs/<tag:pack_tag>/reopen/", packs_bench.pack_reopen, name="pack-reopen"),
    path("packs/<tag:pack_tag>/place/", packs_bench.pack_place, name="pack-place"),
    path("packs/<tag:pack_tag>/attach/", packs_bench.pack_attach, name="pack-attach"),
    path(
        "packs/<tag:pack_tag>/deliver/", packs_bench.pack_deliver, name="pack-deliver"
    ),
    path(
        "packs/<tag:pack_tag>/take-back/",
        packs_bench.pack_take_back,
        name="pack-take-back",
    ),
    path(
        "packs/<tag:pack_tag>/dismantle/",
        packs_bench.pack_dismantle,
        name="pack-dismantle",
    ),
    path(
        "packs/<tag:pack_tag>/lines/<uuid:pack_line>/",
        packs_lines.line_fill,
        name="line-fill",
    ),
    path(
        "packs/<tag:pack_tag>/lines/<uuid:pack_line>/substitute/",
        packs_lines.line_substitute,
        name="line-substitute",
    ),
    path(
        "packs/<tag:pack_tag>/lines/<uuid:pack_line>/take-out/",
        packs_lines.line_take_out,
        name="line-take-out",
    ),
    path(
        "packs/<tag:pack_tag>/lines/<uuid:pack_line>/leave-out/",
        packs_lines.line_leave_out,
        name="line-leave-out",
    ),
    path("pack-templates/", packs_templates.template_list, name="template-list"),
    path("pack-templates/new/", packs_templates.template_write, name="template-write"),
    path(
        "pack-templates/<uuid:template>/",
        packs_templates.template_detail,
        name="template-detail",
    ),
    path(
        "pack-templates/<uuid:template>/publish/",
        packs_templates.template_publish,
        name="template-publish",
    ),
    path(
        "pack-templates/<uuid:template>/retire/",
        packs_templates.template_retire,
        name="template-retire",
    ),
    path(
        "pack-templates/<uuid:template>/restore/",
        packs_templates.template_restore,
        name="template-restore",
    ),
]
