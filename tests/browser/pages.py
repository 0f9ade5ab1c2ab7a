"""Every page of the URLconf, as addresses; and why the other routes are none."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from django.urls import URLPattern, URLResolver, get_resolver, reverse

POSTED = "answers only to POST"
FILE = "a file"
LEADS_ON = "leads on to another page"
FRAGMENT = "a part of a page, held by that page's own walk"
PROGRAMS = "speaks JSON to programs"
OF_A_MACHINE = "the page of a machine, in that machine's language"
# Why a route is no page. A prefix ends with a colon: all of that namespace.
NOT_PAGES = {
    "core:account-close": POSTED,
    "core:account-invite": POSTED,
    "core:account-reopen": POSTED,
    "core:health": PROGRAMS,
    "core:outgoing-give-up": POSTED,
    "core:outgoing-send": POSTED,
    "core:role-give": POSTED,
    "core:role-take": POSTED,
    "core:second-factor-remove": POSTED,
    "core:token-revoke": POSTED,
    "inventory-api:": PROGRAMS,
    "inventory:command-sheet": FILE,
    "inventory:certificate-pdf": FILE,
    "inventory:destruction-certify": POSTED,
    "inventory:destruction-photo": FILE,
    "inventory:device-export": FILE,
    "inventory:device-no-storage": POSTED,
    "inventory:device-release": POSTED,
    "inventory:device-sheet": POSTED,
    "inventory:device-step": POSTED,
    "inventory:device-undo": POSTED,
    "inventory:device-value": POSTED,
    "inventory:donor-mail-again": POSTED,
    "inventory:donor-mail-give-up": POSTED,
    "inventory:donation-open-lot": POSTED,
    "inventory:drive-recognise": POSTED,
    "inventory:erasure-approve": POSTED,
    "inventory:erasure-certify": POSTED,
    "inventory:find": LEADS_ON,
    "inventory:label-print": FILE,
    "inventory:lot-certify": POSTED,
    "inventory:lot-certify-cancel": POSTED,
    "inventory:lot-close": POSTED,
    "inventory:lot-open": POSTED,
    "inventory:lot-print": FILE,
    "inventory:lot-summary": POSTED,
    "inventory:lot-zip": FILE,
    "inventory:receipt-issue": POSTED,
    "inventory:receipt-pdf": FILE,
    "inventory:reception-again": POSTED,
    "inventory:reception-choose": POSTED,
    "inventory:reception-models": FRAGMENT,
    "inventory:reception-serial": FRAGMENT,
    "inventory:reception-undo": POSTED,
    "inventory:result-apply": POSTED,
    "inventory:station-answer": POSTED,
    "inventory:station-check": POSTED,
    "inventory:station-erase": POSTED,
    "inventory:station-scan": POSTED,
    "inventory:station-undo": POSTED,
    "inventory:tag": LEADS_ON,
    "inventory:station-arrived": POSTED,
    "inventory:station-release": POSTED,
    "inventory:station-scanner-revoke": POSTED,
    "inventory:station-set-aside": POSTED,
    "lending-agent:": PROGRAMS,
    "lending-api:": PROGRAMS,
    "mfa_download_recovery_codes": FILE,
    "lending:calendar": FILE,
    "lending:calendar-make": POSTED,
    "lending:calendar-revoke": POSTED,
    "lending:counted-change": POSTED,
    "lending:counted-use": POSTED,
    "lending:filter-drop": POSTED,
    "lending:filter-open": LEADS_ON,
    "lending:handover-begin": POSTED,
    "lending:handover-cancel": POSTED,
    "lending:handover-code": POSTED,
    "lending:handover-document-pdf": FILE,
    "lending:handover-no-show": POSTED,
    "lending:handover-paper": FILE,
    "lending:handover-scan": POSTED,
    "lending:handover-sign": LEADS_ON,
    "lending:handover-signature": FILE,
    "lending:handovers-csv": FILE,
    "lending:handovers-filter-save": POSTED,
    "lending:handovers-xlsx": FILE,
    "lending:invitation-cancel": POSTED,
    "lending:member-demote": POSTED,
    "lending:member-end": POSTED,
    "lending:member-invite": POSTED,
    "lending:member-promote": POSTED,
    "lending:person-consent": POSTED,
    "lending:person-consent-withdraw": POSTED,
    "lending:person-contact": POSTED,
    "lending:person-merge": POSTED,
    "lending:person-notice": POSTED,
    "lending:person-part": POSTED,
    "lending:person-referent": POSTED,
    "lending:portal-request-keep": POSTED,
    "lending:portal-request-message": POSTED,
    "lending:portal-request-person": POSTED,
    "lending:structure-authorise": POSTED,
    "lending:structure-close": POSTED,
    "lending:structure-reopen": POSTED,
    "lending:loan-ask-renewal": POSTED,
    "lending:loan-remind": POSTED,
    "lending:loans-csv": FILE,
    "lending:loans-filter-save": POSTED,
    "lending:loans-xlsx": FILE,
    "lending:return-photo": FILE,
    "lending:return-receipt-pdf": FILE,
    "lending:delivery-note-pdf": FILE,
    "lending:modem-card-in": POSTED,
    "lending:modem-card-out": POSTED,
    "lending:modem-follow": POSTED,
    "lending:modem-paper": POSTED,
    "lending:modem-passphrase": LEADS_ON,
    "lending:modem-shelve": POSTED,
    "lending:packs-csv": FILE,
    "lending:packs-filter-save": POSTED,
    "lending:packs-xlsx": FILE,
    "lending:line-leave-out": POSTED,
    "lending:line-substitute": POSTED,
    "lending:line-take-out": POSTED,
    "lending:pack-attach": POSTED,
    "lending:pack-close": POSTED,
    "lending:pack-deliver": POSTED,
    "lending:pack-dismantle": POSTED,
    "lending:pack-place": POSTED,
    "lending:pack-reopen": POSTED,
    "lending:pack-scan": POSTED,
    "lending:pack-sheet-pdf": FILE,
    "lending:pack-take-back": POSTED,
    "lending:template-restore": POSTED,
    "lending:template-retire": POSTED,
    "lending:plan-retire": POSTED,
    "lending:programme-close": POSTED,
    "lending:quota-move": POSTED,
    "lending:quota-set": POSTED,
    "lending:requests-csv": FILE,
    "lending:requests-filter-save": POSTED,
    "lending:requests-xlsx": FILE,
    "lending:sim-codes": LEADS_ON,
    "lending:sim-follow": POSTED,
    "lending:sim-pin": POSTED,
    "lending:sim-holders-export": FILE,
    "lending:sim-plan": POSTED,
    "lending:sim-renew": POSTED,
    "lending:sim-shelve": POSTED,
    "lending:sim-top-up": POSTED,
    "lending:delivery-replay": POSTED,
    "lending:request-decide": POSTED,
    "lending:request-message": POSTED,
    "lending:webhook-secret": POSTED,
    "lending:webhook-test": POSTED,
    "lending:unit-choose": POSTED,
    "lending:apn-retire": POSTED,
    "provisioning-api:": PROGRAMS,
    "provisioning-workshop:": PROGRAMS,
    "provisioning:bench-live": FRAGMENT,
    "provisioning:correction-confirm": POSTED,
    "provisioning:correction-refuse": POSTED,
    "provisioning:correction-undo": POSTED,
    "provisioning:system-note": POSTED,
    "provisioning:environment-check": POSTED,
    "provisioning:erasures-live": FRAGMENT,
    "provisioning:erasures-station": FRAGMENT,
    "provisioning:job-ask": POSTED,
    "provisioning:job-cancel": POSTED,
    "provisioning:join-code-create": LEADS_ON,
    "provisioning:likeness-new": POSTED,
    "provisioning:likeness-same": POSTED,
    "provisioning:machine-approve": POSTED,
    "provisioning:machine-bind": LEADS_ON,
    "provisioning:machine-unbind": POSTED,
    "provisioning:order-approve": POSTED,
    "provisioning:difference-settle": POSTED,
    "provisioning:drive-cancel": POSTED,
    "provisioning:drive-confirm": POSTED,
    "provisioning:order-cancel": POSTED,
    "provisioning:order-confirm": POSTED,
    "provisioning:order-export": POSTED,
    "provisioning:report-raw": FILE,
    "provisioning:resource-bring-back": POSTED,
    "provisioning:resource-withdraw": POSTED,
    "provisioning:site-approval": POSTED,
    "provisioning:upload-begin": POSTED,
    "provisioning:upload-end": POSTED,
    "provisioning:upload-part": POSTED,
    "provisioning:environment-install": POSTED,
    "provisioning:profile-key-rotate": POSTED,
    "provisioning:section-check": POSTED,
    "provisioning:version-promote": POSTED,
    "provisioning:version-publish": POSTED,
    "provisioning:version-withdraw": POSTED,
    "provisioning:home-shown": OF_A_MACHINE,
    "provisioning:home-style": FILE,
    "provisioning:version-home": OF_A_MACHINE,
    "provisioning:version-home-style": FILE,
    "provisioning:version-signed": FILE,
    "schema": FILE,
    "set_language": POSTED,
}
# Pages for people who are not signed in, or who have no second factor yet.
SIGNED_OUT = {
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
}
AS_TECHNICIAN = {"mfa_activate_totp"}
# Of the staff and of partners: the same address, another page.
OF_PARTNERS_TOO = {
    "lending:delivery-note",
    "lending:handover-detail",
    "lending:handover-done",
    "lending:handover-document",
    "lending:handover-list",
    "lending:loan-detail",
    "lending:loan-list",
    "lending:person-amend",
    "lending:person-detail",
    "lending:person-list",
    "lending:person-new",
    "lending:return-receipt",
}
# Reached only in the middle of signing in: tests of their own walk there.
ON_THE_WAY = {"mfa_authenticate", "account_reset_password_from_key"}
# Where a parameter names another row than elsewhere.
NAMED = {
    "lending:delivery-note": {"document": "delivery_note"},
    "lending:delivery-note-pdf": {"document": "delivery_note"},
    "lending:handover-document": {"document": "slip_paper"},
    "lending:handover-document-pdf": {"document": "slip_paper"},
    "lending:handover-done": {"handover": "given"},
    "lending:handover-signature": {"handover": "given"},
    "lending:loan-close": {"loan": "loan_back"},
    "lending:portal-request": {"request_uuid": "own_request"},
    "lending:portal-request-check": {"request_uuid": "draft"},
    "lending:portal-request-question": {"request_uuid": "draft"},
    "lending:portal-request-sent": {"request_uuid": "own_request"},
    "lending:portal-request-withdraw": {"request_uuid": "own_request"},
    "lending:return-done": {"handover": "returned"},
    "lending:return-missing": {"loan": "loan_back"},
    "lending:return-pack": {"handover": "given"},
    "lending:return-receipt": {"document": "receipt"},
    "lending:return-receipt-pdf": {"document": "receipt"},
}
# Where every value of a parameter makes another page; elsewhere the first will do.
EACH_VALUE = {
    "inventory:certificate-detail",
    "inventory:verify-one",
    "inventory:device-detail",
    "inventory:drive-detail",
    "inventory:station-card",
    "lending:handover-detail",
    "lending:loan-detail",
    "lending:pack-detail",
    "lending:portal-request",
    "lending:portal-request-question",
    "lending:request-detail",
    "lending:sim-detail",
    "lending:template-detail",
    "provisioning:machine-detail",
    "provisioning:resource-detail",
}
# The same page, told to show something else; instead of its bare address where that
# asks for something.
QUERIES = {
    "inventory:device-list": ("", "?page=2", "?q=introuvable"),
    "inventory:device-detail": ("", "?history=all"),
    "inventory:label-print": ("?tags={code}",),
    "inventory:certificate-list": ("", "?donor=introuvable"),
    "lending:loan-list": ("", "?show=overdue"),
    "lending:person-list": ("", "?q=introuvable"),
    "lending:portal": ("", "?ended"),
    "provisioning:resource-list": ("", "?state=all", "?q=introuvable"),
}


def visitors(name: str) -> list[str | None]:
    """Who walks over a page: keys of the demo world's people, None for nobody."""
    if name in SIGNED_OUT:
        return [None]
    if name in AS_TECHNICIAN:
        return ["technician"]
    if name.startswith("lending:portal"):
        return ["partner"]
    return ["everyone", "partner"] if name in OF_PARTNERS_TOO else ["everyone"]


