"""What a method of a route may need, in the words of the tables beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
LIBRARY = "provisioning.view_resource"
LIBRARIAN = "provisioning.manage_resource"
ENVIRONMENTS = "provisioning.view_environment"
EDIT_ENVIRONMENT = "provisioning.edit_environment"
PUBLISH_ENVIRONMENT = "provisioning.publish_environment"
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


def of_delivery() -> Route:
    return Route(get=HANDED, named={"document": "delivery_note"})


def allauth(needed: str) -> Route:
    return Route(get=needed, post=needed, foreign=True)
