"""Who may ask what: one line per route of the URLconf.

A route that is not here fails tests/test_every_route.py; so does a parameter that
`PARAMETERS` does not know, and a line whose route is gone. To add a route: its name,
and what GET and POST (PUT, PATCH, DELETE) need. Methods that are not named are refused
to everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils import timezone

from backoffice.core.actions import create_token
from backoffice.core.models import ApiToken, Document, User
from backoffice.core.models.token import TokenScope
from backoffice.core.photos import read_photo
from backoffice.core.roles import Role
from inventory import actions
from inventory.actions.scans import Scanned
from inventory.models import (
    Certificate,
    CertificateRun,
    Destruction,
    Device,
    DonorMail,
    Erasure,
    ResultImport,
    Scan,
    ScanOutcome,
    StationMode,
    StorageDrive,
)
from inventory.models.erasure import DestructionMethod
from inventory.tags import TagKind, format_tag
from lending import actions as lending
from lending.links import calendar_link, invitation_link
from lending.models import SavedFilter
from lending.models.desk import Listing
from provisioning.actions import ask_job, order_erasure, propose_merge
from provisioning.models import (
    Agent,
    Correction,
    Difference,
    ErasureRun,
    Job,
    JobKind,
    Likeness,
    Report,
)
from tests.inventory.imports.logs import log_of
from tests.lending.scene import Lent
from tests.photo import taken
from tests.provisioning.assigned import differing
from tests.provisioning.hardware import box, started
from tests.provisioning.machines import FakeMachine
from tests.world import World, person

# What a method may need, beside a permission.
ANYBODY = "anybody"
SIGNED_IN = "anybody who is signed in"
# An agent's own credential: no person has one.
AGENT = "an agent"
# These hold at every site or not at all: what they open belongs to no site.
EVERYWHERE = {"core.manage_accounts", "lending.manage_webhook"}


@dataclass(frozen=True)
class Route:
    """What each method needs; "" where the method is not answered.

    Two permissions with a space between them: both are needed. With “|” between them,
    either will do: the staff’s, or a partner’s in their own structure.
    """

    get: str = ""
    post: str = ""
    put: str = ""
    patch: str = ""
    delete: str = ""
    # One's own: nobody else finds it, whatever their role.
    personal: bool = False
    # Which of PARAMETERS a part of the address stands for, where its name does not say.
    named: Mapping[str, str] = field(default_factory=dict)
    # Answers methods of its own, and may have nothing to show: a page of django-allauth.
    foreign: bool = False

    def need(self, method: str) -> str:
        if method == "OPTIONS":
            return self.get or self.post
        needed: str = getattr(self, "get" if method == "HEAD" else method.lower())
        return needed


LOOK = "inventory.view_device"
RECEIVE = "inventory.receive_device"
REFURBISH = "inventory.refurbish_device"
ERASE = "inventory.record_erasure"
APPROVE = "inventory.approve_erasure"
CERTIFICATES = "inventory.view_certificate"
CERTIFY = "inventory.issue_certificate"
HOLD = "inventory.hold_device"
DISPOSE = "inventory.dispose_device"
GIFTS = "inventory.view_donation"
GIVE = "inventory.manage_donation"
ACCOUNTS = "core.manage_accounts"
AGENTS = "provisioning.view_agent"
BIND = "provisioning.bind_agent"
ASK = "provisioning.ask_job"
ORDER = "provisioning.order_erasure"
REQUESTS = "lending.view_request"
PROGRAMMES = "lending.view_programme"
PROGRAMME = "lending.manage_programme"
HANDOVERS = "lending.view_handover"
EXPORT = "inventory.export_device"
WEBHOOK = "lending.manage_webhook"
PEOPLE = "lending.view_beneficiary"
SIMS = "lending.view_sim"
SIM = "lending.manage_sim"
CODES = "lending.view_sim_secret"
PLAN = "lending.manage_plan"
COUNT = "lending.count_stock"
PORTAL = "lending.use_portal"
# What the staff does at its sites, and partners in their own structure.
READ_PEOPLE = f"lending.view_beneficiary|{PORTAL}"
WRITE_PEOPLE = f"lending.manage_beneficiary|{PORTAL}"
PARTNERS = "lending.manage_structure"
OWN_MEMBERS = f"{PARTNERS}|{PORTAL}"
PACKS = "lending.view_pack"
MAKE_PACK = "lending.make_pack|lending.allocate_pack"
CARRY_PACK = "lending.make_pack|lending.hand_over"
TEMPLATES = "lending.manage_template"
HANDED = "lending.view_handover|lending.use_portal"
LENDS = "lending.hand_over"
HANDS = f"{LENDS}|{PORTAL}"
DECIDE = "lending.decide_request"
MAKE = "lending.make_pack"
SEE_STRUCTURES = f"lending.view_structure|{PORTAL}"
SEE_PROGRAMMES = f"{PROGRAMMES}|{PORTAL}"
SEE_REQUESTS = f"{REQUESTS}|{PORTAL}"
SEE_PACKS = f"{PACKS}|{PORTAL}"


def page(needed: str) -> Route:
    """A page to look at."""
    return Route(get=needed)


def form(needed: str) -> Route:
    """A page with a form that it answers itself."""
    return Route(get=needed, post=needed)


def button(needed: str) -> Route:
    """A form that stands on another page, or an act of the API."""
    return Route(post=needed)


def of_drive(*, get: str = "", post: str = "") -> Route:
    return Route(get=get, post=post, named={"uuid": "drive_uuid"})


def of_row(parameter: str, *, get: str = "", post: str = "", put: str = "") -> Route:
    """One row of the API of lending, which names every row by its uuid."""
    return Route(get=get, post=post, put=put, named={"uuid": parameter})


def of_erasure(*, get: str = "", post: str = "") -> Route:
    return Route(get=get, post=post, named={"uuid": "erasure_uuid"})


def of_results(*, get: str = "", post: str = "") -> Route:
    return Route(get=get, post=post, named={"uuid": "report_uuid"})


def of_message() -> Route:
    return Route(post="core.manage_outgoing", named={"message": "outgoing"})


def of_given(*, get: str = "", post: str = "") -> Route:
    return Route(get=get, post=post, named={"handover": "given"})


def of_paper() -> Route:
    return Route(get=HANDED, named={"document": "handover_paper"})


def of_return() -> Route:
    return Route(get=HANDED, named={"document": "return_receipt"})


def allauth(needed: str) -> Route:
    return Route(get=needed, post=needed, foreign=True)


ROUTES: Mapping[str, Route] = {
    # ---------------------------------------------------------------- the kernel
    "core:health": page(ANYBODY),
    "set_language": button(ANYBODY),
    "core:me": form(SIGNED_IN),
    # Its signed link is the door.
    "lending:join": form(ANYBODY),
    # --------------------------------- lending: SIM cards, hotspots, plans, top-ups
    "lending:sim-list": page(SIMS),
    "lending:sim-ending": page(SIMS),
    "lending:sim-receive": form(SIM),
    "lending:sim-holders": page(PEOPLE),
    "lending:sim-holders-export": page(PEOPLE),
    "lending:sim-detail": page(SIMS),
    "lending:sim-amend": form(SIM),
    "lending:sim-codes": form(CODES),
    "lending:sim-follow": button(SIM),
    "lending:sim-plan": button(SIM),
    "lending:sim-top-up": button("lending.top_up_sim"),
    "lending:sim-renew": button("lending.top_up_sim"),
    "lending:sim-shelve": button(SIM),
    "lending:modem-list": page(SIMS),
    "lending:modem-receive": form(SIM),
    "lending:modem-detail": page(SIMS),
    "lending:modem-card-in": button(SIM),
    "lending:modem-card-out": button(SIM),
    "lending:modem-follow": button(SIM),
    "lending:modem-passphrase": form(CODES),
    "lending:modem-shelve": button(SIM),
    "lending:plan-list": page(SIMS),
    "lending:plan-add": form(PLAN),
    "lending:plan-amend": form(PLAN),
    "lending:plan-retire": button(PLAN),
    "lending:top-up-rules": page(SIMS),
    "lending:top-up-rules-change": form(PLAN),
    # ------------------------------------------------------ lending: counted stock
    "lending:counted-list": page("lending.view_pack"),
    "lending:counted-open": form(COUNT),
    "lending:counted-detail": page("lending.view_pack"),
    "lending:counted-change": button(COUNT),
    "lending:counted-use": button(COUNT),
    # ------------------------------------------------------ lending: other systems
    "lending:webhook-list": page(WEBHOOK),
    "lending:webhook-detail": page(WEBHOOK),
    "lending:webhook-add": form(WEBHOOK),
    "lending:webhook-amend": form(WEBHOOK),
    "lending:webhook-secret": button(WEBHOOK),
    "lending:webhook-test": button(WEBHOOK),
    "lending:delivery-replay": button(WEBHOOK),
    # ------------------------------------------------- lending: requests, the staff
    "lending:request-list": page(REQUESTS),
    "lending:request-waiting": page(REQUESTS),
    "lending:request-committee": page(f"lending.view_request_coded|{REQUESTS}"),
    "lending:request-detail": page(REQUESTS),
    "lending:request-message": button("lending.decide_request"),
    "lending:request-decide": button("lending.decide_request"),
    # -------------------------------------------- lending: programmes, coordination
    "lending:programme-list": page(PROGRAMMES),
    "lending:programme-detail": page(PROGRAMMES),
    "lending:programme-open": form(PROGRAMME),
    "lending:programme-amend": form(PROGRAMME),
    "lending:programme-close": button(PROGRAMME),
    "lending:quota-set": button(PROGRAMME),
    "lending:quota-move": button(PROGRAMME),
    # -------------------------------------------------- lending: packs, at the bench
    "lending:pack-list": page(PACKS),
    "lending:pack-begin": form(MAKE_PACK),
    "lending:pack-detail": page(PACKS),
    "lending:pack-sheet": page(PACKS),
    "lending:pack-sheet-pdf": page(PACKS),
    "lending:pack-scan": button(MAKE_PACK),
    "lending:pack-close": button(MAKE_PACK),
    "lending:pack-reopen": button(MAKE_PACK),
    "lending:pack-place": button(MAKE_PACK),
    "lending:pack-attach": button(MAKE_PACK),
    "lending:pack-deliver": button(CARRY_PACK),
    "lending:pack-take-back": button(CARRY_PACK),
    "lending:pack-dismantle": button(MAKE_PACK),
    "lending:line-fill": form(MAKE_PACK),
    "lending:line-substitute": button(MAKE_PACK),
    "lending:line-take-out": button(MAKE_PACK),
    "lending:line-leave-out": button(MAKE_PACK),
    "lending:template-list": page(PACKS),
    "lending:template-detail": page(PACKS),
    "lending:template-write": form(TEMPLATES),
    "lending:template-publish": form(TEMPLATES),
    "lending:template-retire": button(TEMPLATES),
    "lending:template-restore": button(TEMPLATES),
    # ------------------------------------------------------- lending: hand-overs
    "lending:slip": page(ANYBODY),
    "lending:handover-list": page(HANDED),
    "lending:handover-detail": page(HANDED),
    "lending:handover-done": page(HANDED),
    "lending:handover-signature": of_given(get=HANDED),
    "lending:handover-document": of_paper(),
    "lending:handover-document-pdf": of_paper(),
    "lending:handover-scan": button(HANDS),
    "lending:handover-plan": form(HANDS),
    "lending:handover-move": form(HANDS),
    "lending:handover-terms": form(HANDS),
    "lending:handover-refused": form(HANDS),
    "lending:handover-begin": button(HANDS),
    "lending:handover-cancel": button(HANDS),
    "lending:handover-no-show": button(HANDS),
    "lending:handover-code": button(HANDS),
    "lending:handover-person": form(HANDS),
    "lending:handover-contents": form(HANDS),
    "lending:handover-conditions": form(HANDS),
    "lending:handover-review": page(HANDS),
    "lending:handover-sign": form(HANDS),
    "lending:handover-paper": page(HANDS),
    # ------------------------------------------------- lending: loans and returns
    "lending:loan-list": page(HANDED),
    "lending:loan-detail": page(HANDED),
    "lending:loan-remind": button(LENDS),
    "lending:loan-ask-renewal": button(PORTAL),
    "lending:loan-renew": form(LENDS),
    "lending:loan-give": form(LENDS),
    "lending:loan-lost": form(LENDS),
    "lending:loan-stolen": form(LENDS),
    "lending:loan-damaged": form(LENDS),
    "lending:loan-write-off": form(LENDS),
    "lending:loan-close": form(LENDS),
    "lending:return-missing": form(LENDS),
    "lending:return-start": form(LENDS),
    "lending:return-pack": of_given(get=LENDS, post=LENDS),
    "lending:return-done": of_given(get=LENDS),
    "lending:return-receipt": of_return(),
    "lending:return-receipt-pdf": of_return(),
    "lending:desk": page(REQUESTS),
    "lending:desk-stock": page(f"{REQUESTS} {LOOK}"),
    "lending:desk-hotspots": page(f"{REQUESTS} lending.view_sim"),
    "lending:unit-choose": button("lending.view_request lending.allocate_pack"),
    "lending:calendar-page": page(HANDOVERS),
    "lending:calendar-make": button(HANDOVERS),
    "lending:calendar-revoke": button(HANDOVERS),
    # Its signed address is the door.
    "lending:calendar": page(ANYBODY),
    "lending:filter-open": Route(get=SIGNED_IN, personal=True),
    "lending:filter-drop": Route(post=SIGNED_IN, personal=True),
    "lending:requests-filter-save": button("lending.view_request"),
    "lending:packs-filter-save": button("lending.view_pack"),
    "lending:handovers-filter-save": button(HANDOVERS),
    "lending:loans-filter-save": button(HANDOVERS),
    "lending:requests-csv": page(f"lending.view_request {EXPORT}"),
    "lending:requests-xlsx": page(f"lending.view_request {EXPORT}"),
    "lending:packs-csv": page(f"lending.view_pack {EXPORT}"),
    "lending:packs-xlsx": page(f"lending.view_pack {EXPORT}"),
    "lending:handovers-csv": page(f"{HANDOVERS} {EXPORT}"),
    "lending:handovers-xlsx": page(f"{HANDOVERS} {EXPORT}"),
    "lending:loans-csv": page(f"{HANDOVERS} {EXPORT}"),
    "lending:loans-xlsx": page(f"{HANDOVERS} {EXPORT}"),
    "core:outgoing-list": page("core.manage_outgoing"),
    "core:outgoing-send": of_message(),
    "core:outgoing-give-up": of_message(),
    "core:tokens": form(SIGNED_IN),
    "core:token-revoke": Route(post=SIGNED_IN, personal=True),
    "core:account-list": page(ACCOUNTS),
    "core:account-open": form(ACCOUNTS),
    "core:account-detail": page(ACCOUNTS),
    "core:account-amend": form(ACCOUNTS),
    "core:account-invite": button(ACCOUNTS),
    "core:role-give": button(ACCOUNTS),
    "core:role-take": button(ACCOUNTS),
    "core:account-close": button(ACCOUNTS),
    "core:account-reopen": button(ACCOUNTS),
    "core:second-factor-remove": button(ACCOUNTS),
    "core:site-list": page(ACCOUNTS),
    "core:site-open": form(ACCOUNTS),
    "core:site-amend": form(ACCOUNTS),
    # ---------------------------------------------------------------- signing in
    "account_login": allauth(ANYBODY),
    "account_logout": allauth(ANYBODY),
    "account_inactive": allauth(ANYBODY),
    "account_reauthenticate": allauth(SIGNED_IN),
    "account_change_password": allauth(SIGNED_IN),
    "account_reset_password": allauth(ANYBODY),
    "account_reset_password_done": allauth(ANYBODY),
    "account_reset_password_from_key": allauth(ANYBODY),
    "account_reset_password_from_key_done": allauth(ANYBODY),
    "mfa_index": allauth(SIGNED_IN),
    "mfa_authenticate": allauth(ANYBODY),
    "mfa_reauthenticate": allauth(SIGNED_IN),
    "mfa_activate_totp": allauth(SIGNED_IN),
    "mfa_deactivate_totp": allauth(SIGNED_IN),
    "mfa_view_recovery_codes": allauth(SIGNED_IN),
    "mfa_generate_recovery_codes": allauth(SIGNED_IN),
    "mfa_download_recovery_codes": allauth(SIGNED_IN),
    # ---------------------------------------------------------------- devices
    "inventory:today": page(SIGNED_IN),
    "inventory:device-list": page(LOOK),
    "inventory:device-export": page("inventory.export_device"),
    "inventory:device-detail": page(LOOK),
    "inventory:tag": page(LOOK),
    "inventory:device-step": button(REFURBISH),
    "inventory:device-undo": button(LOOK),
    "inventory:device-hold": form(HOLD),
    "inventory:device-release": button(HOLD),
    "inventory:device-move": form("inventory.move_device"),
    "inventory:device-describe": form(REFURBISH),
    "inventory:device-value": button(REFURBISH),
    "inventory:device-alias": form(RECEIVE),
    "inventory:device-set-aside": form(DISPOSE),
    "inventory:device-return": form(DISPOSE),
    "inventory:device-declare-drive": form(RECEIVE),
    "inventory:device-no-storage": button(RECEIVE),
    "inventory:device-quality-check": form("inventory.check_device"),
    # ---------------------------------------------------------------- the scan station
    "inventory:find": page(LOOK),
    "inventory:station": page(LOOK),
    "inventory:station-start": form(LOOK),
    "inventory:station-scan": button(LOOK),
    "inventory:station-card": Route(get=LOOK, personal=True),
    "inventory:station-undo": Route(post=LOOK, personal=True),
    "inventory:station-answer": Route(post=LOOK, personal=True),
    "inventory:station-check": Route(post="inventory.check_device", personal=True),
    "inventory:station-erase": Route(post=ERASE, personal=True),
    # ---------------------------------------------------------------- drives and proof
    "inventory:drive-list": page(LOOK),
    "inventory:drive-detail": page(LOOK),
    "inventory:drive-erase": form(ERASE),
    "inventory:drive-destroy": form(ERASE),
    "inventory:drive-take-out": form(REFURBISH),
    "inventory:drive-put-in": form(REFURBISH),
    "inventory:drive-withdraw": form(RECEIVE),
    "inventory:drive-recognise": button(APPROVE),
    "inventory:certificate-list": page(CERTIFICATES),
    "inventory:certificate-detail": page(CERTIFICATES),
    "inventory:certificate-pdf": page(CERTIFICATES),
    "inventory:certificate-cancel": form(CERTIFY),
    "inventory:erasure-certify": button(CERTIFY),
    "inventory:destruction-certify": button(CERTIFY),
    "inventory:destruction-photo": page(LOOK),
    "inventory:device-sheet": button(CERTIFY),
    "inventory:lot-certificates": page(CERTIFICATES),
    "inventory:lot-certify": button(CERTIFY),
    "inventory:lot-certify-cancel": button(CERTIFY),
    "inventory:donor-mail-again": button(CERTIFY),
    "inventory:donor-mail-give-up": button(CERTIFY),
    "inventory:lot-summary": button(CERTIFY),
    "inventory:lot-zip": page(CERTIFICATES),
    "inventory:lot-print": page(CERTIFICATES),
    "inventory:lot-send": form(CERTIFY),
    "inventory:verify": page(ANYBODY),
    "inventory:verify-one": page(ANYBODY),
    "inventory:result-list": form(ERASE),
    "inventory:result-detail": page(ERASE),
    "inventory:result-apply": button(ERASE),
    "inventory:result-decide": form(ERASE),
    "inventory:approval-list": page(APPROVE),
    "inventory:erasure-approve": button(APPROVE),
    "inventory:erasure-refuse": form(APPROVE),
    "inventory:destruction-confirm": form(APPROVE),
    "inventory:destruction-refuse": form(APPROVE),
    "inventory:health-rules": page(LOOK),
    "inventory:health-rules-change": form("inventory.change_health_limits"),
    "inventory:journal": form("core.verify_journal"),
    # ---------------------------------------------------------------- reception
    "inventory:device-receive": form(RECEIVE),
    # Carrying on with a lot needs less than writing down a donation.
    "inventory:reception-start": Route(get=RECEIVE, post=f"{RECEIVE} {GIVE}"),
    "inventory:reception-choose": button(RECEIVE),
    "inventory:reception-several": form(RECEIVE),
    "inventory:reception-again": button(RECEIVE),
    "inventory:reception-undo": button(RECEIVE),
    "inventory:reception-serial": page(RECEIVE),
    "inventory:reception-models": page(RECEIVE),
    # ---------------------------------------------------------------- donations
    "inventory:donor-list": page(GIFTS),
    "inventory:donor-create": form(GIVE),
    "inventory:donor-detail": page(GIFTS),
    "inventory:donation-list": page(GIFTS),
    "inventory:donation-create": form(GIVE),
    "inventory:donation-detail": page(GIFTS),
    "inventory:donation-open-lot": button(f"{GIVE} {RECEIVE}"),
    "inventory:receipt-issue": button(GIVE),
    "inventory:receipt-detail": page(GIVE),
    "inventory:receipt-pdf": page(GIVE),
    "inventory:lot-detail": page(LOOK),
    "inventory:lot-close": button(RECEIVE),
    "inventory:lot-open": button(RECEIVE),
    # ---------------------------------------------------------------- places, labels
    "inventory:place-list": page(LOOK),
    "inventory:place-create": form("inventory.manage_place"),
    "inventory:place-detail": page(LOOK),
    "inventory:label-print": page(LOOK),
    "inventory:label-choose": form(LOOK),
    "inventory:command-sheet": page(LOOK),
    # ---------------------------------------------------------------- machines
    "provisioning:machine-list": page(AGENTS),
    "provisioning:machine-detail": page(AGENTS),
    "provisioning:join-code-create": form("provisioning.enrol_agent"),
    "provisioning:bench": page(AGENTS),
    "provisioning:bench-live": page(AGENTS),
    "provisioning:erasures": page(AGENTS),
    "provisioning:erasures-live": page(AGENTS),
    "provisioning:erasures-station": page(AGENTS),
    "provisioning:erasure-order": form(ORDER),
    "provisioning:order-approve": button(ORDER),
    "provisioning:order-confirm": button(ERASE),
    "provisioning:order-cancel": button(ORDER),
    "provisioning:drive-confirm": button(ERASE),
    "provisioning:drive-cancel": button(ORDER),
    "provisioning:order-export": button(ORDER),
    "provisioning:environment-check": button("provisioning.check_environment"),
    "provisioning:difference-settle": button("provisioning.settle_difference"),
    "provisioning:job-ask": button(ASK),
    "provisioning:job-cancel": button(ASK),
    "provisioning:machine-approve": button("provisioning.approve_agent"),
    "provisioning:site-approval": button("provisioning.approve_agent"),
    "provisioning:reports-import": form("provisioning.enrol_agent"),
    "provisioning:likeness-same": button(BIND),
    "provisioning:likeness-new": button(BIND),
    "provisioning:correction-list": page(LOOK),
    "provisioning:correction-confirm": button("inventory.merge_device"),
    "provisioning:correction-refuse": button("inventory.merge_device"),
    "provisioning:correction-undo": button("inventory.merge_device"),
    "provisioning:merge-propose": form(REFURBISH),
    "provisioning:split-propose": form(REFURBISH),
    "provisioning:machine-bind": form(BIND),
    "provisioning:machine-unbind": button(BIND),
    "provisioning:machine-revoke": form("provisioning.revoke_agent"),
    "provisioning:report-raw": page(AGENTS),
    "provisioning:device-machine": page(AGENTS),
    # ------------------------------------------------- the portal of partners
    "lending:portal": page(PORTAL),
    "lending:portal-help": page(PORTAL),
    "lending:portal-choose": form(PORTAL),
    "lending:portal-structure": page(PORTAL),
    "lending:portal-request-new": form(PORTAL),
    "lending:portal-request": page(PORTAL),
    "lending:portal-request-person": button(PORTAL),
    "lending:portal-request-check": form(PORTAL),
    "lending:portal-request-sent": page(PORTAL),
    "lending:portal-request-message": button(PORTAL),
    "lending:portal-request-keep": button(PORTAL),
    "lending:portal-request-withdraw": form(PORTAL),
    "lending:portal-request-question": form(PORTAL),
    # ------------------------------------------------------- people, both sides
    "lending:person-list": page(READ_PEOPLE),
    "lending:person-new": form(WRITE_PEOPLE),
    "lending:person-detail": page(READ_PEOPLE),
    "lending:person-amend": form(WRITE_PEOPLE),
    "lending:person-notice": button(WRITE_PEOPLE),
    "lending:person-consent": button(WRITE_PEOPLE),
    "lending:person-consent-withdraw": button(WRITE_PEOPLE),
    "lending:person-contact": button(WRITE_PEOPLE),
    "lending:person-referent": button(WRITE_PEOPLE),
    "lending:person-merge": button("lending.merge_beneficiary"),
    "lending:person-part": button("lending.merge_beneficiary"),
    # --------------------------------------------------- structures and members
    "lending:structure-list": page("lending.view_structure"),
    "lending:structure-new": form(PARTNERS),
    "lending:structure-detail": page("lending.view_structure"),
    "lending:structure-amend": form(PARTNERS),
    "lending:structure-authorise": button(PARTNERS),
    "lending:structure-close": button(PARTNERS),
    "lending:structure-reopen": button(PARTNERS),
    "lending:member-invite": button(OWN_MEMBERS),
    "lending:member-end": button(OWN_MEMBERS),
    "lending:member-promote": button(OWN_MEMBERS),
    "lending:member-demote": button(OWN_MEMBERS),
    "lending:invitation-cancel": button(OWN_MEMBERS),
    # ---------------------------------------------------------------- the API
    "schema": page(SIGNED_IN),
    "inventory-api:device-list": Route(get=LOOK, post=RECEIVE),
    "inventory-api:device-detail": page(LOOK),
    "inventory-api:device-health": page(LOOK),
    "inventory-api:health-rules-list": page(LOOK),
    "inventory-api:health-rules-detail": page(LOOK),
    "inventory-api:device-receive": button(RECEIVE),
    "inventory-api:device-drives": button(RECEIVE),
    "inventory-api:device-no-storage": button(RECEIVE),
    "inventory-api:device-start-triage": button(REFURBISH),
    "inventory-api:device-triage": button(REFURBISH),
    "inventory-api:device-refurbish": button(REFURBISH),
    "inventory-api:device-await-parts": button(REFURBISH),
    "inventory-api:device-back": button(REFURBISH),
    "inventory-api:device-missing": button(REFURBISH),
    "inventory-api:device-check": button(REFURBISH),
    "inventory-api:device-check-pass": button("inventory.check_device"),
    "inventory-api:device-check-fail": button("inventory.check_device"),
    "inventory-api:device-ready": button("inventory.declare_ready"),
    "inventory-api:device-move": button("inventory.move_device"),
    "inventory-api:device-hold": button(HOLD),
    "inventory-api:device-release": button(HOLD),
    "inventory-api:device-set-aside": button(DISPOSE),
    "inventory-api:device-for-parts": button(DISPOSE),
    "inventory-api:device-scrap": button(DISPOSE),
    "inventory-api:device-return-to-donor": button(DISPOSE),
    "inventory-api:device-undo": button(LOOK),
    "inventory-api:drive-list": page(LOOK),
    "inventory-api:drive-detail": of_drive(get=LOOK),
    "inventory-api:drive-erasures": of_drive(post=ERASE),
    "inventory-api:drive-take-out": of_drive(post=REFURBISH),
    "inventory-api:drive-withdraw": of_drive(post=RECEIVE),
    "inventory-api:drive-recognise": of_drive(post=APPROVE),
    "inventory-api:erasure-list": page(LOOK),
    "inventory-api:erasure-detail": of_erasure(get=LOOK),
    "inventory-api:erasure-approve": of_erasure(post=APPROVE),
    "inventory-api:erasure-refuse": of_erasure(post=APPROVE),
    "inventory-api:result-list": form(ERASE),
    "inventory-api:result-detail": of_results(get=ERASE),
    "inventory-api:result-apply": of_results(post=ERASE),
    "inventory-api:result-decide": of_results(post=ERASE),
    "inventory-api:lot-list": page(LOOK),
    "inventory-api:lot-detail": Route(get=LOOK, named={"code": "lot_code"}),
    "inventory-api:place-list": page(LOOK),
    "inventory-api:place-detail": Route(get=LOOK, named={"tag": "place_tag"}),
    "provisioning-workshop:correction-list": page(LOOK),
    "provisioning-workshop:correction-detail": page(LOOK),
    "provisioning-workshop:erasure-order-list": Route(get=AGENTS, post=ORDER),
    "provisioning-workshop:erasure-order-detail": page(AGENTS),
    "provisioning-workshop:erasure-order-approve": button(ORDER),
    "provisioning-workshop:erasure-order-confirm": button(ERASE),
    "provisioning-workshop:erasure-order-cancel": button(ORDER),
    "provisioning-workshop:machine-detail": page(AGENTS),
    "provisioning-workshop:machine-bind": button(BIND),
    # ---------------------------------------------------------------- the agents' wire
    # ------------------------------------------------------ lending: the API
    "lending-api:structure-list": page(SEE_STRUCTURES),
    "lending-api:structure-detail": of_row("structure", get=SEE_STRUCTURES),
    "lending-api:person-list": Route(get=READ_PEOPLE, post=WRITE_PEOPLE),
    "lending-api:person-detail": of_row("person", get=READ_PEOPLE, put=WRITE_PEOPLE),
    "lending-api:person-consents": of_row("person", post=WRITE_PEOPLE),
    "lending-api:person-consents-withdraw": of_row("person", post=WRITE_PEOPLE),
    "lending-api:programme-list": page(SEE_PROGRAMMES),
    "lending-api:programme-detail": of_row("quoted", get=SEE_PROGRAMMES),
    "lending-api:quota-list": page(SEE_PROGRAMMES),
    "lending-api:request-list": Route(get=SEE_REQUESTS, post=PORTAL),
    "lending-api:request-detail": of_row("request_uuid", get=SEE_REQUESTS),
    "lending-api:request-answers": of_row("request_uuid", post=PORTAL),
    "lending-api:request-submit": of_row("request_uuid", post=PORTAL),
    "lending-api:request-withdraw": of_row("request_uuid", post=PORTAL),
    "lending-api:request-messages": of_row(
        "request_uuid", get=SEE_REQUESTS, post=f"{DECIDE}|{PORTAL}"
    ),
    "lending-api:request-take-up": of_row("request_uuid", post=DECIDE),
    "lending-api:request-ask": of_row("request_uuid", post=DECIDE),
    "lending-api:request-approve": of_row("request_uuid", post=DECIDE),
    "lending-api:request-wait": of_row("request_uuid", post=DECIDE),
    "lending-api:request-adjourn": of_row("request_uuid", post=DECIDE),
    "lending-api:request-refuse": of_row("request_uuid", post=DECIDE),
    "lending-api:request-dismiss": of_row("request_uuid", post=DECIDE),
    "lending-api:request-reconsider": of_row("request_uuid", post=DECIDE),
    "lending-api:pack-list": Route(get=SEE_PACKS, post=MAKE),
    "lending-api:pack-detail": of_row("pack_uuid", get=SEE_PACKS),
    "lending-api:pack-put-in": of_row("pack_uuid", post=MAKE),
    "lending-api:pack-substitute": of_row("pack_uuid", post=MAKE),
    "lending-api:pack-take-out": of_row("pack_uuid", post=MAKE),
    "lending-api:pack-leave-out": of_row("pack_uuid", post=MAKE),
    "lending-api:pack-close": of_row("pack_uuid", post=MAKE),
    "lending-api:pack-reopen": of_row("pack_uuid", post=MAKE),
    "lending-api:pack-place": of_row("pack_uuid", post=MAKE),
    "lending-api:pack-attach": of_row("pack_uuid", post=MAKE),
    "lending-api:pack-dismantle": of_row("pack_uuid", post=MAKE),
    "lending-api:pack-deliver": of_row("pack_uuid", post=CARRY_PACK),
    "lending-api:pack-take-back": of_row("pack_uuid", post=CARRY_PACK),
    "lending-api:pack-hand-over": of_row("pack_uuid", post=LENDS),
    "lending-api:handover-list": page(HANDED),
    "lending-api:handover-detail": of_row("handover", get=HANDED),
    "lending-api:handover-begin": of_row("handover", post=HANDS),
    "lending-api:handover-cancel": of_row("handover", post=HANDS),
    "lending-api:handover-check-contents": of_row("handover", post=HANDS),
    "lending-api:handover-check-person": of_row("handover", post=HANDS),
    "lending-api:handover-code": of_row("handover", post=HANDS),
    "lending-api:handover-explain": of_row("handover", post=HANDS),
    "lending-api:handover-no-show": of_row("handover", post=HANDS),
    "lending-api:handover-person": of_row("handover", post=HANDS),
    "lending-api:handover-reschedule": of_row("handover", post=HANDS),
    "lending-api:handover-sign": of_row("handover", post=HANDS),
    "lending-api:loan-list": page(HANDED),
    "lending-api:loan-detail": of_row("loan", get=HANDED),
    "lending-api:loan-close": of_row("loan", post=LENDS),
    "lending-api:loan-gift": of_row("loan", post=LENDS),
    "lending-api:loan-lost": of_row("loan", post=LENDS),
    "lending-api:loan-remind": of_row("loan", post=LENDS),
    "lending-api:loan-renew": of_row("loan", post=LENDS),
    "lending-api:loan-return-loan": of_row("loan", post=LENDS),
    "lending-api:loan-stolen": of_row("loan", post=LENDS),
    "lending-api:sim-list": Route(get=SIMS, post=SIM),
    "lending-api:sim-detail": of_row("sim_uuid", get=SIMS),
    "lending-api:sim-follow": of_row("sim_uuid", post=SIM),
    "lending-api:sim-plan": of_row("sim_uuid", post=SIM),
    "lending-api:sim-top-ups": of_row("sim_uuid", post="lending.top_up_sim"),
    "lending-api:plan-list": page(SIMS),
    "lending-api:counted-list": page(PACKS),
    "provisioning-api:enrol": button(ANYBODY),
    "provisioning-api:report": button(AGENT),
    "provisioning-api:rotate": button(AGENT),
    "provisioning-api:events": button(AGENT),
    "provisioning-api:assignment": page(AGENT),
    "provisioning-api:time": page(ANYBODY),
    "provisioning-api:authority": Route(get=ANYBODY, foreign=True),
}


@dataclass
class Scene:
    """One of each thing that an address may name, all at the world's site."""

    world: World

    @cached_property
    def lent(self) -> Lent:
        """The things of lending, all of one structure; a parameter names each."""
        return Lent(self.world.site)

    @cached_property
    def device(self) -> Device:
        return self.world.receive()

    @cached_property
    def drive(self) -> StorageDrive:
        return self.device.drives.get()

    @cached_property
    def account(self) -> User:
        return person(Role.TECHNICIAN, name="Somebody else")

    @cached_property
    def token(self) -> ApiToken:
        made, _secret = create_token(
            name="x", scope=TokenScope.READ, days=1, by=self.account
        )
        return made

    @cached_property
    def invitation(self) -> str:
        """What the link in an invited person’s mail ends in."""
        link = invitation_link(self.lent.invited)
        return link.rstrip("/").rpartition("/")[2]

    @cached_property
    def calendar(self) -> str:
        """What the address of somebody’s calendar ends in."""
        made = lending.make_calendar_address(by=self.lent.partners.coordinator)
        return calendar_link(made).rpartition("/")[2].removesuffix(".ics")

    @cached_property
    def saved_filter(self) -> SavedFilter:
        return lending.save_filter(
            listing=Listing.PACKS,
            name="x",
            query=QueryDict(""),
            is_shared=False,
            by=self.account,
        )

    @cached_property
    def receipt(self) -> Document:
        _received = self.device
        return actions.issue_donation_receipt(
            donation=self.world.donation, language="fr", by=self.world.lead
        )

    @cached_property
    def certificate(self) -> Certificate:
        erasure = self.world.erase(self.world.receive().drives.get())
        return actions.issue_certificate(
            erasure=erasure, language="fr", by=self.world.officer
        )

    @cached_property
    def certificate_run(self) -> CertificateRun:
        self.world.erase(self.world.receive().drives.get())
        return actions.ask_certificates(
            lot=self.world.lot, language="fr", by=self.world.officer
        )

    @cached_property
    def donor_mail(self) -> DonorMail:
        _certified = self.certificate
        return actions.ask_donor_mail(
            summary=actions.issue_lot_summary(
                lot=self.world.lot, language="fr", by=self.world.officer
            ),
            address="dsi@mairie.exemple.test",
            by=self.world.officer,
        )

    @property
    def printed(self) -> str:
        """The first part of what there is to print: there is something."""
        return "1" if self.certificate.pk else ""

    @cached_property
    def erasure(self) -> Erasure:
        """With exceptions, waiting for a second person."""
        return self.world.erase_with_exceptions(self.world.receive().drives.get())

    @cached_property
    def results(self) -> ResultImport:
        """Another tool’s report of the drive, that nobody has applied."""
        return actions.take_in_results(
            body=log_of(self.drive).encode(),
            file_name="nwipe.log",
            site=self.world.site,
            by=self.world.technician,
        )

    @cached_property
    def difference(self) -> Difference:
        """What a packed machine says of itself, and its pack does not."""
        return differing(self.world)[1]

    @cached_property
    def destruction(self) -> Destruction:
        """Waiting for a second person."""
        return actions.record_destruction(
            drive=self.world.receive().drives.get(),
            method=DestructionMethod.SHRED,
            place=self.world.cupboard,
            destroyed_on=timezone.localdate(),
            photo=read_photo(taken()),
            by=self.world.technician,
        )

    @cached_property
    def scan(self) -> Scan:
        """Of the world's technician: a scan belongs to whoever scanned."""
        return actions.note_scan(
            scan=Scanned(nonce=uuid4(), mode=StationMode.LOOK_UP, code="UNKNOWN1"),
            outcome=ScanOutcome.ATTENTION,
            by=self.world.technician,
        )

    @cached_property
    def machine(self) -> FakeMachine:
        machine = FakeMachine()
        machine.join(self.world, self.world.technician)
        return machine

    @cached_property
    def agent(self) -> Agent:
        assert self.machine.agent
        return self.machine.agent

    @cached_property
    def report(self) -> Report:
        _joined = self.agent
        return self.machine.send().report

    @cached_property
    def likeness(self) -> Likeness:
        """A machine with the serial number of a device that somebody typed."""
        self.world.receive(serial="PF000001")
        found = started(self.world, box(1)).agent
        return Likeness.objects.get(agent=found)

    @cached_property
    def correction(self) -> Correction:
        return propose_merge(
            device=self.device,
            other=self.world.receive(),
            reason="Received twice",
            by=self.world.technician,
        )

    @cached_property
    def job(self) -> Job:
        return ask_job(agent=self.agent, kind=JobKind.REPORT, by=self.world.technician)

    @cached_property
    def run(self) -> ErasureRun:
        """An order for a device that no machine is known of."""
        device = self.world.receive()
        drives = list(device.drives.all())
        return order_erasure(device=device, drives=drives, by=self.world.technician)[0]


