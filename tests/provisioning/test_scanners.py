"""Serial scanners of scan stations: let in, heard, played on the page, sent away."""

from __future__ import annotations

import datetime as dt
import shlex
import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agent.scans import SCANNER_PATH, SCANS_PATH, JoinScanner, Read, Scans, ScansKept
from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site, SiteEvent
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import ScannerRevoked
from inventory.models import ArrivedScan, Device, Scan, StationScanner
from inventory.models.station_scanner import ANSWERS_WITHIN, EXPIRES, FRESH
from tests.inventory.station import Bench, bench
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
TOKEN = "rbs_a-fictional-credential-of-a-scanner"


@pytest.fixture(autouse=True)
def _no_wrong_codes() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    return world.receive()


@pytest.fixture
def station(client: Client, world: World) -> Bench:
    return bench(client, world.technician)


def let_in(world: World, station: str = "Bench 3") -> tuple[StationScanner, str]:
    return actions.let_scanner_in(site=world.site, station=station, by=world.technician)


def tell(path: str, body: bytes, token: str = "") -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = Client().post(path, body, "application/json", headers=headers)
    return answer.status_code, answer.json()


def join(
    code: str, station: str = "Bench 3", token: str = TOKEN
) -> tuple[int, dict[str, object]]:
    asked = JoinScanner(code=code, station=station, token=token)
    return tell(SCANNER_PATH, asked.to_bytes())


@pytest.fixture
def scanner(world: World) -> StationScanner:
    row, code = let_in(world)
    assert join(code)[0] == 201
    row.refresh_from_db()
    return row


def post(*codes: str, age_ms: int | None = 500, token: str = TOKEN) -> ScansKept:
    scans = Scans(
        scans=tuple(Read(nonce=uuid.uuid4(), code=c, age_ms=age_ms) for c in codes)
    )
    status, body = tell(SCANS_PATH, scans.to_bytes(), token)
    assert status == 200, body
    return ScansKept.from_json(body)


def poll(station: Bench, seen: str = "") -> list[tuple[str, str]]:
    """What the open page is given now: nonce and code of each."""
    address = reverse("inventory:station-arrived")
    station.answer = station.client.post(address, {"seen": seen})
    if station.answer.status_code == 204:
        return []
    context = station.answer.context
    playing = [row for row in context["arrived"] if row.nonce in context["playing"]]
    return [(str(row.nonce), row.code) for row in playing]


def waiting(station: Bench) -> list[str]:
    poll(station)
    return [row.code for row in station.answer.context["waiting"]]


# ------------------------------------------------------------------ joining


def test_a_scanner_joins_with_the_code_of_its_station(world: World) -> None:
    _row, code = let_in(world)
    assert join(f"{code[:4]}-{code[4:]}".lower())[0] == 201
    assert join(code)[0] == 201  # the first answer was lost on the way
    verbs = SiteEvent.objects.filter(subject=world.site).values_list("verb", flat=True)
    assert [v for v in verbs if v.startswith("scanner")] == [
        "scanner_let_in",
        "scanner_joined",
    ]
    assert StationScanner.objects.get().token_sha256 not in ("", TOKEN, None)


@pytest.mark.parametrize("case", ["used", "unknown", "expired", "elsewhere"])
def test_no_other_code_lets_a_scanner_in(world: World, case: str) -> None:
    _row, code = let_in(world)
    token, name = TOKEN, "Bench 3"
    if case == "used":
        join(code)
        token = "rbs_another-fictional-credential"
    elif case == "unknown":
        code = "00000000"
    elif case == "expired":
        StationScanner.objects.update(code_expires_at=timezone.now())
    else:
        name = "Bench 4"
    before = StationScanner.objects.values().get()
    status, body = join(code, name, token)
    assert (status, body["code"]) == (403, "code_invalid")
    assert StationScanner.objects.values().get() == before


def test_who_guesses_codes_has_to_wait(world: World) -> None:
    answers = {join(f"0000000{number % 10}")[0] for number in range(21)}
    assert answers == {403, 429}


def test_only_who_may_lets_a_scanner_in(world: World) -> None:
    auditor = person(Role.AUDITOR, site=world.site)
    with pytest.raises(NotPermitted):
        actions.let_scanner_in(site=world.site, station="Bench 3", by=auditor)
    elsewhere = Site.objects.create(name="Lens")
    with pytest.raises(NotPermitted):
        actions.let_scanner_in(site=elsewhere, station="Bench 3", by=world.technician)
    assert not StationScanner.objects.exists()


def test_the_line_to_type_gives_any_name_as_one_word(
    client: Client, world: World
) -> None:
    name = "Bench 3\"; reboot; $(id) '"
    client.force_login(world.technician)
    said = {"station": name, "site": str(world.site.uuid)}
    answer = client.post(reverse("inventory:station-scanners"), said)
    words = shlex.split(answer.context["line"])
    assert words[words.index("--station") + 1] == name
    assert len(words) == 12


