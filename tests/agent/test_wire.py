from __future__ import annotations

import base64
import contextlib
import dataclasses
import datetime as dt
import enum
import json
import re
import uuid
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import identity, methods, proofs, values, vocabulary, wire
from agent import kinds as kinds_of
from agent.message import Part, kinds
from tests.agent.samples import NOW, drive, report

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs" / "wire.md"

MESSAGES = [
    each
    for each in (vars(wire) | vars(proofs)).values()
    if isinstance(each, type)
    and issubclass(each, wire.Message)
    and each is not wire.Message
]
SPOKEN = [
    wire.Report,
    wire.Envelope,
    wire.EnrolRequest,
    wire.EnrolReply,
    wire.ReportReply,
    wire.Time,
    wire.Problem,
    wire.Assignment,
    wire.Events,
    wire.EventsReply,
    wire.Rotated,
    wire.Connectivity,
]
SAMPLES: dict[str, type[wire.Message]] = {
    "report": wire.Report,
    "envelope": wire.Envelope,
    "enrol-request": wire.EnrolRequest,
    "enrol-reply": wire.EnrolReply,
    "report-reply": wire.ReportReply,
    "time": wire.Time,
    "problem": wire.Problem,
    "assignment": wire.Assignment,
    "events": wire.Events,
    "events-reply": wire.EventsReply,
    "rotated": wire.Rotated,
    "connectivity": wire.Connectivity,
}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


def sample(name: str) -> dict[str, object]:
    raw = json.loads((HERE / "wire" / "v1" / name).read_text())
    assert isinstance(raw, dict)
    return raw


@pytest.mark.parametrize(
    "path", sorted((HERE / "wire").glob("*/*.json")), ids=lambda path: path.stem
)
def test_everything_ever_sent_can_still_be_read(path):
    spoken = max((n for n in SAMPLES if path.stem.startswith(n)), key=len)
    message = SAMPLES[spoken].from_bytes(path.read_bytes())
    assert SAMPLES[spoken].from_bytes(message.to_bytes()) == message


def test_what_was_sent_keeps_its_meaning():
    laptop = wire.Report.from_json(sample("report-laptop-with-a-dead-clock.json"))
    assert laptop.taken_at == dt.datetime(2009, 1, 1, 0, 3, 4, 250000, dt.UTC)
    ssd, stick = laptop.drives
    assert (ssd.serial, ssd.medium, ssd.in_use) == ("FICTIFSSD0001N", "ssd", False)
    assert stick.in_use_by == (wire.Use.LIVE,)
    assert laptop.saw(wire.Subject.DRIVES)
    assert not laptop.saw(wire.Subject.DRIVE_HEALTH)


def test_a_report_without_the_newer_facts_knows_that_it_does_not_know_them():
    older = wire.Report.from_json(sample("report-laptop-with-a-dead-clock.json"))
    assert older.firmware
    assert (older.firmware.secure_boot, older.firmware.locks) == (None, ())
    assert (older.screens, older.peripherals, older.windows_11) == ((), (), None)
    ssd = older.drives[0]
    assert (ssd.abilities, ssd.native_bytes, ssd.behind) == (None, None, "unknown")
    assert ssd.health
    assert (ssd.health.attributes, ssd.health.self_test) == (None, "unknown")


def test_a_laptop_in_full_keeps_its_meaning():
    laptop = wire.Report.from_json(sample("report-laptop-in-full.json"))
    ssd, stick = laptop.drives
    assert ssd.abilities
    assert (ssd.abilities.security_frozen, ssd.abilities.erase_minutes) == (True, 2)
    assert ssd.health
    assert (ssd.health.attributes, ssd.health.failed_before) == (14, (190,))
    assert stick.behind is wire.Behind.USB_BRIDGE
    assert laptop.memory
    assert laptop.memory.modules[0].size_bytes == 8 * 2**30
    assert laptop.windows_11 == wire.Windows11(
        eligible=False, missing=(wire.Need.PROCESSOR,)
    )


def test_a_newer_agent_is_understood_as_far_as_its_words_are_known():
    newer = wire.Report.from_json(sample("report-from-a-newer-agent.json"))
    assert newer.drives[0].bus is wire.Bus.UNKNOWN
    assert newer.drives[0].medium is wire.Medium.UNKNOWN


def test_an_envelope_carries_the_exact_bytes_that_were_signed():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    envelope = wire.Envelope.from_json(sample("envelope-laptop.json"))
    key = Ed25519PublicKey.from_public_bytes(identity.public_key(bytes(range(32))))
    key.verify(envelope.signature, envelope.payload)
    assert envelope.report() == wire.Report.from_json(
        sample("report-laptop-with-a-dead-clock.json")
    )


