"""Lending’s pages."""

from django.urls import path

from lending.models.desk import Listing
from lending.views import (
    calendar,
    choosing,
    counted,
    exports,
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
from lending.views.connections import card_acts as sim_acts
from lending.views.connections import cards as sim_cards
from lending.views.connections import holders as sim_holders
from lending.views.connections import modems, plans
from lending.views.desk import pages as desk
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
from lending.views.portal import asking, home
from lending.views.portal import requests as portal_requests

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
    # ----------------------------------------------------------------- hand-overs
    path("handovers/", handovers.handover_list, name="handover-list"),
    path("handovers/scan/", handovers.handover_scan, name="handover-scan"),
    path("handovers/new/", handover_planning.handover_plan, name="handover-plan"),
    path(
        "handovers/<uuid:handover>/", handovers.handover_detail, name="handover-detail"
    ),
    path(
        "handovers/<uuid:handover>/move/",
        handover_planning.handover_move,
        name="handover-move",
    ),
    path(
        "handovers/<uuid:handover>/terms/",
        handover_planning.handover_terms,
        name="handover-terms",
    ),
    path(
        "handovers/<uuid:handover>/begin/",
        handover_planning.handover_begin,
        name="handover-begin",
    ),
    path(
        "handovers/<uuid:handover>/cancel/",
        handover_planning.handover_cancel,
        name="handover-cancel",
    ),
    path(
        "handovers/<uuid:handover>/no-show/",
        handover_planning.handover_no_show,
        name="handover-no-show",
    ),
    path(
        "handovers/<uuid:handover>/refused/",
        handover_planning.handover_refused,
        name="handover-refused",
    ),
    path(
        "handovers/<uuid:handover>/person/",
        handover_wizard.handover_person,
        name="handover-person",
    ),
    path(
        "handovers/<uuid:handover>/contents/",
        handover_wizard.handover_contents,
        name="handover-contents",
    ),
    path(
        "handovers/<uuid:handover>/conditions/",
        handover_wizard.handover_conditions,
        name="handover-conditions",
    ),
    path(
        "handovers/<uuid:handover>/review/",
        handover_signing.handover_review,
        name="handover-review",
    ),
    path(
        "handovers/<uuid:handover>/sign/",
        handover_signing.handover_sign,
        name="handover-sign",
    ),
    path(
        "handovers/<uuid:handover>/code/",
        handover_signing.handover_code,
        name="handover-code",
    ),
    path(
        "handovers/<uuid:handover>/paper/",
        handover_signing.handover_paper,
        name="handover-paper",
    ),
    path(
        "handovers/<uuid:handover>/done/",
        handover_signing.handover_done,
        name="handover-done",
    ),
    path(
        "handovers/<uuid:handover>/signature/",
        handover_signing.handover_signature,
        name="handover-signature",
    ),
    path(
        "handovers/papers/<uuid:document>/",
        handover_signing.handover_document,
        name="handover-document",
    ),
    path(
        "handovers/papers/<uuid:document>/pdf/",
        handover_signing.handover_document_pdf,
        name="handover-document-pdf",
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
    # ------------------------------------------- SIM cards, hotspots, plans, top-ups
    path("sims/", sim_cards.sim_list, name="sim-list"),
    path("sims/ending/", sim_cards.sim_ending, name="sim-ending"),
    path("sims/receive/", sim_cards.sim_receive, name="sim-receive"),
    path("sims/holders/", sim_holders.sim_holders, name="sim-holders"),
    path(
        "sims/holders/export/",
        sim_holders.sim_holders_export,
        name="sim-holders-export",
    ),
    path("sims/<tag:sim_tag>/", sim_cards.sim_detail, name="sim-detail"),
    path("sims/<tag:sim_tag>/change/", sim_cards.sim_amend, name="sim-amend"),
    path("sims/<tag:sim_tag>/codes/", sim_cards.sim_codes, name="sim-codes"),
    path("sims/<tag:sim_tag>/follow/", sim_acts.sim_follow, name="sim-follow"),
    path("sims/<tag:sim_tag>/plan/", sim_acts.sim_plan, name="sim-plan"),
    path("sims/<tag:sim_tag>/top-up/", sim_acts.sim_top_up, name="sim-top-up"),
    path("sims/<tag:sim_tag>/renew/", sim_acts.sim_renew, name="sim-renew"),
    path("sims/<tag:sim_tag>/shelve/", sim_acts.sim_shelve, name="sim-shelve"),
    path("modems/", modems.modem_list, name="modem-list"),
    path("modems/receive/", modems.modem_receive, name="modem-receive"),
    path("modems/<tag:modem_tag>/", modems.modem_detail, name="modem-detail"),
    path("modems/<tag:modem_tag>/card/", modems.modem_card_in, name="modem-card-in"),
    path(
        "modems/<tag:modem_tag>/card/out/", modems.modem_card_out, name="modem-card-out"
    ),
    path("modems/<tag:modem_tag>/follow/", modems.modem_follow, name="modem-follow"),
    path(
        "modems/<tag:modem_tag>/passphrase/",
        modems.modem_passphrase,
        name="modem-passphrase",
    ),
    path("modems/<tag:modem_tag>/shelve/", modems.modem_shelve, name="modem-shelve"),
    path("plans/", plans.plan_list, name="plan-list"),
    path("plans/new/", plans.plan_add, name="plan-add"),
    path("plans/rules/", plans.top_up_rules, name="top-up-rules"),
    path(
        "plans/rules/<str:country>/",
        plans.top_up_rules_change,
        name="top-up-rules-change",
    ),
    path("plans/<uuid:plan>/", plans.plan_amend, name="plan-amend"),
    path("plans/<uuid:plan>/retire/", plans.plan_retire, name="plan-retire"),
    # -------------------------------------------------------------- counted stock
    path("counted/", counted.counted_list, name="counted-list"),
    path("counted/new/", counted.counted_open, name="counted-open"),
    path("counted/<uuid:kind>/", counted.counted_detail, name="counted-detail"),
    path("counted/<uuid:kind>/change/", counted.counted_change, name="counted-change"),
    path("counted/<uuid:kind>/use/", counted.counted_use, name="counted-use"),
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
    # --------------------------------------- coordination: choices, files, calendar
    path(
        "requests/<uuid:request_uuid>/unit/", choosing.unit_choose, name="unit-choose"
    ),
    path("desk/", desk.desk, name="desk"),
    path("desk/stock/hotspots/", desk.desk_hotspots, name="desk-hotspots"),
    path("desk/stock/<str:capability>/", desk.desk_stock, name="desk-stock"),
    path("calendar/", calendar.calendar_page, name="calendar-page"),
    path("calendar/new/", calendar.calendar_make, name="calendar-make"),
    path("calendar/revoke/", calendar.calendar_revoke, name="calendar-revoke"),
    path("calendar/<str:calendar>.ics", calendar.calendar, name="calendar"),
    path("filters/<uuid:saved>/", exports.filter_open, name="filter-open"),
    path("filters/<uuid:saved>/drop/", exports.filter_drop, name="filter-drop"),
    *[
        path(
            f"{listing}.{kind}",
            exports.list_export,
            {"listing": listing, "kind": kind},
            name=f"{listing}-{kind}",
        )
        for listing in Listing.values
        for kind in ("csv", "xlsx")
    ],
    *[
        path(
            f"filters/{listing}/",
            exports.filter_save,
            {"listing": listing},
            name=f"{listing}-filter-save",
        )
        for listing in Listing.values
    ],
]