# ------------------------------------------------------------------ hearing


def test_a_code_that_comes_again_is_kept_once(scanner: StationScanner) -> None:
    """By the door of `keep_arrived`, which `join_scanner` opened."""
    scans = Scans(scans=(Read(nonce=uuid.uuid4(), code="PC004217W", age_ms=0),))
    for _again in range(3):
        assert tell(SCANS_PATH, scans.to_bytes(), TOKEN)[0] == 200
    assert ArrivedScan.objects.count() == 1


def test_one_message_that_says_a_code_twice_keeps_it_once(
    scanner: StationScanner,
) -> None:
    scan = Read(nonce=uuid.uuid4(), code="PC004217W")
    assert tell(SCANS_PATH, Scans(scans=(scan, scan)).to_bytes(), TOKEN)[0] == 200
    assert ArrivedScan.objects.count() == 1


@pytest.mark.parametrize(
    ("token", "body", "status"),
    [
        ("", b'{"scans":[]}', 401),
        ("rbs_of-somebody-else-entirely", b'{"scans":[]}', 401),
        (TOKEN, b"{", 400),
        (TOKEN, b'{"scans":[{"nonce":"none","code":"A"}]}', 400),
        (TOKEN, b'{"scans":"A"}', 400),
    ],
)
def test_what_is_no_scan_of_ours_is_refused(
    scanner: StationScanner, token: str, body: bytes, status: int
) -> None:
    assert tell(SCANS_PATH, body, token)[0] == status
    assert not ArrivedScan.objects.exists()


def test_the_credential_opens_no_other_door(scanner: StationScanner) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for address in ("/api/agent/v1/assignment/", "/api/v1/devices/"):
        assert Client().get(address, headers=headers).status_code in (401, 403)


def test_a_scanner_that_was_sent_away_is_heard_no_more(
    world: World, scanner: StationScanner
) -> None:
    post("A01")
    actions.revoke_scanner(scanner=scanner, by=world.technician)
    assert tell(SCANS_PATH, b'{"scans":[]}', TOKEN)[0] == 401
    assert ArrivedScan.objects.count() == 1
    with pytest.raises(ScannerRevoked):
        actions.revoke_scanner(scanner=scanner, by=world.technician)


def test_strange_codes_and_ages_are_kept_without_harm(scanner: StationScanner) -> None:
    post("\x00\ud800é" * 200, "x" * 600, age_ms=2**63 - 1)
    assert {row.read_at for row in ArrivedScan.objects.all()} == {None}


# ------------------------------------------------------------------ on the page


def test_a_code_is_scanned_at_the_station_as_if_it_were_typed(
    station: Bench, scanner: StationScanner, device: Device
) -> None:
    post(device.tag)
    ((nonce, code),) = poll(station)
    card = station.scan(code, nonce=nonce, arrived="1")
    assert card.device == device
    assert Scan.objects.get(nonce=nonce).station == "Bench 3"
    assert poll(station) == []
    assert waiting(station) == []


def test_codes_come_in_order_and_only_to_their_station(
    station: Bench, world: World, scanner: StationScanner
) -> None:
    post("A01", "A02")
    post("A03")
    assert [code for _nonce, code in poll(station)] == ["A01", "A02", "A03"]
    StationScanner.objects.update(station="Bench 4")
    assert poll(station) == []


def test_nothing_new_is_not_drawn_again(
    station: Bench, scanner: StationScanner
) -> None:
    post("A01")
    poll(station)
    seen = station.answer.context["seen"]
    assert poll(station, seen) == []
    assert station.answer.status_code == 204


def test_two_pages_never_record_one_code_twice(
    station: Bench, world: World, scanner: StationScanner, device: Device
) -> None:
    post(device.tag)
    other = bench(Client(), world.lead)
    ((nonce, code),) = poll(station)
    assert poll(other) == []
    address = reverse("inventory:station-scan")
    said = {"code": code, "nonce": nonce, "arrived": "1"}
    assert other.client.post(address, said).status_code == 400
    station.scan(code, nonce=nonce, arrived="1")
    station.scan(code, nonce=nonce, arrived="1")  # the answer was lost
    assert Scan.objects.filter(code=code).count() == 1


def test_other_people_of_other_sites_see_nothing(
    scanner: StationScanner, world: World
) -> None:
    post("A01")
    elsewhere = Site.objects.create(name="Lens")
    stranger = bench(Client(), person(Role.TECHNICIAN, site=elsewhere))
    assert poll(stranger) == []
    assert waiting(stranger) == []


# ------------------------------------------------------------------ nobody there