def test_who_enrols_signs_three_lines():
    asked = wire.EnrolRequest.from_json(sample("enrol-request-laptop.json"))
    key = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
    assert asked.claim == f"rebond-enrol-v1\nK7QM3XPA\n{key}".encode()
    sign = identity.signer(bytes(range(32)))
    assert asked.proof == sign(asked.claim)


def test_the_hash_of_an_envelope_is_that_of_its_payload():
    envelope = wire.Envelope.seal(uuid.UUID(int=1), report(), lambda _: bytes(64))
    # sha256sum of the payload, as the next report will name it
    assert re.fullmatch("[0-9a-f]{64}", envelope.sha256)
    assert report(seq=2, prev_sha256=envelope.sha256).prev_sha256 == envelope.sha256


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"taken_at": "2026-03-02T09:30:00"}, "taken_at"),
        ({"taken_at": "2026-02-30T09:30:00Z"}, "taken_at"),
        ({"taken_at": "0001-01-01T00:00:00+23:00"}, "taken_at"),
        ({"taken_at": 5}, "taken_at"),
        ({"report_id": "{6f1c8a60-7d4e-4a3c-9a55-6a6f2b7d0c11}"}, "report_id"),
        ({"seq": 0}, "seq"),
        ({"seq": True}, "seq"),
        ({"seq": 2**63}, "seq"),
        ({"seq": 1.0}, "seq"),
        ({"prev_sha256": "AB" * 32}, "prev_sha256"),
        ({"kind": "wipe"}, "kind"),
        ({"machine": []}, "machine"),
        ({"machine": {"chassis_type": 300}}, "machine.chassis_type"),
        ({"drives": None}, "drives"),
        ({"drives": {}}, "drives"),
        ({"drives": [{"name": "sda"}]}, "drives[0].size_bytes"),
        (
            {"drives": [{"name": "a", "size_bytes": -1, "in_use": False}]},
            "drives[0].size_bytes",
        ),
        (
            {"drives": [{"name": "a", "size_bytes": 1, "in_use": 0}]},
            "drives[0].in_use",
        ),
        ({"drives": [{}] * 257}, "drives"),
        ({"unseen": [{"subject": "cpu"}]}, "unseen[0].why"),
        ({"version": "1"}, "version"),
    ],
    ids=str,
)
def test_a_malformed_report_says_where(change, where):
    raw = report().to_json() | change
    with pytest.raises(wire.Malformed) as malformed:
        wire.Report.from_json(raw)
    assert malformed.value.where == where


@pytest.mark.parametrize("version", [0, 2, -1, 2**70])
def test_a_report_of_another_version_is_told_from_a_malformed_one(version):
    with pytest.raises(wire.Unsupported) as unsupported:
        wire.Report.from_json(report().to_json() | {"version": version})
    assert unsupported.value.where == "version"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff{}",
        b"[" * 100_000,
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda body: str(body[:12]),
)
def test_bytes_that_are_no_plain_json_are_malformed(body):
    with pytest.raises(wire.Malformed):
        wire.Report.from_bytes(body)


def test_ten_thousand_drives_get_an_answer_in_words():
    with pytest.raises(wire.Malformed, match="drives: holds 10000, more than 256"):
        wire.Report.from_json(report().to_json() | {"drives": [{}] * 10_000})


def test_a_value_out_of_bounds_cannot_be_written_either():
    with pytest.raises(wire.Malformed, match="size_bytes"):
        drive(size_bytes=-1)
    with pytest.raises(wire.Malformed, match="drives"):
        report(drives=(drive(),) * 257)
    with pytest.raises(wire.Malformed, match="taken_at"):
        report(taken_at=NOW.replace(tzinfo=None))


def test_a_text_is_made_fit_and_never_refused():
    name = " \tA\x00B\x1b[31m\ud800\u202eC\n"
    assert drive(model=name).model == "A\ufffdB\ufffd[31m\ufffd\ufffdC"
    assert len(drive(model="x" * 10_000).model) == 128


def test_hostile_text_passes_as_the_data_it_is():
    word = """<script>alert('1')</script>; rm -rf / "$(id)" %s {0}"""
    raw = json.loads(report(drives=(drive(serial=word),)).to_bytes())
    assert wire.Report.from_json(raw).drives[0].serial == word


@settings(deadline=None)
@given(st.text())
def test_a_text_made_fit_once_stays_as_it_is(word):
    once = drive(model=word).model
    assert drive(model=once).model == once
    once.encode()


