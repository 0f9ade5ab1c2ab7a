"""People’s files: opened with the notice given, amended, forgotten in time."""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from lending.actions.access import require_open, require_side
from lending.errors import (
    BirthYearImpossible,
    ConsentKnown,
    ConsentMissing,
    ContactMalformed,
    ContactMissing,
    FileMerged,
    NumberMalformed,
    ReferentForeign,
)
from lending.kinds import (
    Aid,
    Channel,
    ConsentPurpose,
    Country,
    Public,
    Reading,
    SpokenLanguage,
)
from lending.models import (
    Beneficiary,
    BeneficiaryEvent,
    Consent,
    FileReading,
    Membership,
    Notice,
    Structure,
)
from lending.numbers import read_phone_in

MANAGE = "lending.manage_beneficiary"
# What people are told, and what they agree to; a new wording is a new number.
NOTICE_VERSION = 1
WORDING_VERSION = 1
# A file loses its person so long after anybody was last in touch (CNIL 2023-095).
KEPT_FOR = dt.timedelta(days=730)
# Letters and digits that nobody reads for one another.
_SIGNS = "23456789ABCDEFGHJKMNPQRTUVWXYZ"
_OLDEST = 120


@dataclasses.dataclass(frozen=True)
class PersonFacts:
    """What is written down of a person: these few facts and no other (§7, G1)."""

    first_name: str
    last_name: str = ""
    birth_year: int | None = None
    postcode: str = ""
    commune: str = ""
    channel: Channel = Channel.STRUCTURE
    contact: str = ""
    public: Public = Public.NOT_STATED
    language: SpokenLanguage = SpokenLanguage.FRENCH
    needs_interpreter: bool = False
    reading: Reading = Reading.NOT_STATED
    aids: tuple[Aid, ...] = ()

    def columns(self) -> dict[str, object]:
        columns = {
            field.name: getattr(self, field.name) for field in dataclasses.fields(self)
        }
        return columns | {"aids": list(self.aids), "name_key": self.name_key}

    @property
    def name_key(self) -> str:
        return name_key(self.first_name, self.last_name)


def name_key(first_name: str, last_name: str) -> str:
    """What two writings of one name share: no accents, no case, one space."""
    apart = unicodedata.normalize("NFKD", f"{first_name} {last_name}")
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(plain.casefold().split()).upper()[:121]


@transaction.atomic(durable=True)
def open_beneficiary(
    *,
    structure: Structure,
    facts: PersonFacts,
    notice_language: SpokenLanguage,
    by: Actor,
) -> Beneficiary:
    """Open a file for a person who was told what is kept; whoever opens it is referent."""
    structure = Structure.objects.lock(structure.pk)
    user, from_structure = require_side(by, structure, MANAGE)
    require_open(structure)
    facts = _possible(facts, structure)
    today = timezone.localdate()
    person = Beneficiary.objects.create(
        code=_fresh_code(),
        structure=structure,
        site_id=structure.site_id,
        referent=user if from_structure else None,
        last_contact_on=today,
        forget_on=today + KEPT_FOR,
        **facts.columns(),
    )
    BeneficiaryEvent.append(
        person, "opened", by=by, data={"structure": str(structure.uuid)}
    )
    _note_notice(person, notice_language, user, by=by)
    return person


@transaction.atomic(durable=True)
def amend_beneficiary(
    *, person: Beneficiary, facts: PersonFacts, by: Actor
) -> Beneficiary:
    """Change what is written down; the event says which fields, never to what."""
    person, _user = _held(person, by)
    wanted = _possible(facts, person.structure).columns()
    changed = [field for field, new in wanted.items() if getattr(person, field) != new]
    if not changed:
        return person
    for field in changed:
        setattr(person, field, wanted[field])
    person.save(update_fields=[*changed, *_touched(person)])
    told = [field for field in changed if field != "name_key"]
    BeneficiaryEvent.append(person, "amended", by=by, data={"fields": told})
    return person


@transaction.atomic(durable=True)
def give_notice(*, person: Beneficiary, language: SpokenLanguage, by: Actor) -> Notice:
    """Write down that the person was told again what is kept of them."""
    person, user = _held(person, by)
    return _note_notice(person, language, user, by=by)


@transaction.atomic(durable=True)
def record_consent(
    *, person: Beneficiary, purpose: ConsentPurpose, by: Actor
) -> Consent:
    """Write down that the person agrees to one purpose, to the wording of today."""
    person, user = _held(person, by)
    if person.consents.filter(purpose=purpose, withdrawn_on=None).exists():
        raise ConsentKnown(_("This agreement is written down already."))
    given = Consent.objects.create(
        beneficiary=person,
        purpose=purpose,
        wording_version=WORDING_VERSION,
        given_on=timezone.localdate(),
        collected_by=user,
    )
    data = {"purpose": purpose.value, "wording": WORDING_VERSION}
    BeneficiaryEvent.append(person, "consent_given", by=by, data=data)
    return given


