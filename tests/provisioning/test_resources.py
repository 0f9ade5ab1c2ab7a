"""The library: what comes in is looked at, kept once, described, and never deleted."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils import translation
from pytest_django.fixtures import Settings

from backoffice.core.errors import DomainError, NotPermitted
from backoffice.core.models import User
from backoffice.core.roles import Role
from backoffice.core.triggers import missing
from provisioning import actions
from provisioning.actions.uploads import incoming_of
from provisioning.errors import (
    DiskFull,
    ResourceKnown,
    ResourceMistyped,
    ResourceTooLarge,
    ResourceUnsafe,
    ResourceWithdrawn,
    SourceMissing,
    UploadTorn,
)
from provisioning.intake import take_in
from provisioning.kinds import Licence, ResourceKind, Withdrawal
from provisioning.models import Blob, Resource, ResourceEvent, Upload
from provisioning.store.archives import MOST_BYTES
from tests.provisioning.files import (
    FACTS,
    arrived,
    in_library,
    kept_files,
    packed,
    pdf,
    png,
    tar,
    zim,
)
from tests.world import person

pytestmark = pytest.mark.django_db
TTF = b"\x00\x01\x00\x00" + bytes(40)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(40)
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(40)


def said(value: object) -> str:
    """Part of a test's name: what is packed differs from one second to the next."""
    if isinstance(value, type):
        return value.__name__
    return value if isinstance(value, str) else "file"


@pytest.fixture
def lead() -> User:
    return person(Role.WORKSHOP_LEAD)


# ------------------------------------------------------------------ what comes in


@pytest.mark.parametrize(
    ("kind", "content", "media"),
    [
        ("sheet", pdf(), "application/pdf"),
        ("video", MP4, "video/mp4"),
        ("video", WEBM, "video/webm"),
        ("zim", zim(), "application/x-zim"),
        ("picture", png(), "image/png"),
        ("picture", png(form="JPEG"), "image/jpeg"),
        ("picture", png(form="WEBP"), "image/webp"),
        ("archive", tar("gz"), "application/gzip"),
        ("archive", tar("xz"), "application/x-xz"),
        ("archive", packed("cv.odt"), "application/zip"),
        ("package", packed("manifest.json"), "application/x-xpinstall"),
        (
            "package",
            b"!<arch>\ndebian-binary   ",
            "application/vnd.debian.binary-package",
        ),
        ("script", b"#!/bin/sh\nexit 0\n", "text/plain"),
        ("font", TTF, "font/ttf"),
    ],
    ids=said,
)
def test_each_kind_is_known_by_its_bytes(
    lead: User, kind: str, content: bytes, media: str
) -> None:
    resource = in_library(lead, content, ResourceKind(kind))
    assert (resource.blob.media, resource.blob.size) == (media, len(content))
    assert resource.kind == kind


@pytest.mark.parametrize(
    ("kind", "content", "refusal"),
    [
        ("sheet", b"<!DOCTYPE html><p>502 Bad Gateway", ResourceMistyped),
        ("sheet", pdf()[:-8], ResourceMistyped),
        ("sheet", png(), ResourceMistyped),
        ("video", pdf(), ResourceMistyped),
        ("zim", zim()[:-1], ResourceMistyped),
        ("zim", b"ZIM\x04", ResourceMistyped),
        ("picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", ResourceMistyped),
        ("picture", png()[:-30], ResourceMistyped),
        ("picture", png(form="GIF"), ResourceMistyped),
        ("picture", png(form="JPEG", gps=True), ResourceUnsafe),
        ("archive", tar()[:-20], ResourceMistyped),
        ("archive", tar("xz")[:-20], ResourceMistyped),
        ("archive", packed("a")[:-4], ResourceMistyped),
        ("archive", packed(), ResourceMistyped),
        ("archive", b"\x1f\x8b", ResourceMistyped),
        ("archive", tar("gz", "../../etc/shadow"), ResourceUnsafe),
        ("archive", tar("gz", "/etc/shadow"), ResourceUnsafe),
        ("archive", tar("gz", link="/etc"), ResourceUnsafe),
        ("archive", packed("../x"), ResourceUnsafe),
        ("archive", packed("a\\..\\x"), ResourceUnsafe),
        ("package", packed("readme.txt"), ResourceMistyped),
        ("script", b"\x7fELF", ResourceMistyped),
        ("script", b"#!/bin/sh\n\0", ResourceMistyped),
        ("script", b"#!" + b"x" * 1024 * 1024, ResourceTooLarge),
        ("font", b"", ResourceTooLarge),
        ("font", pdf(), ResourceMistyped),
    ],
    ids=said,
)
def test_what_is_not_what_it_should_be_is_refused_in_words(
    lead: User,
    settings: Settings,
    kind: str,
    content: bytes,
    refusal: type[DomainError],
) -> None:
    with pytest.raises(refusal) as refused:
        in_library(lead, content, ResourceKind(kind))
    assert refused.value.message
    assert not Resource.objects.exists()
    assert not Blob.objects.exists()
    assert kept_files(settings.STATE_DIR) == []


