"""People’s files: few facts, the notice first, seen by those in charge alone."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from lending import actions
from lending.actions import PersonFacts
from lending.actions.beneficiaries import name_key
from lending.errors import (
    BirthYearImpossible,
    ConsentKnown,
    ConsentMissing,
    ContactMalformed,
    ContactMissing,
    FileMerged,
    MergeForeign,
    MergeTooOld,
    NotAMember,
    ReferentForeign,
)
from lending.kinds import Aid, Channel, ConsentPurpose, SpokenLanguage, StructureKind
from lending.models import Beneficiary, Consent, FileReading, Membership
from tests.lending.world import Partners
from tests.unchanged import refused
from tests.world import person

AMINA = PersonFacts(first_name="Amina", last_name="B", birth_year=1990)


def open_file(
    partners: Partners, facts: PersonFacts = AMINA, by: User | None = None
) -> Beneficiary:
    return actions.open_beneficiary(
        structure=partners.structure,
        facts=facts,
        notice_language=SpokenLanguage.ARABIC,
        by=by or partners.admin,
    )


def test_a_file_opens_with_the_notice_and_an_end(partners: Partners) -> None:
    found = open_file(partners)
    notice = found.notices.get()
    assert (notice.version, notice.language) == (1, "ar")
    assert found.referent == partners.admin
    assert found.forget_on - found.last_contact_on == dt.timedelta(days=730)
    assert found.code.startswith("PER-")
    assert "AMINA" not in found.code


def test_the_journal_of_a_file_names_nobody(partners: Partners) -> None:
    found = open_file(partners)
    facts = PersonFacts(
        first_name="Aminata", contact="+33639980001", channel=Channel.PHONE
    )
    actions.amend_beneficiary(person=found, facts=facts, by=partners.admin)
    told = str(list(found.events.values_list("data", flat=True)))
    assert "Amina" not in told
    assert "3998" not in told
    assert "first_name" in told


@pytest.mark.parametrize(
    "name", ["أمينة", "ꦏꦩꦭ", "N" * 60, "O’Neill-Şahin", "Jean  Édouard"]
)
def test_every_name_is_kept_as_it_is_written(partners: Partners, name: str) -> None:
    found = open_file(partners, PersonFacts(first_name=name))
    found.refresh_from_db()
    assert found.first_name == name


def test_two_ways_of_writing_a_name_share_its_key() -> None:
    assert name_key("Édouard ", "ben  Salem") == name_key("edouard", "BEN SALEM")
    assert name_key("أمينة", "") != ""


def test_nobody_was_born_in_1870_or_tomorrow(partners: Partners) -> None:
    for year in (1870, timezone.localdate().year + 1):
        with refused(BirthYearImpossible):
            open_file(partners, PersonFacts(first_name="A", birth_year=year))


def test_who_is_called_has_a_number(partners: Partners) -> None:
    with refused(ContactMissing):
        open_file(partners, PersonFacts(first_name="A", channel=Channel.PHONE))


def test_only_members_and_the_staff_in_charge_open_files(partners: Partners) -> None:
    open_file(partners, by=person(Role.MEDIATOR, site=partners.site))
    elsewhere = Site.objects.create(name="Ailleurs")
    for nobody in (
        person(Role.TECHNICIAN),
        person(Role.AUDITOR),
        person(Role.MEDIATOR, site=elsewhere),
    ):
        with refused(NotAMember):
            open_file(partners, by=nobody)


def test_a_file_is_seen_by_its_structure_and_the_staff_in_charge(
    partners: Partners,
) -> None:
    found = open_file(partners)
    other = partners.register("Mission locale", StructureKind.ML)
    stranger = partners.join(other, "s@exemple.test").user
    seers = (partners.admin, partners.coordinator)
    for user in seers:
        assert found in Beneficiary.objects.visible_to(user)
    for user in (
        stranger,
        person(Role.TECHNICIAN),
        person(Role.AUDITOR),
        person(Role.COORDINATOR, site=Site.objects.create(name="Ailleurs")),
    ):
        assert found not in Beneficiary.objects.visible_to(user)


def test_who_leaves_the_structure_sees_no_file_at_once(partners: Partners) -> None:
    found = open_file(partners)
    second = partners.join(partners.structure, "leo@exemple.test")
    assert found in Beneficiary.objects.visible_to(User.objects.get(pk=second.user_id))
    actions.end_membership(membership=second, by=partners.admin)
    gone = User.objects.get(pk=second.user_id)
    assert found not in Beneficiary.objects.visible_to(gone)
    with refused(NotAMember):
        actions.read_file(person=found, by=gone)


def test_a_reader_who_is_not_the_referent_leaves_a_trace(partners: Partners) -> None:
    found = open_file(partners)
    actions.read_file(person=found, by=partners.admin)
    assert not FileReading.objects.exists()
    actions.read_file(person=found, by=partners.coordinator)
    assert FileReading.objects.get().reader == partners.coordinator


def test_amending_keeps_the_file_for_longer(partners: Partners) -> None:
    found = open_file(partners)
    later = timezone.now() + dt.timedelta(days=100)
    with time_machine.travel(later, tick=False):
        facts = PersonFacts(first_name="Amina", aids=(Aid.BIG_TEXT,))
        amended = actions.amend_beneficiary(
            person=found, facts=facts, by=partners.admin
        )
        assert amended.last_contact_on == timezone.localdate(later)
        actions.amend_beneficiary(person=found, facts=facts, by=partners.admin)
    assert found.events.filter(verb="amended").count() == 1


def test_a_contact_keeps_the_file_for_longer(partners: Partners) -> None:
    found = open_file(partners)
    with time_machine.travel(timezone.now() + dt.timedelta(days=9), tick=False):
        actions.note_contact(person=found, by=partners.admin)
    found.refresh_from_db()
    assert found.forget_on > timezone.localdate() + dt.timedelta(days=730)


def test_a_notice_is_given_again_in_another_language(partners: Partners) -> None:
    found = open_file(partners)
    actions.give_notice(person=found, language=SpokenLanguage.FRENCH, by=partners.admin)
    assert found.notices.count() == 2


def test_one_agreement_per_purpose_and_it_is_taken_back(partners: Partners) -> None:
    found = open_file(partners)
    photo = {"person": found, "purpose": ConsentPurpose.PHOTO, "by": partners.admin}
    with refused(ConsentMissing):
        actions.withdraw_consent(**photo)  # type: ignore[arg-type]
    actions.record_consent(**photo)  # type: ignore[arg-type]
    with refused(ConsentKnown):
        actions.record_consent(**photo)  # type: ignore[arg-type]
    actions.withdraw_consent(**photo)  # type: ignore[arg-type]
    actions.record_consent(**photo)  # type: ignore[arg-type]
    assert Consent.objects.filter(withdrawn_on=None).count() == 1


def test_the_referent_is_a_member_of_the_structure(partners: Partners) -> None:
    found = open_file(partners)
    second = partners.join(partners.structure, "leo@exemple.test").user
    actions.set_referent(person=found, referent=second, by=partners.admin)
    found.refresh_from_db()
    assert found.referent == second
    with refused(ReferentForeign):
        actions.set_referent(
            person=found, referent=partners.coordinator, by=partners.admin
        )


# ------------------------------------------------------------------ one person twice


def test_the_same_name_is_proposed_unless_something_contradicts(
    partners: Partners,
) -> None:
    first = open_file(partners)
    same = open_file(partners, PersonFacts(first_name="amina", last_name="b"))
    open_file(partners, PersonFacts(first_name="Amina", last_name="B", birth_year=1960))
    assert actions.likely_same(first, partners.coordinator) == [same]
    assert actions.likely_same(first, person(Role.TECHNICIAN)) == []


def test_a_merge_points_and_moves_nothing(partners: Partners) -> None:
    kept, absorbed = open_file(partners), open_file(partners)
    by = partners.coordinator
    actions.merge_beneficiaries(kept=kept, absorbed=absorbed, by=by)
    assert absorbed not in Beneficiary.objects.visible_to(by)
    assert absorbed in Beneficiary.objects.visible_to(by, merged=True)
    assert absorbed.notices.count() == 1
    with refused(FileMerged):
        actions.note_contact(person=absorbed, by=partners.admin)
    with refused(FileMerged):
        actions.merge_beneficiaries(kept=kept, absorbed=absorbed, by=by)


def test_a_merge_is_taken_back_within_thirty_days(partners: Partners) -> None:
    kept, absorbed = open_file(partners), open_file(partners)
    by = partners.coordinator
    actions.merge_beneficiaries(kept=kept, absorbed=absorbed, by=by)
    late = timezone.now() + dt.timedelta(days=31)
    with time_machine.travel(late, tick=False), refused(MergeTooOld):
        actions.part_beneficiaries(absorbed=absorbed, by=by)
    actions.part_beneficiaries(absorbed=absorbed, by=by)
    assert absorbed in Beneficiary.objects.visible_to(by)
    with refused(MergeTooOld):
        actions.part_beneficiaries(absorbed=absorbed, by=by)


def test_a_member_merges_nobody_and_no_file_with_itself(partners: Partners) -> None:
    kept, absorbed = open_file(partners), open_file(partners)
    with refused(NotPermitted):
        actions.merge_beneficiaries(kept=kept, absorbed=absorbed, by=partners.admin)
    with refused(MergeForeign):
        actions.merge_beneficiaries(kept=kept, absorbed=kept, by=partners.coordinator)


# ------------------------------------------------------------------ the table


def test_a_file_has_few_facts() -> None:
    about = {field.name for field in Beneficiary._meta.fields}
    kept = about - {
        *("id", "uuid", "code", "name_key", "structure", "site", "referent"),
        *("merged_into", "merged_at", "opened_at"),
        *("last_contact_on", "forget_on", "anonymised_at"),
    }
    assert len(kept) <= 15
    assert not kept & {"birth_date", "address", "nationality", "income"}


def test_only_a_forgotten_person_has_no_first_name(partners: Partners) -> None:
    found = open_file(partners)
    found.first_name = ""
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save()


def test_membership_of_somebody_else_opens_nothing(partners: Partners) -> None:
    found = open_file(partners)
    Membership.objects.filter(user=partners.admin).update(
        is_active=False, is_admin=False, left_at=timezone.now()
    )
    assert found not in Beneficiary.objects.visible_to(
        User.objects.get(pk=partners.admin.pk)
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 39 98 00 01", "+33639980001"),
        ("+32 470 00 00 00", "+32470000000"),
        ("0032470000000", "+32470000000"),
    ],
)
def test_a_telephone_is_kept_with_its_country(
    partners: Partners, typed: str, kept: str
) -> None:
    facts = PersonFacts(first_name="Awa", channel=Channel.PHONE, contact=typed)
    assert open_file(partners, facts).contact == kept


@pytest.mark.parametrize(
    ("channel", "contact"),
    [
        (Channel.PHONE, "612345678"),
        (Channel.PHONE, "Chez sa sœur"),
        (Channel.EMAIL, "awa@exemple"),
        (Channel.EMAIL, "0639980001"),
    ],
)
def test_what_reaches_nobody_is_refused(
    partners: Partners, channel: Channel, contact: str
) -> None:
    facts = PersonFacts(first_name="Awa", channel=channel, contact=contact)
    with refused(ContactMalformed):
        open_file(partners, facts)
    found = open_file(partners)
    with refused(ContactMalformed):
        actions.amend_beneficiary(person=found, facts=facts, by=partners.admin)