@pytest.mark.parametrize("message", SPOKEN, ids=lambda each: each.__name__)
@settings(deadline=None)
@given(raw=anything)
def test_any_json_is_a_message_or_malformed(message, raw):
    with contextlib.suppress(wire.Malformed):
        assert message.from_json(raw).to_bytes()


@settings(deadline=None)
@given(data=st.data())
def test_a_report_with_anything_in_any_place_is_a_report_or_malformed(data):
    raw = wire.decode(report(drives=(drive(), drive())).to_bytes())
    place: object = raw
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, dict | list) or data.draw(st.booleans()):
            place[key] = data.draw(anything)
            break
        place = inner
    try:
        read = wire.Report.from_json(raw)
    except wire.Malformed:
        return
    assert wire.Report.from_bytes(read.to_bytes()) == read


@settings(deadline=None)
@given(body=st.binary(max_size=200))
def test_any_bytes_are_a_message_or_malformed(body):
    with contextlib.suppress(wire.Malformed):
        assert wire.Envelope.from_bytes(body).to_bytes()


@settings(deadline=None)
@given(st.datetimes(timezones=st.just(dt.UTC)))
def test_an_instant_survives_the_journey(instant):
    time = wire.Time(nonce="n" * 16, now=instant)
    assert wire.Time.from_bytes(time.to_bytes()) == time


def test_an_instant_of_any_offset_is_held_in_utc():
    raw = {"nonce": "n" * 16, "now": "2026-03-02T10:30:00.5+01:00"}
    assert wire.Time.from_json(raw).now == dt.datetime(
        2026, 3, 2, 9, 30, 0, 500_000, dt.UTC
    )


@pytest.mark.parametrize("nonce", ["", "short", "n" * 65, "n" * 15 + "\n", "é" * 16])
def test_a_nonce_of_another_form_is_malformed(nonce):
    with pytest.raises(wire.Malformed, match="nonce"):
        wire.Time(nonce=nonce, now=NOW)


@pytest.mark.parametrize(
    "raw", ["", "?", "AAAA\n", "AAA", base64.b64encode(bytes(31)).decode(), 5]
)
def test_a_key_that_is_no_key_is_malformed(raw):
    request = sample("enrol-request-laptop.json") | {"public_key": raw}
    with pytest.raises(wire.Malformed, match="public_key"):
        wire.EnrolRequest.from_json(request)


def largest(kind: kinds_of.Kind) -> object:
    """The value that takes the most bytes in a field."""
    if isinstance(kind, kinds_of.Several):
        return (largest(kind.one),) * kind.cap
    if isinstance(kind, kinds_of.Maybe):
        return largest(kind.one)
    if isinstance(kind, Part):
        return filled(kind.message)
    if isinstance(kind, kinds_of.Text):
        return "\U0001f600" * kind.cap
    if isinstance(kind, kinds_of.Number):
        return kind.high
    if isinstance(kind, kinds_of.Choice):
        return max(kind.words, key=len)
    return {kinds_of.Flag: False, values.Instant: NOW, values.Id: uuid.UUID(int=1)}[
        type(kind)
    ]


def filled(message: type[wire.Message], **given: object) -> wire.Message:
    rest = {name: kind for name, kind in kinds(message).items() if name not in given}
    return message(**{name: largest(kind) for name, kind in rest.items()}, **given)


def test_the_largest_report_fits_into_one_request():
    """Even where every text is full of characters that take the most bytes."""
    full = filled(
        wire.Report,
        prev_sha256="a" * 64,
        tests=(),
        erasure=None,
        installed=None,
        connection=None,
    )
    assert isinstance(full, wire.Report)
    sealed = wire.Envelope.seal(uuid.UUID(int=1), full, lambda _: bytes(64))
    assert len(full.drives) == wire.MAX_DRIVES
    assert len(sealed.to_bytes()) < wire.MAX_BODY_BYTES


def test_the_largest_report_of_an_erasure_fits_into_one_request():
    record = filled(proofs.ErasureRecord, token="t" * 256)
    full = report(kind=wire.Kind.ERASURE, drives=(), erasure=record)
    sealed = wire.Envelope.seal(uuid.UUID(int=1), full, lambda _: bytes(64))
    assert len(sealed.to_bytes()) < wire.MAX_BODY_BYTES


def test_the_largest_report_of_an_environment_fits_into_one_request():
    done = filled(wire.Installed, sha256="a" * 64)
    full = report(kind=wire.Kind.PROVISION, drives=(), installed=done)
    sealed = wire.Envelope.seal(uuid.UUID(int=1), full, lambda _: bytes(64))
    assert len(sealed.to_bytes()) < wire.MAX_BODY_BYTES


