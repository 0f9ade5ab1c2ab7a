"""Loans and returns."""

from django.urls import path

from lending.views import (
    return_photos,
    return_receipts,
)
from lending.views.loans import acts as loan_acts
from lending.views.loans import detail as loan_detail
from lending.views.loans import lists as loans
from lending.views.loans import returns

urlpatterns = [
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
        "returns/photos/<uuid:return_photo>/",
        return_photos.return_photo,
        name="return-photo",
    ),
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