def routes() -> dict[str, tuple[str, ...]]:
    """Name of every route, with the parameters of its address."""
    return dict(sorted(_below(get_resolver().url_patterns, "")))


def pages() -> list[str]:
    """Names of the routes that are pages."""
    return [name for name in routes() if why_not(name) is None]


def why_not(name: str) -> str | None:
    space, colon, _rest = name.partition(":")
    return NOT_PAGES.get(name) or NOT_PAGES.get(f"{space}{colon}")


def addresses(name: str, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The addresses of one route in a world with these values.

    Raises KeyError for a parameter that the world has no value for.
    """
    parameters = routes()[name]
    named = NAMED.get(name, {})
    known = [values[named.get(parameter, parameter)] for parameter in parameters]
    chosen = known if name in EACH_VALUE else [some[:1] for some in known]
    firsts = {parameter: some[0] for parameter, some in values.items() if some}
    for number, combined in enumerate(itertools.product(*chosen)):
        bare = reverse(name, kwargs=dict(zip(parameters, combined, strict=True)))
        for query in QUERIES.get(name, ("",)) if number == 0 else ("",):
            yield bare + query.format(**firsts)


def _below(
    patterns: Sequence[URLPattern | URLResolver],
    space: str,
    held: tuple[str, ...] = (),
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern in patterns:
        here = (*held, *re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern)))
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _below(pattern.url_patterns, inner, here)
        else:
            yield f"{space}{pattern.name}", here