@pytest.mark.parametrize("age_ms", [None, int(FRESH.total_seconds() * 1000) + 1000])
def test_old_codes_wait_in_sight_until_somebody_says_yes(
    station: Bench, scanner: StationScanner, device: Device, age_ms: int | None
) -> None:
    post(device.tag, age_ms=age_ms)
    assert poll(station) == []
    assert waiting(station) == [device.tag]
    page = station.client.get(reverse("inventory:station")).content.decode()
    assert "1 code of the scanner waits" in page
    station.client.post(reverse("inventory:station-release"))
    assert [code for _nonce, code in poll(station)] == [device.tag]


def test_codes_expire_in_sight_after_a_day(
    station: Bench, scanner: StationScanner
) -> None:
    post("A01")
    ArrivedScan.objects.update(arrived_at=timezone.now() - EXPIRES)
    ((nonce, code),) = [(str(r.nonce), r.code) for r in ArrivedScan.objects.all()]
    assert waiting(station) == ["A01"]
    assert "not recorded any more" in station.text
    station.client.post(reverse("inventory:station-release"))
    said = {"code": code, "nonce": nonce, "arrived": "1"}
    assert (
        station.client.post(reverse("inventory:station-scan"), said).status_code == 400
    )
    station.client.post(reverse("inventory:station-set-aside"))
    assert waiting(station) == []
    assert not Scan.objects.exists()


def test_codes_of_a_page_that_is_gone_may_be_taken_over(
    station: Bench, world: World, scanner: StationScanner
) -> None:
    post("A01")
    ((nonce, code),) = poll(station)
    lead = bench(Client(), world.lead)
    lead.client.post(reverse("inventory:station-release"))
    assert waiting(lead) == ["A01"]  # the first page may still be recording it
    ArrivedScan.objects.update(given_at=timezone.now() - ANSWERS_WITHIN)
    lead.client.post(reverse("inventory:station-release"))
    assert [each for _nonce, each in poll(lead)] == ["A01"]
    said = {"code": code, "nonce": nonce, "arrived": "1"}
    assert (
        station.client.post(reverse("inventory:station-scan"), said).status_code == 400
    )


def test_what_a_page_recorded_before_it_was_gone_is_not_taken_over(
    station: Bench, world: World, scanner: StationScanner, device: Device
) -> None:
    post(device.tag)
    ((nonce, code),) = poll(station)
    station.scan(code, nonce=nonce)  # recorded, and the server died before saying so
    ArrivedScan.objects.update(given_at=timezone.now() - ANSWERS_WITHIN)
    lead = bench(Client(), world.lead)
    lead.client.post(reverse("inventory:station-release"))
    assert poll(lead) == []
    assert waiting(lead) == []


def test_answered_codes_are_forgotten_after_a_month(
    station: Bench, scanner: StationScanner
) -> None:
    post("A01")
    ArrivedScan.objects.update(settled_at=timezone.now() - dt.timedelta(days=31))
    post("A02")
    assert [row.code for row in ArrivedScan.objects.all()] == ["A02"]


def test_nobody_takes_begins_or_puts_aside_without_the_right(
    scanner: StationScanner, world: World
) -> None:
    post("A01")
    nobody = person(Role.PARTNER_MEMBER)
    nonce = ArrivedScan.objects.get().nonce
    before = ArrivedScan.objects.values().get()
    for act in (
        lambda: actions.take_arrived(station="Bench 3", most=9, by=nobody),
        lambda: actions.begin_arrived(nonce=nonce, by=nobody),
        lambda: actions.settle_arrived(nonce=nonce, by=nobody),
        lambda: actions.release_arrived(station="Bench 3", by=nobody),
        lambda: actions.put_arrived_aside(station="Bench 3", by=nobody),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert ArrivedScan.objects.values().get() == before


# ------------------------------------------------------------------ the pages


def test_the_code_is_shown_once_with_the_line_to_type(
    client: Client, world: World
) -> None:
    client.force_login(world.technician)
    address = reverse("inventory:station-scanners")
    said = {"station": "Bench 3", "site": world.site.uuid}
    page = client.post(address, said).content.decode()
    assert "python3 -m agent scanner --port" in page
    assert StationScanner.objects.get().joined_at is None


def test_a_scanner_is_sent_away_from_its_page(
    client: Client, world: World, scanner: StationScanner
) -> None:
    client.force_login(world.technician)
    page = client.get(reverse("inventory:station-scanners")).content.decode()
    assert "Bench 3" in page
    client.post(reverse("inventory:station-scanner-revoke", args=[scanner.uuid]))
    scanner.refresh_from_db()
    assert scanner.revoked_at


def test_a_station_without_a_scanner_asks_for_nothing(station: Bench) -> None:
    page = station.client.get(reverse("inventory:station")).content.decode()
    assert "station-arrived" not in page
