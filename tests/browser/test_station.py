"""The scan station as it is worked: a scanner that types, a person who looks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.axe import report
from tests.browser.scanner import SLOW, Scanner
from tests.browser.server import Server

pytestmark = pytest.mark.browser

FIELD = "#scan-code"
TITLE = "#result .result-title"


@pytest.fixture
def station(page: Page, server: Server) -> Page:
    """The technician at “Bench 3”, in the Look up mode."""
    server.sign_in(page, "technician")
    page.goto("/station/start/")
    page.get_by_label("Name of this station").fill("Bench 3")
    page.get_by_role("button", name="Start the station").click()
    page.wait_for_url("**/station/")
    expect(page.locator(FIELD)).to_be_focused()
    listen(page)
    return page


@pytest.fixture
def scanner(station: Page) -> Scanner:
    """Left on its US layout, on a French computer."""
    return Scanner(station, french=True)


def listen(page: Page) -> None:
    page.evaluate(
        "window.heard = [];"
        "document.addEventListener('station:sound', (e) => heard.push(e.detail.kind))"
    )


def heard(page: Page) -> list[str]:
    return list(page.evaluate("window.heard"))


def answered(page: Page, title: str, words: str) -> None:
    expect(page.locator(TITLE)).to_have_text(title)
    expect(page.locator("#result")).to_contain_text(words)


def rows(page: Page) -> int:
    return page.locator("#session-rows > li").count()


# ------------------------------------------------------------------ reading


def test_a_scan_before_the_scripts_came_is_answered_too(
    page: Page, station: Page, server: Server
) -> None:
    """The field has the focus from the start, and its form is a plain one."""
    page.route("**/build/station*.js", lambda route: route.abort())
    page.goto("/station/")
    expect(page.locator(FIELD)).to_be_focused()
    device = server.devices["received"]
    with page.expect_navigation():
        Scanner(page, french=True).scan(device["tag"])
    answered(page, device["shown"], "Received")


def test_what_was_typed_before_the_scripts_came_is_one_code_with_the_rest(
    page: Page, station: Page, server: Server
) -> None:
    page.route("**/build/station*.js", lambda route: held.append(route))
    held: list[Route] = []
    page.goto("/station/", wait_until="commit")
    device = server.devices["received"]
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.type(device["tag"][:4])
    for route in held:
        route.continue_()
    expect(page.locator("scan-input:defined")).to_be_attached()
    Scanner(page).scan(device["tag"][4:])
    answered(page, device["shown"], "Received")


def test_accents_put_in_by_a_phone_are_read_back_as_they_are(station: Page) -> None:
    station.locator(FIELD).fill("étagère c")
    station.keyboard.press("Enter")
    answered(station, "étagère c", "Nobody knows this code yet")


@pytest.mark.parametrize("gap", [0.008, SLOW], ids=["fast", "slow"])
def test_a_us_scanner_on_a_french_keyboard_finds_the_device(station, server, gap):
    device = server.devices["received"]
    Scanner(station, french=True, gap=gap).scan(device["tag"])
    answered(station, device["shown"], "Received")
    expect(station.locator(FIELD)).to_be_focused()
    expect(station.locator(FIELD)).to_have_value("")
    assert heard(station) == ["ok"]


@pytest.mark.parametrize("gap", [0.008, SLOW], ids=["fast", "slow"])
def test_a_tag_with_its_hyphens_and_its_square_are_read_too(station, server, gap):
    device = server.devices["ready"]
    scanner = Scanner(station, french=True, gap=gap)
    scanner.scan(device["shown"])
    answered(station, device["shown"], "Ready")
    scanner.scan(f"{server.url}/t/{server.devices['received']['tag']}")
    answered(station, server.devices["received"]["shown"], "Received")


def test_text_put_in_by_a_telephones_scanner_is_a_scan(station, server):
    device = server.devices["received"]
    station.keyboard.insert_text(device["tag"])
    answered(station, device["shown"], "Received")


def test_a_burst_of_scans_loses_none(station, server):
    scanner = Scanner(station, french=True)
    tags = [device["tag"] for device in server.devices.values()]
    places = list(server.world["places"].values())
    burst = [*tags, *places, server.world["cupboard"]]
    assert len(burst) == 10
    for code in burst:
        scanner.scan(code)
    expect(station.locator("#session-title")).to_contain_text("10 scans")
    expect(station.locator("#session-rows > li")).to_have_count(10)
    assert heard(station) == ["ok"] * 10


def test_a_burst_after_a_mode_is_done_in_that_mode(station, server, scanner):
    for code in ("XXBOUGER", server.world["places"]["bench"]):
        scanner.scan(code)
    scanner.scan(server.devices["received"]["tag"])
    answered(station, server.devices["received"]["shown"], "Moved · Établi 3")
    expect(station.locator("#station-place")).to_contain_text("Établi 3")
    expect(station.locator("#mode-move")).to_have_attribute("aria-pressed", "true")


def test_the_same_code_again_at_once_is_one_scan(station, server, scanner):
    device = server.devices["received"]
    scanner.scan("XXRECEPTION")
    expect(station.locator("#mode-reception")).to_have_attribute("aria-pressed", "true")
    scanner.scan(device["tag"])
    scanner.scan(device["tag"])
    answered(station, device["shown"], "Triage started")
    expect(station.locator("[data-part=status]")).to_have_text(
        "Same code again: ignored."
    )
    assert rows(station) == 2


def test_a_style_that_a_browser_s_helper_left_is_not_copied_into_the_answer(
    station, server, scanner
):
    """A password keeper, for instance; the page’s own policy would refuse the copy."""
    station.evaluate(
        "window.refused = [];"
        "document.addEventListener('securitypolicyviolation',"
        " (e) => refused.push(e.violatedDirective));"
        "for (const each of document.querySelectorAll('input'))"
        " each.style.setProperty('caret-color', 'red')"
    )
    scanner.scan(server.devices["received"]["tag"])
    expect(station.locator("#result")).to_contain_text(
        server.devices["received"]["shown"]
    )
    scanner.scan("XXRECEPTION")
    expect(station.locator("#mode-reception")).to_have_attribute("aria-pressed", "true")
    assert station.evaluate("refused") == []


def test_tab_leaves_the_field_and_the_page_says_so(station):
    station.keyboard.type("PC00", delay=120)
    station.keyboard.press("Tab")
    expect(station.locator(FIELD)).not_to_be_focused()
    station.get_by_role("button", name="Scan here").click()
    expect(station.locator(FIELD)).to_be_focused()


# ------------------------------------------------------------------ answers


def test_a_misread_label_is_refused_with_its_own_sound(station, scanner):
    scanner.scan("PC0042")
    answered(station, "PC0042", "Only a part of the label was read.")
    expect(station.locator("#result")).to_contain_text("type all of it")
    assert heard(station) == ["refused"]
    expect(station.locator(FIELD)).to_be_focused()


def test_the_main_line_is_walked_with_the_scanner_alone(station, server, scanner):
    device = server.devices["in_quality_check"]
    scanner.scan("XXCONTROLE")
    scanner.scan(device["tag"])
    answered(station, device["shown"], "Everything works")
    scanner.scan("XXOK")
    answered(station, device["shown"], "Quality check passed")
    scanner.scan(device["serial"])
    answered(station, device["shown"], "Does it go to the ready shelf?")
    scanner.scan("XXNEXT")
    scanner.scan(device["tag"])
    answered(station, device["shown"], "Does it go to the ready shelf?")
    scanner.scan("XXOK")
    answered(station, device["shown"], "Declared ready")


def test_a_device_with_an_unproven_drive_is_refused_with_rule_and_advice(
    station, server, scanner
):
    device = server.devices["not_erased_in_check"]
    scanner.scan("XXCONTROLE")
    scanner.scan(device["tag"])
    answered(station, device["shown"], "Everything works")
    scanner.scan("XXOK")
    answered(station, f"Refused · {device['shown']}", device["drive_serial"])
    expect(station.locator("#result")).to_contain_text("Erase it, then record")
    expect(station.locator("#result")).to_contain_text("by Farid B.")
    assert heard(station)[-2:] == ["attention", "refused"]


def test_an_erasure_is_recorded_by_two_scans(station, server, scanner):
    device = server.devices["to_process"]
    scanner.scan("XXPROPRE")
    scanner.scan(device["drive_serial"])
    answered(station, device["shown"], "Erased as the last one: nwipe 0.34")
    scanner.scan("XXOK")
    answered(station, device["shown"], "Drive erased")


def test_an_unknown_code_is_attached_with_the_scanner(station, server, scanner):
    device = server.devices["received"]
    scanner.scan("INV0042")
    expect(station.locator("#result")).to_contain_text("Nobody knows this code yet")
    station.locator("#attach-tag").focus()
    scanner.scan(device["tag"])
    expect(station.get_by_role("button", name="Attach")).to_be_focused()
    station.keyboard.press("Enter")
    answered(station, device["shown"], "Another code attached")
    expect(station.locator(FIELD)).to_be_focused()


# ------------------------------------------------------------------ taking back


def test_control_z_takes_the_last_scan_back(station, server, scanner):
    device = server.devices["received"]
    scanner.scan("XXRECEPTION")
    scanner.scan(device["tag"])
    answered(station, device["shown"], "Triage started")
    expect(station.locator("[data-part=left]")).to_have_text(re.compile(r"^9:5\d$"))
    station.keyboard.press("Control+z")
    answered(station, device["shown"], "Taken back")
    expect(station.locator(FIELD)).to_be_focused()


def test_a_scanned_undo_does_the_same(station, server, scanner):
    device = server.devices["received"]
    scanner.scan("XXRECEPTION")
    scanner.scan(device["tag"])
    answered(station, device["shown"], "Triage started")
    scanner.scan("XXUNDO")
    answered(station, device["shown"], "Taken back")


# ------------------------------------------------------------------ keyboard, layout


def test_the_whole_station_is_worked_by_keyboard(station, server):
    device = server.devices["received"]
    station.keyboard.press("Alt+Digit1")
    expect(station.locator("#mode-reception")).to_have_attribute("aria-pressed", "true")
    expect(station.locator(FIELD)).to_be_focused()
    station.keyboard.type(device["tag"])
    station.keyboard.press("Enter")
    answered(station, device["shown"], "Triage started")
    undo = station.get_by_role("button", name=re.compile("^Undo.*Ctrl Z"))
    for _step in range(12):
        if undo.evaluate("(button) => button === document.activeElement"):
            break
        station.keyboard.press("Tab")
    expect(undo).to_be_focused()
    station.keyboard.press("Enter")
    answered(station, device["shown"], "Taken back")


def test_control_k_goes_to_the_search_and_typing_there_is_left_alone(station, server):
    device = server.devices["ready"]
    station.keyboard.press("Control+k")
    expect(station.locator("#find")).to_be_focused()
    station.keyboard.type(device["tag"])
    expect(station.locator("#find")).to_have_value(device["tag"])
    station.keyboard.press("Enter")
    station.wait_for_url("**/devices/?q=*")
    expect(station.locator("main")).to_contain_text(device["shown"])


def test_a_command_button_is_the_barcode_pressed(station, server, scanner):
    device = server.devices["ready"]
    scanner.scan(device["tag"])
    answered(station, device["shown"], "Ready")
    station.get_by_role("button", name="Next", exact=True).click()
    expect(station.locator("#result")).to_contain_text("Ready for the next one.")
    station.get_by_role("button", name="Next", exact=True).click()
    expect(station.locator("#session-title")).to_contain_text("3 scans")
    expect(station.locator(FIELD)).to_be_focused()


@pytest.mark.parametrize("width", [1366, 390, 320])
def test_no_answer_has_an_accessibility_fault(station, server, scanner, width):
    station.set_viewport_size({"width": width, "height": 844})
    device = server.devices["not_erased_in_check"]
    steps = ["NEVERSEEN1", "XXCONTROLE", device["tag"], "XXOK", "XXPROPRE"]
    for count, code in enumerate([*steps, device["tag"], "XXFIN"], start=1):
        scanner.scan(code)
        expect(station.locator("#session-title")).to_contain_text(f"{count} scan")
        assert report(station) == "", code
        assert station.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_network_lost_is_said_and_nothing_is_lost(station, server, scanner):
    station.context.set_offline(True)
    scanner.scan(server.devices["received"]["tag"])
    expect(station.locator(TITLE)).to_have_text("No answer from the server")
    expect(station.get_by_text("No network")).to_be_visible()
    station.context.set_offline(False)
    station.get_by_role("button", name="Send again").click()
    answered(station, server.devices["received"]["shown"], "Received")
    expect(station.get_by_text("Online")).to_be_visible()


# ------------------------------------------------------------------ without scripts


@pytest.fixture
def plain(browser: Browser, server: Server) -> Iterator[Page]:
    """A browser that runs no script."""
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    server.sign_in(page, "technician")
    yield page
    context.close()


def test_without_scripts_the_station_is_a_plain_form(plain, server):
    plain.goto("/station/")
    plain.get_by_label("Name of this station").fill("Bench 3")
    plain.get_by_role("button", name="Start the station").click()
    plain.get_by_role("button", name="Reception").click()
    device = server.devices["received"]
    plain.locator(FIELD).fill(device["tag"])
    plain.locator(FIELD).press("Enter")
    answered(plain, device["shown"], "Triage started")
    plain.get_by_role("button", name=re.compile("^Undo.*Ctrl Z")).click()
    answered(plain, device["shown"], "Taken back")
    expect(plain.locator("#session-title")).to_contain_text("3 scans")


# ------------------------------------------------------------------ the page policy

BROKEN = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (e) =>
  broken.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
"""


def test_no_answer_breaks_the_page_policy(station: Page, server: Server) -> None:
    station.evaluate(BROKEN)
    tags = [device["tag"] for device in server.devices.values()]
    modes = ("XXVOIR", "XXRECEPTION", "XXPROPRE", "XXCONTROLE", "XXBOUGER")
    asked = ("XXOK", "XXREFUS", "XXUNDO", "XXNEXT", "XXPIECES", "XXFIN", "XXVIDER")
    strange = ("NEW77X", "PC000001", "https://example.org/x", "x" * 600, "étagère")
    places = tuple(server.world["places"].values())
    for code in (
        code for mode in modes for code in (mode, *tags, *places, *asked, *strange)
    ):
        with station.expect_response("**/station/scan/"):
            station.locator(FIELD).fill(code)
            station.keyboard.press("Enter")
    assert station.evaluate("window.broken") == []
