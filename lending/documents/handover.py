"""The slip (D9) and the paper of each mode (D10 loan, D11 gift, D12 sale)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.core.dates import date_format
from backoffice.core.models import Document, DocumentKind
from backoffice.core.paper import (
    Block,
    DocumentSpec,
    Facts,
    Organisation,
    Paragraph,
    Verdict,
)
from inventory.tags import display
from lending.documents.content import Content
from lending.documents.parts import (
    conditions_of,
    contents_of,
    day,
    erasure_of,
    euros,
    labelled,
    signed_of,
    state_annex,
)
from lending.kinds import SpokenLanguage
from lending.states import HandOverMode, IdentityCheck

# Raised when a layout or a wording changes; an old one stays as long as its papers.
VERSION = 1
OF_MODE = {
    HandOverMode.LOAN: DocumentKind.LOAN_AGREEMENT,
    HandOverMode.GIFT: DocumentKind.GIFT_DEED,
    HandOverMode.SOLIDARITY_PRICE: DocumentKind.SALE_RECEIPT,
}
Blocks = Callable[[Content], tuple[Block, ...]]


def spec_of(document: Document, *, picture: str = "") -> DocumentSpec:
    """What a paper says, in its own language; `picture`: where pages find the drawing."""
    with translation.override(document.language):
        blocks = TEMPLATES[document.kind, document.template_version]
        return _sheet(document, blocks({**document.content, "picture_at": picture}))


def draft_spec(content: Content, language: str, sha256: str) -> DocumentSpec:
    """The paper to sign by hand: no number yet, and the hash of what is signed."""
    with translation.override(language):
        kind = OF_MODE[HandOverMode(content["mode"])]
        return DocumentSpec(
            organisation=Organisation(**content["organisation"]),
            title=_("To sign: hand-over of a pack"),
            number=display(content["pack"]),
            issued_on=timezone.localdate(),
            language=language,
            template_version=VERSION,
            sha256=sha256,
            verification=_("The numbered papers are issued once this one is signed."),
            blocks=(*_slip(content), *TEMPLATES[kind, VERSION](content)[1:]),
        )


def _slip(content: Content) -> tuple[Block, ...]:
    return (
        _verdict(content),
        _facts(content),
        contents_of(content),
        Facts(
            _("Good to know"),
            (
                (_("What was on it before"), erasure_of(content)),
                (_("Help and guarantee"), _help(content)),
                (
                    _("Bring it back"),
                    _(
                        "The day it is no longer of use, bring it back to us: it is "
                        "reused or recycled. It does not go into the bin."
                    ),
                ),
            ),
        ),
        *signed_of(content),
    )


def _loan(content: Content) -> tuple[Block, ...]:
    end = content["due_on"]
    return (
        _verdict(content),
        Facts(
            _("The loan"),
            (
                (_("Lender"), content["organisation"]["name"]),
                (_("Borrower"), content["person"]),
                (_("Legal guardian"), content["guardian"]),
                (_("Lent from"), _signed_day(content)),
                (_("Until"), day(end) if end else _("without an agreed end")),
                (_("May be extended"), _("once, when asked before the end")),
                (_("Deposit"), _("no deposit")),
                (_("Value of the things, at most"), euros(content["value_cents"])),
            ),
        ),
        *conditions_of(content),
        *signed_of(content),
        state_annex(content),
    )


def _gift(content: Content) -> tuple[Block, ...]:
    return (
        _verdict(content),
        Facts(
            _("The gift"),
            (
                (_("Given by"), content["organisation"]["name"]),
                (_("Accepted by"), content["person"]),
                (_("Legal guardian"), content["guardian"]),
                (_("On"), _signed_day(content)),
                (_("In return"), _("nothing")),
            ),
        ),
        contents_of(content),
        *conditions_of(content),
        *signed_of(content),
    )


def _sale(content: Content) -> tuple[Block, ...]:
    return (
        _verdict(content),
        Facts(
            _("The sale"),
            (
                (_("Sold by"), content["organisation"]["name"]),
                (_("Bought by"), content["person"]),
                (_("Legal guardian"), content["guardian"]),
                (_("On"), _signed_day(content)),
                (_("Price, all taxes included"), euros(content["price_cents"])),
                (_("Ceiling for these things"), euros(content["value_cents"])),
            ),
        ),
        contents_of(content),
        Paragraph(
            _(
                "Sold at a solidarity price, below the ceilings set for computers that "
                "public bodies give away, in working order with charger, drive and system."
            ),
            heading=_("About the price"),
        ),
        *conditions_of(content),
        *signed_of(content),
    )


TEMPLATES: Mapping[tuple[str, int], Blocks] = {
    (DocumentKind.HANDOVER_SLIP, 1): _slip,
    (DocumentKind.LOAN_AGREEMENT, 1): _loan,
    (DocumentKind.GIFT_DEED, 1): _gift,
    (DocumentKind.SALE_RECEIPT, 1): _sale,
}


def title_of(kind: str) -> str:
    return str(DocumentKind(kind).label)


def _sheet(document: Document, blocks: tuple[Block, ...]) -> DocumentSpec:
    content: Content = document.content
    return DocumentSpec(
        organisation=Organisation(**content["organisation"]),
        title=title_of(document.kind),
        number=document.number,
        issued_on=timezone.localdate(document.issued_at),
        language=document.language,
        template_version=document.template_version,
        sha256=document.sha256,
        verification=_("To read this document again: %(address)s")
        % {"address": content["check"]},
        blocks=blocks,
    )


def _verdict(content: Content) -> Verdict:
    """What it comes down to, in one line; the code leads to the same paper."""
    facts = {"pack": display(content["pack"]), "person": content["person"]}
    end = content["due_on"]
    match HandOverMode(content["mode"]):
        case HandOverMode.GIFT:
            text = _("Given for good")
        case HandOverMode.SOLIDARITY_PRICE:
            text = _("Sold for %(price)s") % {"price": euros(content["price_cents"])}
        case _ if end:
            text = _("Lent until %(day)s") % {"day": day(end)}
        case _:
            text = _("Lent, without an agreed end")
    details = (_("Pack %(pack)s, for %(person)s") % facts,)
    return Verdict(
        text,
        details,
        is_good=True,
        address=content.get("check", ""),
        hint=_("Read online"),
    )


def _facts(content: Content) -> Facts:
    mode = HandOverMode(content["mode"])
    price = euros(content["price_cents"])
    return Facts(
        _("The hand-over"),
        (
            (_("Received by"), content["person"]),
            (_("Legal guardian"), content["guardian"]),
            (_("Known how"), labelled(IdentityCheck, content["identity_check"])),
            (_("Followed by"), content["structure"]),
            (_("Kind of hand-over"), str(mode.label)),
            (_("Price"), price if mode is HandOverMode.SOLIDARITY_PRICE else ""),
            (_("On"), _signed_day(content)),
            (_("Where"), content["where"] or content["site"]),
            (_("Handed over by"), content["who"]),
            (_("Explained in"), labelled(SpokenLanguage, content["language"])),
            (_("Request"), content["request"]),
            (_("Programme"), content["programme"]),
            (_("With the help of"), ", ".join(content["funders"].splitlines())),
        ),
        columns=2,
    )


def _signed_day(content: Content) -> str:
    """When it was signed, or issued; on the paper to sign, today."""
    signed = content.get("signed")
    told = signed["at"] if signed else content.get("on")
    if told is None:
        return date_format(timezone.localdate(), "j F Y")
    return date_format(
        timezone.localtime(dt.datetime.fromisoformat(told)), "j F Y, H:i"
    )


def _help(content: Content) -> str:
    organisation = content["organisation"]
    contact = organisation["contact"] or organisation["name"]
    return _(
        "If something does not work, or is not clear: %(contact)s. Help is free."
    ) % {"contact": contact}
