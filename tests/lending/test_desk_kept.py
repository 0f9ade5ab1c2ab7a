"""Lists as files, filters under a name, and a calendar that names nobody."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from functools import partial
from xml.etree import ElementTree

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone, translation

from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from lending import actions
from lending.errors import FilterTooLong
from lending.exports.calendar import fold, text
from lending.exports.sheet import Sheet, csv_lines, xlsx_parts
from lending.kinds import StructureKind
from lending.links import calendar_link
from lending.models import CalendarAddress, HandOver, SavedFilter
from lending.models.desk import Listing
from lending.states import HandOverMode
from tests.lending.packs import Bench, make_bench
from tests.lending.requests import for_one, someone
from tests.unchanged import refused
from tests.world import person

NAMES = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINE = re.compile(r"[A-Z-]+(;[A-Z-]+=[^:;]+)*:.*")


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


@pytest.fixture
def here(client: Client, bench: Bench) -> Client:
    client.force_login(bench.coordinator)
    return client


def sensitive(bench: Bench) -> None:
    """Say that the structure is one whose kind says too much."""
    bench.partners.structure.kind = StructureKind.CSAPA
    bench.partners.structure.save()


def body(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def as_rows(client: Client, address: str) -> list[list[str]]:
    found = body(client, address).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(found)))


def planned(bench: Bench, **facts: object) -> HandOver:
    pack = bench.placed(bench.closed())
    request = bench.request()
    actions.attach_to_request(pack=pack, request=request, by=bench.coordinator)
    told: dict[str, object] = {
        "planned_at": timezone.now() + dt.timedelta(days=2),
        "where": "Salle 4, rue des Lilas",
        **facts,
    }
    return actions.plan_handover(
        pack=pack,
        structure=bench.partners.structure,
        mode=HandOverMode.GIFT,
        request=request,
        by=bench.coordinator,
        **told,  # type: ignore[arg-type]
    )


# ------------------------------------------------------------------ files


def test_a_file_says_its_filters_who_made_it_and_when(
    here: Client, bench: Bench
) -> None:
    bench.request()
    bench.request()
    rows = as_rows(here, "/requests.csv?status=to_prepare")
    told = {row[0]: row[1] for row in rows if len(row) == 2}
    assert told["State"] == "To prepare"
    assert told["Made by"].startswith("Camille Coordination")
    assert told["Made at"].startswith(str(timezone.localdate().year))
    assert rows[-3][0] == "Number"
    assert len(rows[-1]) == len(rows[-3]) == 16


def test_a_file_has_the_rows_of_its_list(here: Client, bench: Bench) -> None:
    bench.request()
    bench.begin()
    planned(bench)
    for name, query, count in (
        ("requests", "status=approved", 1),
        ("requests", "", 2),
        ("packs", "status=draft", 1),
        ("handovers", "when=week", 1),
        ("loans", "", 0),
    ):
        rows = as_rows(here, f"/{name}.csv?{query}")
        after_the_break = rows[rows.index([]) + 2 :]
        assert len(after_the_break) == count, name


def test_people_are_codes_and_sensitive_structures_have_no_name(
    here: Client, bench: Bench
) -> None:
    samira = someone(bench.partners)
    for_one(bench.partners, samira)
    told = body(here, "/requests.csv").decode()
    assert samira.code in told
    assert "Samira" not in told
    assert bench.partners.structure.name in told
    sensitive(bench)
    for address in ("/requests.csv", "/requests.xlsx"):
        masked = body(here, address)
        assert bench.partners.structure.name.encode() not in masked
    only = f"/requests.csv?structure={bench.partners.structure.uuid}"
    assert "Another structure,Other" in body(here, only).decode()
    assert bench.partners.structure.name.encode() not in body(here, only)


def test_a_file_says_what_its_list_shows_where_nothing_was_chosen(
    bench: Bench, here: Client
) -> None:
    assert "Show,All that are out" in body(here, "/loans.csv").decode()
    assert "When,To do" in body(here, "/handovers.csv").decode()
    assert "When,Ended" in body(here, "/handovers.csv?when=ended").decode()


def test_a_workbook_opens_with_its_two_sheets(here: Client, bench: Bench) -> None:
    request = bench.request()
    book = zipfile.ZipFile(io.BytesIO(body(here, "/requests.xlsx")))
    assert book.testzip() is None
    for name in book.namelist():
        ElementTree.fromstring(book.read(name))
    listed = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    texts = [each.text for each in listed.iter(f"{NAMES}t")]
    assert texts[0] == "Number"
    assert request.number in texts
    told = book.read("xl/worksheets/sheet2.xml").decode()
    assert "Camille Coordination" in told


def test_nothing_in_a_file_runs_as_a_formula() -> None:
    told = Sheet("=1+1", "About", [("@x", "-2")], ["h"], [["=cmd|' /C calc'!A0", -3]])
    lines = list(csv.reader(io.StringIO("".join(csv_lines(told)).lstrip("\ufeff"))))
    assert lines[0] == ["'=1+1"]
    assert lines[1] == ["'@x", "'-2"]
    assert lines[-1] == ["'=cmd|' /C calc'!A0", "-3"]
    book = zipfile.ZipFile(io.BytesIO(b"".join(xlsx_parts(told))))
    cells = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(cells.iter(f"{NAMES}f"))
    assert [cell.get("t") for cell in cells.iter(f"{NAMES}c")][1:] == [
        "inlineStr",
        None,
    ]


@pytest.mark.parametrize(("language", "written"), [("fr", "45,50"), ("en", "45.50")])
def test_a_price_is_a_number_in_euros(language: str, written: str) -> None:
    told = Sheet("Sold", "About", [], ["Price (€)"], [[Decimal("45.5")]])
    with translation.override(language):
        lines = csv_lines(told)
    # Written while it is read, when the reader's language is gone.
    assert written in "".join(lines)
    book = zipfile.ZipFile(io.BytesIO(b"".join(xlsx_parts(told))))
    cells = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    (_heading, price) = cells.iter(f"{NAMES}c")
    assert (price.get("t"), price.get("s"), price[0].text) == (None, "1", "45.50")
    styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    formats = [each.get("numFmtId") for each in next(styles.iter(f"{NAMES}cellXfs"))]
    assert formats == ["0", "4"]


def test_what_no_workbook_can_hold_is_shown_as_such() -> None:
    told = Sheet("a[b]*?:/\\", "A", [], [], [["<\x00\ud800&>"]])
    book = zipfile.ZipFile(io.BytesIO(b"".join(xlsx_parts(told))))
    cells = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert [each.text for each in cells.iter(f"{NAMES}t")] == ["<\ufffd\ufffd&>"]


def test_who_may_not_export_sees_no_file(client: Client, bench: Bench) -> None:
    client.force_login(person(Role.MEDIATOR, site=bench.world.site))
    assert client.get("/requests.csv").status_code == 403
    assert "requests.csv" not in client.get("/requests/").content.decode()
    client.force_login(bench.partners.admin)
    assert client.get("/loans.xlsx").status_code == 403


def test_bad_filters_export_nothing(here: Client) -> None:
    assert here.get("/requests.csv?status=flying").status_code == 302


# ------------------------------------------------------------------ filters


def test_a_filter_is_kept_under_a_name_and_opened_by_its_address(
    here: Client, bench: Bench
) -> None:
    sent = {"name": "À préparer", "query": "status=to_prepare&page=2&q=Samira"}
    assert here.post("/filters/requests/", sent)["Location"].startswith("/requests/?")
    kept = SavedFilter.objects.get()
    assert (kept.owner, kept.query) == (bench.coordinator, "status=to_prepare")
    opened = here.get(f"/filters/{kept.uuid}/")
    assert opened["Location"] == "/requests/?status=to_prepare"


def test_a_filter_is_one_s_own_until_it_is_shared(client: Client, bench: Bench) -> None:
    keep = partial(
        actions.save_filter,
        listing=Listing.PACKS,
        name="x",
        query=QueryDict("status=draft"),
        by=bench.coordinator,
    )
    kept = keep(is_shared=False)
    client.force_login(bench.packer)
    assert client.get(f"/filters/{kept.uuid}/").status_code == 404
    keep(is_shared=True)
    assert client.get(f"/filters/{kept.uuid}/").status_code == 302
    assert SavedFilter.objects.count() == 1
    with refused(NotPermitted):
        actions.drop_filter(saved=kept, by=bench.packer)
    client.force_login(bench.partners.admin)
    assert client.get(f"/filters/{kept.uuid}/").status_code == 404
    actions.drop_filter(saved=kept, by=bench.coordinator)
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    ("name", "query"), [("", "a=1"), ("x" * 61, "a=1"), ("\x1b[0m", ""), ("x", "\x00")]
)
def test_a_filter_that_cannot_be_kept_says_so(
    here: Client, name: str, query: str
) -> None:
    answer = here.post("/filters/packs/", {"name": name, "query": query})
    assert answer.status_code == 400
    assert not SavedFilter.objects.exists()


def test_a_filter_longer_than_an_address_is_refused(bench: Bench) -> None:
    with refused(FilterTooLong):
        actions.save_filter(
            listing=Listing.PACKS,
            name="x",
            query=QueryDict("a=" + "x" * 1000),
            is_shared=False,
            by=bench.coordinator,
        )


# ------------------------------------------------------------------ the calendar


def read(client: Client, address: str) -> list[str]:
    """The lines of a calendar, put together again where they were folded."""
    answer = client.get(address.removeprefix("http://testserver"))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    raw = answer.content
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    return raw.decode().replace("\r\n ", "").split("\r\n")[:-1]


def own_address(bench: Bench) -> str:
    made = actions.make_calendar_address(by=bench.coordinator)
    return "/calendar/" + calendar_link(made).rpartition("/")[2]


def test_a_calendar_holds_codes_times_and_places(client: Client, bench: Bench) -> None:
    handover = planned(bench)
    lines = read(client, own_address(bench))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert all(LINE.fullmatch(line) for line in lines)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    told = dict(line.split(":", 1) for line in lines if not line.startswith("BEGIN"))
    assert handover.planned_at is not None
    wanted = handover.planned_at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    assert told["DTSTART"] == wanted
    assert told["SUMMARY"].endswith(str(handover.pack))
    assert told["LOCATION"] == "Salle 4\\, rue des Lilas"
    assert told["DESCRIPTION"] == bench.partners.structure.name


def test_a_calendar_says_nothing_of_a_sensitive_structure(
    client: Client, bench: Bench
) -> None:
    planned(bench)
    sensitive(bench)
    told = "\n".join(read(client, own_address(bench)))
    assert bench.partners.structure.name not in told
    assert "Lilas" not in told
    assert f"LOCATION:{bench.world.site}" in told


def test_a_revoked_address_leads_nowhere(client: Client, bench: Bench) -> None:
    first = own_address(bench)
    second = own_address(bench)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    actions.revoke_calendar_address(by=bench.coordinator)
    assert client.get(second).status_code == 404
    verbs = bench.coordinator.events.order_by("sequence").values_list("verb", flat=True)
    assert list(verbs)[-3:] == ["calendar_revoked", "calendar_made", "calendar_revoked"]


def test_who_lost_their_account_or_role_has_no_calendar(
    client: Client, bench: Bench
) -> None:
    address = own_address(bench)
    bench.coordinator.role_assignments.all().delete()
    assert client.get(address).status_code == 404
    assert client.get("/calendar/forged:signature.ics").status_code == 404
    with refused(NotPermitted):
        actions.make_calendar_address(by=bench.partners.admin)
    assert CalendarAddress.objects.count() == 1


def test_the_page_of_the_calendar_makes_and_revokes(here: Client) -> None:
    here.post("/calendar/new/")
    assert ".ics" in here.get("/calendar/").content.decode()
    here.post("/calendar/revoke/")
    assert ".ics" not in here.get("/calendar/").content.decode()


def test_a_long_line_is_folded_between_letters() -> None:
    pieces = list(fold("LOCATION:" + "é" * 100))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == (
        "LOCATION:" + "é" * 100
    )
    assert text("a;b,c\\d\x00\ne") == "a\\;b\\,c\\\\d\\ne"
