"""Hand-overs."""

from django.urls import path

from lending.views.handovers import lists as handovers
from lending.views.handovers import planning as handover_planning
from lending.views.handovers import signing as handover_signing
from lending.views.handovers import wizard as handover_wizard

urlpatterns = [
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
]
