"""SIM cards: taken into stock, corrected, followed, their codes shown to few."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, keep_form, permit
from backoffice.core.keys import encryption_key
from backoffice.core.models import Site
from backoffice.core.transactions import require_transaction
from inventory.models.tag_counter import next_tag
from inventory.tags import TagKind
from lending import numbers
from lending.actions.holding import end_holding
from lending.actions.status import change_status
from lending.errors import CardKnown, NoCodesKept, StatusImpossible
from lending.models import PinPolicy, Plan, SimCard, SimEvent
from lending.states import SIM_NEXT, SimStatus

MANAGE = "lending.manage_sim"
# What a person writes down of a card; the rest comes with packs and hand-overs.
BY_HAND = frozenset(
    {SimStatus.ACTIVATED, SimStatus.SUSPENDED, SimStatus.EXPIRED}
    | {SimStatus.TERMINATED, SimStatus.LOST, SimStatus.BLOCKED}
)


@dataclasses.dataclass(frozen=True)
class Codes:
    """The secrets of a card; neither shows in a log that prints this."""

    pin: str = dataclasses.field(default="", repr=False)
    puk: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True)
class CardFacts:
    """What is written on a card and its holder; empty codes leave those that are kept."""

    iccid: str
    operator: str = ""
    msisdn: str = ""
    imsi: str = ""
    codes: Codes = dataclasses.field(default_factory=Codes)

    @property
    def iccid_key(self) -> str:
        return numbers.read_iccid(self.iccid)[: numbers.KEY_DIGITS]


@transaction.atomic(durable=True)
def receive_sim(
    *,
    iccid: str,
    site: Site,
    operator: str = "",
    msisdn: str = "",
    imsi: str = "",
    codes: Codes | None = None,
    plan: Plan | None = None,
    by: Actor,
) -> SimCard:
    """Take a card into stock under a tag of its own; its number is read as scanned.

    A `plan` that it came with begins when the card goes to a person.
    """
    permit(by, MANAGE, at=site.pk)
    read = numbers.read_iccid(iccid)
    codes = codes or Codes()
    try:
        with transaction.atomic(savepoint=True):
            card = SimCard.objects.create(
                tag=next_tag(TagKind.SIM),
                iccid=read,
                iccid_key=read[: numbers.KEY_DIGITS],
                operator=operator or numbers.operator_of(read),
                msisdn=numbers.read_phone(msisdn) if msisdn else "",
                imsi=numbers.read_imsi(imsi) if imsi else "",
                pin_encrypted=hidden(numbers.read_pin(codes.pin) if codes.pin else ""),
                puk_encrypted=hidden(numbers.read_puk(codes.puk) if codes.puk else ""),
                plan=plan,
                site=site,
                status_since=timezone.now(),
            )
    except IntegrityError as twice:
        raise _known(read) from twice
    SimEvent.append(card, "received", by=by, data={"operator": card.operator})
    return card


@transaction.atomic(durable=True)
def amend_sim(*, card: SimCard, facts: CardFacts, by: Actor) -> SimCard:
    """Correct what is written down of a card; the event says which fields, never to what.

    Codes that are left empty stay as they are. The card's own number is corrected while
    the card is in stock: afterwards the register speaks of it.
    """
    card = SimCard.objects.lock(card.pk)
    permit(by, MANAGE, at=card.site_id)
    wanted = _read(facts)
    changed = [field for field, new in wanted.items() if getattr(card, field) != new]
    if not changed:
        keep_form(by)
        return card
    if "iccid" in changed:
        _refuse_renumbered(card)
        card.iccid_key = facts.iccid_key
    for field in changed:
        setattr(card, field, wanted[field])
    try:
        with transaction.atomic(savepoint=True):
            card.save(update_fields=[*changed, "iccid_key"])
    except IntegrityError as twice:
        raise _known(wanted["iccid"]) from twice
    SimEvent.append(card, "amended", by=by, data={"fields": changed})
    return card


@transaction.atomic(durable=True)
def let_pin_be_entered(*, card: SimCard, policy: PinPolicy, by: Actor) -> SimCard:
    """Say who enters a card’s PIN: a person, or the machine of its pack."""
    card = SimCard.objects.lock(card.pk)
    permit(by, "lending.view_sim_secret", at=card.site_id)
    if card.pin_policy == policy:
        keep_form(by)
        return card
    card.pin_policy = policy
    card.save(update_fields=["pin_policy"])
    SimEvent.append(card, "pin_policy", by=by, data={"policy": policy.value})
    return card


@transaction.atomic(durable=True)
def see_sim_codes(*, card: SimCard, by: Actor) -> Codes:
    """Show a card's PIN and PUK to who may see them: every look stays written."""
    card = SimCard.objects.lock(card.pk)
    permit(by, "lending.view_sim_secret", at=card.site_id)
    codes = Codes(pin=shown(card.pin_encrypted), puk=shown(card.puk_encrypted))
    if not (codes.pin or codes.puk):
        raise NoCodesKept(_("No codes of this card are kept here."))
    SimEvent.append(card, "codes_seen", by=by)
    return codes


@transaction.atomic(durable=True)
def follow_sim(*, card: SimCard, to: SimStatus, by: Actor) -> SimCard:
    """Write down what became of a card: suspended, lost, blocked, at its end."""
    card = SimCard.objects.lock(card.pk)
    permit(by, MANAGE, at=card.site_id)
    if to not in BY_HAND:
        raise StatusImpossible(
            _("“%(wanted)s” comes with a pack or a hand-over.") % {"wanted": to.label},
            wanted=to.value,
        )
    change_status(card, to, "moved_on", next_after=SIM_NEXT, journal=SimEvent, by=by)
    if to in {SimStatus.EXPIRED, SimStatus.TERMINATED}:
        end_holding(card, timezone.localdate())
    return card


def _read(facts: CardFacts) -> dict[str, Any]:
    """The columns that these facts make; a code that is not given is not among them."""
    wanted: dict[str, Any] = {
        "iccid": numbers.read_iccid(facts.iccid),
        "operator": facts.operator,
        "msisdn": numbers.read_phone(facts.msisdn) if facts.msisdn else "",
        "imsi": numbers.read_imsi(facts.imsi) if facts.imsi else "",
    }
    if facts.codes.pin:
        wanted["pin_encrypted"] = hidden(numbers.read_pin(facts.codes.pin))
    if facts.codes.puk:
        wanted["puk_encrypted"] = hidden(numbers.read_puk(facts.codes.puk))
    return wanted


def _refuse_renumbered(card: SimCard) -> None:
    if card.status != SimStatus.IN_STOCK or card.holdings.exists():
        raise StatusImpossible(
            _("The number of %(card)s is not changed any more: it has been in use.")
            % {"card": card},
            status=card.status,
        )


def _known(iccid: str) -> CardKnown:
    known = SimCard.objects.filter(iccid_key=iccid[: numbers.KEY_DIGITS]).first()
    return CardKnown(_("This card is here already: %(card)s.") % {"card": known})


def hidden(secret: str) -> bytes:
    """A step: encrypted with the key beside the database; nothing stays nothing."""
    require_transaction()
    return _key().encrypt(secret.encode()) if secret else b""


def shown(kept: bytes | memoryview) -> str:
    """What `hidden` made, in clear: for an act that writes the look down."""
    return _key().decrypt(bytes(kept)).decode() if kept else ""


def _key() -> Fernet:
    return encryption_key(Path(settings.STATE_DIR) / "sim_codes_key")