def test_the_pack_s_line_keeps_its_meaning():
    said = wire.Report.from_json(sample("report-of-a-connection.json"))
    assert said.kind is wire.Kind.CONNECTION
    assert said.connection
    assert (said.connection.verdict, said.connection.matches) == ("works", True)
    (modem,) = said.connection.modems
    assert (modem.driver, modem.card.pin_tries) == (wire.Driver.MODEMMANAGER, 3)
    assert said.connection.link
    assert (said.connection.link.status, said.connection.link.bytes) == (200, 23_410)


def test_what_a_card_needs_is_read_and_not_shown():
    asked = wire.Connectivity.from_json(sample("connectivity-with-a-pin.json"))
    assert (asked.iccid, asked.pin) == ("89330100000000000012", "0451")
    assert "0451" not in repr(asked)
    assert "s3cret" not in repr(asked)


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "1234\n", '1234"'])
def test_what_is_no_pin_is_never_read_as_one(pin):
    raw = sample("connectivity-with-a-pin.json") | {"pin": pin}
    with pytest.raises(wire.Malformed, match="pin: is not a PIN"):
        wire.Connectivity.from_json(raw)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7QM-3XPA", "K7QM3XPA"),
        (" k7qm 3xpa ", "K7QM3XPA"),
        ("OIL1-OOLI", "01110011"),
        ("K7QM-3XP", ""),
        ("K7QM-3XPAA", ""),
        ("K7QM-3XPU", ""),
        ("K7QM-3XP!", ""),
        ("", ""),
    ],
)
def test_a_join_code_is_read_as_people_type_it(typed, code):
    assert wire.join_code(typed) == code


def test_every_code_has_one_status():
    assert set(wire.STATUS) == set(wire.Code) - {wire.Code.UNKNOWN}


def _page(part: str) -> str:
    """A section of docs/wire.md, by its heading."""
    heading = re.escape(part)
    found = re.search(
        rf"^#+ {heading}\n(.*?)(?=^#|\Z)", DOCS.read_text(), re.MULTILINE | re.DOTALL
    )
    assert found, f"docs/wire.md has no section {part}"
    return found[1]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda each: each.__name__)
def test_every_field_is_documented(message):
    name = "Problems" if message is wire.Problem else message.__name__
    page = _page(name)
    missing = [field for field in kinds(message) if f"`{field}`" not in page]
    assert not missing


def test_every_word_is_documented():
    page = DOCS.read_text()
    words = [
        word
        for choice in (vars(vocabulary) | vars(methods)).values()
        if isinstance(choice, type) and issubclass(choice, enum.StrEnum)
        for word in choice
    ]
    assert not [word for word in words if f"`{word}`" not in page]


def test_every_code_is_documented_with_its_status():
    page = _page("Problems")
    assert not [
        code
        for code, status in wire.STATUS.items()
        if f"| `{code}` | {status} |" not in page
    ]


def test_every_message_says_what_it_is():
    assert all(dataclasses.is_dataclass(message) for message in MESSAGES)
    assert all(message.__doc__ for message in MESSAGES)


def test_a_message_is_never_changed():
    one = drive()
    with pytest.raises(AttributeError):
        one.name = "sdb"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del one.name
    assert one == drive()


def test_a_message_is_replaced_within_the_same_bounds():
    one = drive()
    assert dataclasses.replace(one, serial=" A-1 ").serial == "A-1"
    with pytest.raises(wire.Malformed):
        dataclasses.replace(one, size_bytes=-1)


def test_a_message_is_the_same_but_for_what_is_named():
    one = drive()
    assert one.but(serial="A-1") == dataclasses.replace(one, serial="A-1")
    assert one.but() == one


def test_a_message_is_built_of_its_own_fields_and_of_all_that_it_needs():
    with pytest.raises(TypeError, match="has no colour"):
        wire.Machine(colour="red")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="needs subject"):
        wire.Unseen(why=wire.Why.UNKNOWN)  # type: ignore[call-arg]


def test_messages_are_compared_by_kind_and_value():
    assert hash(drive()) == hash(drive())
    assert drive() != dataclasses.replace(drive(), serial="another")
    assert wire.Machine() != wire.Firmware()


def test_a_credential_is_never_printed():
    rotated = wire.Rotated(token="a-secret-of-sixteen-and-more")
    assert repr(rotated) == "Rotated()"
    assert "1234" in repr(wire.Machine(serial="1234"))