@dataclass(frozen=True)
class Parameter:
    """How a part of an address is filled in."""

    of: Callable[[Scene], str | UUID]
    # What it names is seen only by those whose role reaches its site.
    of_site: bool = True


PARAMETERS: Mapping[str, Parameter] = {
    "account": Parameter(lambda scene: scene.account.uuid, of_site=False),
    "site": Parameter(lambda scene: scene.world.site.uuid, of_site=False),
    "token": Parameter(lambda scene: scene.token.uuid, of_site=False),
    "invitation": Parameter(lambda scene: scene.invitation, of_site=False),
    "uidb36": Parameter(lambda scene: "1", of_site=False),
    "key": Parameter(lambda scene: "abc123-0123456789abcdef", of_site=False),
    "tag": Parameter(lambda scene: scene.device.tag),
    "code": Parameter(lambda scene: scene.device.tag),
    "step": Parameter(lambda scene: "keep", of_site=False),
    "drive_uuid": Parameter(lambda scene: scene.drive.uuid),
    "erasure_uuid": Parameter(lambda scene: scene.erasure.uuid),
    "report_uuid": Parameter(lambda scene: scene.results.uuid),
    "destruction_uuid": Parameter(lambda scene: scene.destruction.uuid),
    # Donors belong to the association as a whole.
    "donor_uuid": Parameter(
        lambda scene: scene.world.donation.donor.uuid, of_site=False
    ),
    "donation_uuid": Parameter(lambda scene: scene.world.donation.uuid),
    "lot_uuid": Parameter(lambda scene: scene.world.lot.uuid),
    "lot_code": Parameter(lambda scene: scene.world.lot.code),
    "place_tag": Parameter(lambda scene: scene.world.room.tag),
    "document_uuid": Parameter(lambda scene: scene.receipt.uuid),
    "certificate_uuid": Parameter(lambda scene: scene.certificate.document.uuid),
    "run_uuid": Parameter(lambda scene: scene.certificate_run.uuid),
    "mail_uuid": Parameter(lambda scene: scene.donor_mail.uuid),
    "public_id": Parameter(lambda scene: scene.certificate.public_id, of_site=False),
    "part": Parameter(lambda scene: scene.printed, of_site=False),
    "place_uuid": Parameter(lambda scene: scene.world.room.uuid),
    "scan_uuid": Parameter(lambda scene: scene.scan.uuid, of_site=False),
    "agent": Parameter(lambda scene: scene.agent.uuid),
    "report": Parameter(lambda scene: scene.report.report_id),
    "likeness": Parameter(lambda scene: scene.likeness.uuid),
    "correction": Parameter(lambda scene: scene.correction.uuid),
    "capability": Parameter(lambda scene: "laptop", of_site=False),
    "calendar": Parameter(lambda scene: scene.calendar, of_site=False),
    "saved": Parameter(lambda scene: scene.saved_filter.uuid, of_site=False),
    # Programmes belong to the association as a whole.
    "webhook": Parameter(lambda scene: scene.lent.webhook.uuid, of_site=False),
    "delivery": Parameter(lambda scene: scene.lent.delivery.uuid, of_site=False),
    "programme": Parameter(lambda scene: scene.lent.programme.uuid, of_site=False),
    "decision": Parameter(lambda scene: "take-up", of_site=False),
    "pack_tag": Parameter(lambda scene: scene.lent.pack.tag),
    "pack_line": Parameter(lambda scene: scene.lent.line.wanted.uuid, of_site=False),
    # Templates belong to the association as a whole.
    "template": Parameter(
        lambda scene: scene.lent.version.template.uuid, of_site=False
    ),
    "loan": Parameter(lambda scene: scene.lent.loan.uuid),
    "handover": Parameter(lambda scene: scene.lent.handover.uuid),
    "slip": Parameter(lambda scene: scene.lent.slip, of_site=False),
    "handover_paper": Parameter(lambda scene: scene.lent.handover_paper.uuid),
    # Belongs to no site: who settles messages settles all of them.
    "outgoing": Parameter(lambda scene: scene.lent.stuck.uuid, of_site=False),
    "given": Parameter(lambda scene: scene.lent.given.uuid),
    "return_receipt": Parameter(lambda scene: scene.lent.return_receipt.uuid),
    "sim_tag": Parameter(lambda scene: scene.lent.sim.tag),
    "modem_tag": Parameter(lambda scene: scene.lent.modem.tag),
    # What operators sell, what is counted and the rules are the same at every site.
    "plan": Parameter(lambda scene: scene.lent.plan.uuid, of_site=False),
    "kind": Parameter(lambda scene: scene.lent.counted.uuid, of_site=False),
    "country": Parameter(lambda scene: "BE", of_site=False),
    "name": Parameter(lambda scene: "model", of_site=False),
    "answer": Parameter(lambda scene: "accept", of_site=False),
    "job": Parameter(lambda scene: scene.job.uuid),
    "difference": Parameter(lambda scene: scene.difference.uuid),
    "run": Parameter(lambda scene: scene.run.uuid),
    "number": Parameter(lambda scene: "1", of_site=False),
    # What belongs to a structure; see tests/lending/scene.py.
    "structure": Parameter(lambda scene: scene.lent.structure.uuid),
    "membership": Parameter(lambda scene: scene.lent.membership.uuid),
    "invited": Parameter(lambda scene: scene.lent.invited.uuid),
    "person": Parameter(lambda scene: scene.lent.person.uuid),
    "merged_person": Parameter(lambda scene: scene.lent.merged_person.uuid),
    "quoted": Parameter(lambda scene: scene.lent.quota.programme.uuid, of_site=False),
    "pack_uuid": Parameter(lambda scene: scene.lent.pack.uuid),
    "sim_uuid": Parameter(lambda scene: scene.lent.sim.uuid),
    "request_uuid": Parameter(lambda scene: scene.lent.request.uuid),
    "question": Parameter(lambda scene: "goals", of_site=False),
    "purpose": Parameter(lambda scene: "photo", of_site=False),
}

# Something of the same shape that nothing has.
UNKNOWN: Mapping[str, str | UUID] = {
    **dict.fromkeys(PARAMETERS, uuid4()),
    "tag": format_tag(TagKind.COMPUTER, 999_999),
    "code": format_tag(TagKind.COMPUTER, 999_999),
    "pack_tag": format_tag(TagKind.PACK, 999_999),
    "lot_code": "L-1999-001",
    "place_tag": format_tag(TagKind.PLACE, 999_999),
    "number": "999999",
    "sim_tag": format_tag(TagKind.SIM, 999_999),
    "modem_tag": format_tag(TagKind.PERIPHERAL, 999_999),
    "country": "XX",
    "public_id": "f" * 32,
    "part": "99",
    "step": "no-such-step",
    "name": "no-such-value",
    "answer": "no-such-answer",
    "question": "no-such-question",
    "decision": "no-such-decision",
    "purpose": "no-such-purpose",
    "uidb36": "zzz",
    "invitation": "no:such:link",
    "calendar": "no:such:link",
    "capability": "no-such-capability",
    "slip": "no:such:link",
    "key": "zzz-zzz",
}