def test_an_archive_that_unpacks_to_too_much_is_refused(
    lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_BYTES > 1024**3
    monkeypatch.setattr("provisioning.store.archives.MOST_BYTES", 8)
    with pytest.raises(ResourceUnsafe, match="more than a machine"):
        in_library(lead, tar("gz", "a", "b"), ResourceKind.ARCHIVE)


def test_why_an_svg_is_refused_is_said(lead: User) -> None:
    with pytest.raises(ResourceMistyped) as refused:
        in_library(lead, b"<?xml version='1.0'?><svg/>", ResourceKind.PICTURE)
    assert "save it as PNG" in refused.value.advice


def test_the_same_bytes_come_in_once(lead: User, settings: Settings) -> None:
    first = in_library(lead)
    with pytest.raises(ResourceKnown) as refused:
        in_library(lead, facts=replace(FACTS, title_fr="Autre"))
    assert refused.value.facts == {"resource": str(first.uuid)}
    assert "Writing a mail" in refused.value.message
    assert Resource.objects.get() == first
    assert kept_files(settings.STATE_DIR) == [first.blob.sha256]


def test_two_at_once_who_add_the_same_file_are_one(lead: User) -> None:
    """The second looked before the first was written, and wrote after."""
    first = in_library(lead)
    kept = actions.resources.Kept(
        first.blob.sha256, first.blob.size, first.blob.media, ResourceKind.SHEET
    )
    with pytest.raises(ResourceKnown):
        actions.add_resource(file=kept, facts=FACTS, by=lead)
    assert ResourceEvent.objects.count() == 1


def test_a_withdrawn_file_does_not_come_back_by_another_door(lead: User) -> None:
    resource = in_library(lead)
    actions.withdraw_resource(resource=resource, reason=Withdrawal.LICENCE, by=lead)
    with pytest.raises(ResourceKnown, match="withdrawn") as refused:
        in_library(lead)
    assert refused.value.advice == str(Withdrawal.LICENCE.label)


def test_another_file_than_the_announced_one_is_refused(lead: User) -> None:
    file = arrived(pdf())
    with pytest.raises(UploadTorn):
        take_in(file, ResourceKind.SHEET, FACTS, sha256="0" * 64, by=lead)
    assert not Resource.objects.exists()
    assert file.received == len(pdf())


def test_what_others_wrote_names_its_source(lead: User) -> None:
    nowhere = replace(FACTS, source_url="")
    with pytest.raises(SourceMissing):
        in_library(lead, facts=nowhere)
    assert not Resource.objects.exists()
    ours = in_library(lead, facts=replace(nowhere, licence=Licence.OWN))
    with pytest.raises(SourceMissing):
        actions.amend_resource(resource=ours, facts=nowhere, by=lead)
    ours.refresh_from_db()
    assert ours.licence == Licence.OWN


# ------------------------------------------------------------------ what is done with it


def test_its_title_is_the_reader_s(lead: User) -> None:
    resource = in_library(lead)
    assert resource.title == "Writing a mail"
    with translation.override("fr"):
        assert str(resource) == "Écrire un courriel"
    resource.title_en = ""
    assert resource.title == "Écrire un courriel"


def test_it_is_described_anew_and_its_file_stays(lead: User) -> None:
    resource = in_library(lead)
    other = replace(FACTS, title_en="Mail", licence=Licence.BY)
    amended = actions.amend_resource(resource=resource, facts=other, by=lead)
    assert (amended.title_en, amended.licence) == ("Mail", Licence.BY)
    assert amended.blob == resource.blob
    actions.amend_resource(resource=resource, facts=other, by=lead)
    last = ResourceEvent.objects.get(subject=resource, sequence=2)
    assert last.data["fields"] == ["title_en", "licence"]


def test_it_is_withdrawn_with_a_reason_and_brought_back(lead: User) -> None:
    resource = in_library(lead)
    with pytest.raises(ResourceWithdrawn):
        actions.bring_back_resource(resource=resource, by=lead)
    actions.withdraw_resource(resource=resource, reason=Withdrawal.WRONG, by=lead)
    assert not Resource.objects.offered().exists()
    with pytest.raises(ResourceWithdrawn):
        actions.withdraw_resource(resource=resource, reason=Withdrawal.WRONG, by=lead)
    back = actions.bring_back_resource(resource=resource, by=lead)
    assert (back.withdrawn_at, back.withdrawn_because) == (None, "")
    verbs = resource.events.oldest_first().values_list("verb", flat=True)
    assert list(verbs) == [
        "resource_added",
        "resource_withdrawn",
        "resource_brought_back",
    ]


def test_a_withdrawn_file_is_still_there_for_machines_that_have_it(
    lead: User, settings: Settings
) -> None:
    resource = in_library(lead)
    actions.withdraw_resource(resource=resource, reason=Withdrawal.OUTDATED, by=lead)
    assert kept_files(settings.STATE_DIR) == [resource.blob.sha256]


def test_nothing_of_the_library_is_deleted(lead: User) -> None:
    resource = in_library(lead)
    with pytest.raises(ProtectedError):
        resource.delete()
    for change in (
        lambda: Blob.objects.update(size=1),
        lambda: Blob.objects.filter(pk=0).exists() or resource.blob.delete(),
    ):
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            change()
    assert missing(["provisioning_blob", "provisioning_resourceevent"]) == []


def test_who_may_not_keep_the_library_changes_nothing(lead: User) -> None:
    resource = in_library(lead)
    technician = person(Role.TECHNICIAN)
    mediator = person(Role.MEDIATOR)
    for act in (
        lambda: in_library(technician, pdf("other")),
        lambda: actions.amend_resource(resource=resource, facts=FACTS, by=technician),
        lambda: actions.withdraw_resource(
            resource=resource, reason=Withdrawal.WRONG, by=mediator
        ),
        lambda: actions.bring_back_resource(resource=resource, by=mediator),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert ResourceEvent.objects.count() == 1
    assert in_library(mediator, pdf("other")).added_by == mediator


def test_partners_see_no_library(lead: User) -> None:
    in_library(lead)
    assert not Resource.objects.visible_to(person(Role.PARTNER_MEMBER)).exists()
    assert Resource.objects.visible_to(person(Role.AUDITOR)).exists()


# ------------------------------------------------------------------ on its way in


def begun(by: User, *, name: str = "fiche.pdf", size: int = 20) -> Upload:
    return actions.begin_upload(
        name=name, size=size, changed=1, kind=ResourceKind.SHEET, by=by
    )


def test_the_same_file_goes_on_where_it_stopped(lead: User) -> None:
    first = begun(lead)
    incoming_of(first).append(0, [b"%PDF"], most=20)
    again = begun(lead)
    assert (again, incoming_of(again).received) == (first, 4)
    assert begun(lead, size=21) != first
    other = person(Role.MEDIATOR)
    assert begun(other) != first
    assert first not in Upload.objects.visible_to(other)


def test_what_is_too_large_is_refused_before_it_comes(lead: User) -> None:
    for size in (0, 1 << 40):
        with pytest.raises(ResourceTooLarge):
            begun(lead, size=size)
    assert not Upload.objects.exists()


def test_what_the_disk_has_no_room_for_is_refused_before_it_comes(
    lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.store.incoming.KEPT_FREE", 1 << 60)
    with pytest.raises(DiskFull):
        begun(lead)
    assert not Upload.objects.exists()


def test_an_upload_is_given_up(lead: User) -> None:
    upload = begun(lead)
    incoming_of(upload).append(0, [b"%PDF"], most=20)
    with pytest.raises(NotPermitted):
        actions.end_upload(upload=upload, by=person(Role.TECHNICIAN))
    assert incoming_of(upload).received == 4
    actions.end_upload(upload=upload, by=lead)
    assert not Upload.objects.exists()
    assert incoming_of(upload).received == 0


def test_what_was_left_half_way_is_forgotten_after_a_week(lead: User) -> None:
    old, fresh = begun(lead), begun(lead, name="autre.pdf")
    for upload in (old, fresh):
        incoming_of(upload).append(0, [b"%PDF"], most=20)
    week = 8 * 86_400
    before = time.time() - week
    os.utime(Path(incoming_of(old).path), (before, before))
    Upload.objects.filter(pk=old.pk).update(begun_at="2020-01-01T00:00:00Z")
    assert actions.forget_old_uploads() == 1
    assert list(Upload.objects.all()) == [fresh]
    assert incoming_of(fresh).received == 4