@transaction.atomic(durable=True)
def withdraw_consent(
    *, person: Beneficiary, purpose: ConsentPurpose, by: Actor
) -> Consent:
    """The person takes an agreement back; from today it holds no more."""
    person, _user = _held(person, by)
    given = person.consents.filter(purpose=purpose, withdrawn_on=None).first()
    if given is None:
        raise ConsentMissing(_("There is no such agreement to take back."))
    given.withdrawn_on = timezone.localdate()
    given.save(update_fields=["withdrawn_on"])
    data = {"purpose": purpose.value}
    BeneficiaryEvent.append(person, "consent_withdrawn", by=by, data=data)
    return given


@transaction.atomic(durable=True)
def set_referent(*, person: Beneficiary, referent: User, by: Actor) -> Beneficiary:
    """Say which member of the structure knows the person."""
    person, _user = _held(person, by)
    members = Membership.objects.active().filter(structure=person.structure_id)
    if not members.filter(user=referent).exists():
        raise ReferentForeign(_("Only a member of the structure can be the referent."))
    person.referent = referent
    person.save(update_fields=["referent"])
    data = {"referent": str(referent.uuid)}
    BeneficiaryEvent.append(person, "referent_set", by=by, data=data)
    return person


@transaction.atomic(durable=True)
def note_contact(*, person: Beneficiary, by: Actor) -> Beneficiary:
    """Somebody was in touch with the person today: the file is kept from today on."""
    person, _user = _held(person, by)
    person.save(update_fields=_touched(person))
    BeneficiaryEvent.append(person, "contacted", by=by)
    return person


@transaction.atomic(durable=True)
def read_file(*, person: Beneficiary, by: Actor) -> Beneficiary:
    """Open a file to read it; whoever is not its referent leaves a trace (G16)."""
    structure = Structure.objects.get(pk=person.structure_id)
    user, _from_structure = require_side(by, structure, "lending.view_beneficiary")
    if person.referent_id != user.pk:
        FileReading.objects.create(beneficiary=person, reader=user)
    return person


def _held(person: Beneficiary, by: Actor) -> tuple[Beneficiary, User]:
    """The locked file and who acts: the referring structure’s member, or staff."""
    require_transaction()
    structure = Structure.objects.lock(person.structure_id)
    user, _from_structure = require_side(by, structure, MANAGE)
    require_open(structure)
    person = Beneficiary.objects.lock(person.pk)
    if person.merged_into is not None:
        raise FileMerged(
            _("This file was merged into %(kept)s.")
            % {"kept": person.merged_into.code},
            advice=_("Go on with that one."),
            kept=person.merged_into.code,
        )
    return person, user


def _touched(person: Beneficiary) -> list[str]:
    person.last_contact_on = timezone.localdate()
    person.forget_on = person.last_contact_on + KEPT_FOR
    return ["last_contact_on", "forget_on"]


def _note_notice(
    person: Beneficiary, language: SpokenLanguage, user: User, *, by: Actor
) -> Notice:
    notice = Notice.objects.create(
        beneficiary=person,
        version=NOTICE_VERSION,
        language=language,
        given_on=timezone.localdate(),
        given_by=user,
    )
    data = {"version": NOTICE_VERSION, "language": language.value}
    BeneficiaryEvent.append(person, "informed", by=by, data=data)
    return notice


def _fresh_code() -> str:
    """`PER-7Q4X2`: drawn at random, so that it says nothing; longer than needed is fine."""
    while True:
        drawn = "".join(secrets.choice(_SIGNS) for _sign in range(5))
        if not Beneficiary.objects.filter(code=f"PER-{drawn}").exists():
            return f"PER-{drawn}"


def _possible(facts: PersonFacts, structure: Structure) -> PersonFacts:
    """What can be so, with the telephone number in E.164; refuses the rest."""
    refuse_impossible_year(facts.birth_year)
    refuse_unreachable(facts.channel, facts.contact)
    contact = facts.contact.strip()
    if facts.channel == Channel.PHONE:
        contact = _dialled(contact, Country(structure.country))
    elif facts.channel == Channel.EMAIL:
        _refuse_no_address(contact)
    return dataclasses.replace(facts, contact=contact)


def _refuse_no_address(contact: str) -> None:
    try:
        validate_email(contact)
    except ValidationError as malformed:
        raise ContactMalformed(
            _("This is no e-mail address: it looks like prenom@exemple.org.")
        ) from malformed


def _dialled(contact: str, country: Country) -> str:
    try:
        return read_phone_in(contact, country)
    except NumberMalformed as malformed:
        raise ContactMalformed(
            _(
                "This is no telephone number: it looks like 06 39 98 00 01 or"
                " +33 6 39 98 00 01."
            )
        ) from malformed


def refuse_impossible_year(year: int | None) -> None:
    """A person was born this year at the latest, and not longer ago than people live."""
    this_year = timezone.localdate().year
    if year is not None and not this_year - _OLDEST <= year <= this_year:
        raise BirthYearImpossible(
            _("Nobody was born in %(year)s.") % {"year": year}, year=year
        )


def refuse_unreachable(channel: str, contact: str) -> None:
    """Whoever is not reached through the structure is reached somewhere."""
    if channel != Channel.STRUCTURE and not contact:
        raise ContactMissing(
            _("To reach the person, a telephone number or an address is needed."),
            advice=_("Write it down, or choose “through the structure”."),
        )
