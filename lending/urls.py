"""Lending’s pages."""

from django.urls import path

from lending.views import (
    joining,
    members,
    people,
    person_acts,
    programmes,
    requests,
    return_receipts,
    slip,
    structures,
    webhooks,
)
from lending.views.portal import asking, home
from lending.views.portal import requests as portal_requests

app_name = "lending"
urlpatterns = [
from lending.views.connections import card_acts as sim_acts
from lending.views.connections import cards as sim_cards
from lending.views.connections import holders as sim_holders
from lending.views.connections import modems, plans
from lending.views.handovers import lists as handovers
from lending.views.handovers import planning as handover_planning
from lending.views.handovers import signing as handover_signing
from lending.views.handovers import wizard as handover_wizard
from lending.views.loans import acts as loan_acts
from lending.views.loans import detail as loan_detail
from lending.views.loans import lists as loans
from lending.views.loans import returns
from lending.views.packs import bench as packs_bench
from lending.views.packs import lines as packs_lines
from lending.views.packs import lists as packs_lists
from lending.views.packs import sheet as packs_sheet
from lending.views.packs import templates as packs_templates
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
    # --------------------------------------------------------- packs, at the bench
    path("packs/", packs_lists.pack_list, name="pack-list"),
    path("packs/new/", packs_lists.pack_begin, name="pack-begin"),
    path("packs/<tag:tag>/", packs_bench.pack_detail, name="pack-detail"),
    path("packs/<tag:tag>/sheet/", packs_sheet.pack_sheet, name="pack-sheet"),
    path(
        "packs/<tag:tag>/sheet/pdf/", packs_sheet.pack_sheet_pdf, name="pack-sheet-pdf"
    ),
    path(
        "packs/<tag:tag>/take-back/", packs_bench.pack_take_back, name="pack-take-back"
    ),
    path(
        "packs/<tag:tag>/dismantle/", packs_bench.pack_dismantle, name="pack-dismantle"
    ),
    path("packs/<tag:tag>/lines/<uuid:line>/", packs_lines.line_fill, name="line-fill"),
    path(
        "packs/<tag:tag>/lines/<uuid:line>/substitute/",
        packs_lines.line_substitute,
        name="line-substitute",
    ),
    path(
        "packs/<tag:tag>/lines/<uuid:line>/take-out/",
        packs_lines.line_take_out,
        name="line-take-out",
    ),
    path(
        "packs/<tag:tag>/lines/<uuid:line>/leave-out/",
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
    # ------------------------------------------------- the portal of partners
    path("portal/", home.portal, name="portal"),
    path("portal/help/", home.portal_help, name="portal-help"),
    path("portal/choose/", home.choose_structure, name="portal-choose"),
    path("portal/structure/", members.own_structure, name="portal-structure"),
    path("portal/requests/new/", asking.request_new, name="portal-request-new"),
    path(
        "portal/requests/<uuid:request_uuid>/",
        portal_requests.request_detail,
        name="portal-request",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/person/",
        asking.request_person,
        name="portal-request-person",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/check/",
        asking.request_check,
        name="portal-request-check",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/sent/",
        portal_requests.request_sent,
        name="portal-request-sent",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/message/",
        portal_requests.request_message,
        name="portal-request-message",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/keep/",
        portal_requests.request_keep,
        name="portal-request-keep",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/withdraw/",
        portal_requests.request_withdraw,
        name="portal-request-withdraw",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/<str:question>/",
        asking.request_question,
        name="portal-request-question",
    ),
    # ------------------------------------------------------- people, both sides
    path("people/", people.person_list, name="person-list"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/<uuid:person>/", people.person_detail, name="person-detail"),
    path("people/<uuid:person>/change/", people.person_amend, name="person-amend"),
    path("people/<uuid:person>/told/", person_acts.person_notice, name="person-notice"),
    path(
        "people/<uuid:person>/consents/<str:purpose>/",
        person_acts.person_consent,
        name="person-consent",
    path("loans/", loans.loan_list, name="loan-list"),
    path("loans/<uuid:loan>/", loan_detail.loan_detail, name="loan-detail"),
    path("loans/<uuid:loan>/remind/", loans.loan_remind, name="loan-remind"),
    path(
        "loans/<uuid:loan>/ask/",
        loan_detail.loan_ask_renewal,
        name="loan-ask-renewal",
    ),
    path("loans/<uuid:loan>/renew/", loan_acts.loan_renew, name="loan-renew"),
    path("loans/<uuid:loan>/give/", loan_acts.loan_give, name="loan-give"),
    path("loans/<uuid:loan>/lost/", loan_acts.loan_lost, name="loan-lost"),
    path("loans/<uuid:loan>/stolen/", loan_acts.loan_stolen, name="loan-stolen"),
    path("loans/<uuid:loan>/damaged/", loan_acts.loan_damaged, name="loan-damaged"),
    path(
        "loans/<uuid:loan>/write-off/", loan_acts.loan_write_off, name="loan-write-off"
    ),
    path("loans/<uuid:loan>/close/", loan_acts.loan_close, name="loan-close"),
    path("loans/<uuid:loan>/found/", returns.return_missing, name="return-missing"),
    path("returns/", returns.return_start, name="return-start"),
    path("returns/<uuid:handover>/", returns.return_pack, name="return-pack"),
    path("returns/<uuid:handover>/done/", returns.return_done, name="return-done"),
    ),
    path(
        "people/<uuid:person>/consents/<str:purpose>/withdraw/",
        person_acts.person_withdraw_consent,
        name="person-consent-withdraw",
    ),
    path(
        "people/<uuid:person>/contact/",
        person_acts.person_contact,
        name="person-contact",
    ),
    path(
        "people/<uuid:person>/referent/",
        person_acts.person_referent,
        name="person-referent",
    ),
    path("people/<uuid:person>/merge/", person_acts.person_merge, name="person-merge"),
    path(
        "people/<uuid:merged_person>/part/",
        person_acts.person_part,
        name="person-part",
    ),
    # --------------------------------------------------- structures and members
    path("structures/", structures.structure_list, name="structure-list"),
    path("structures/new/", structures.structure_new, name="structure-new"),
    path(
        "structures/<uuid:structure>/",
        structures.structure_detail,
        name="structure-detail",
    ),
    path(
        "structures/<uuid:structure>/change/",
        structures.structure_amend,
        name="structure-amend",
    ),
    path(
        "structures/<uuid:structure>/authorise/",
        structures.structure_authorise,
        name="structure-authorise",
    ),
    path(
        "structures/<uuid:structure>/close/",
        structures.structure_close,
        name="structure-close",
    ),
    path(
        "structures/<uuid:structure>/reopen/",
        structures.structure_reopen,
        name="structure-reopen",
    ),
    path(
        "structures/<uuid:structure>/invite/",
        members.member_invite,
        name="member-invite",
    ),
    path("members/<uuid:membership>/end/", members.member_end, name="member-end"),
    path(
        "members/<uuid:membership>/administrator/",
        members.member_promote,
        name="member-promote",
    ),
    path(
        "members/<uuid:membership>/plain/",
        members.member_demote,
        name="member-demote",
    ),
    path(
        "invitations/<uuid:invited>/cancel/",
        members.invitation_cancel,
        name="invitation-cancel",
    ),
]
    path("packs/<tag:tag>/scan/", packs_bench.pack_scan, name="pack-scan"),
    path("packs/<tag:tag>/close/", packs_bench.pack_close, name="pack-close"),
    path("packs/<tag:tag>/reopen/", packs_bench.pack_reopen, name="pack-reopen"),
    path("packs/<tag:tag>/place/", packs_bench.pack_place, name="pack-place"),
    path("packs/<tag:tag>/attach/", packs_bench.pack_attach, name="pack-attach"),
    path("packs/<tag:tag>/deliver/", packs_bench.pack_deliver, name="pack-deliver"),
