"""The scan field in a real browser: keys go down, a server notes what arrives."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from inventory.tags import TagKind, format_tag
from tests.browser.axe import report
from tests.browser.bench import Bench, bench
from tests.browser.scanner import SLOW, Scanner, keys

pytestmark = pytest.mark.browser
TAG = format_tag(TagKind.COMPUTER, 4217)
SHOWN = f"PC-004217-{TAG[-1]}"


@pytest.fixture
def server() -> Iterator[Bench]:
    with bench() as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Bench) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 868})
    context.set_default_timeout(10_000)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto(server.address)
    expect(opened.locator("#scan-code")).to_be_focused()
    listen_for_sounds(opened)
    yield opened
    context.close()
    assert faults == []


def listen_for_sounds(page: Page) -> None:
    page.evaluate(
        "window.heard = [];"
        "document.addEventListener('station:sound', (e) => heard.push(e.detail.kind))"
    )


def heard(page: Page) -> list[str]:
    return list(page.evaluate("window.heard"))


def shown(page: Page, text: str) -> None:
    expect(page.locator("#result .result-title")).to_have_text(text)


def test_a_scan_is_sent_once_with_a_nonce_of_its_own(page, server):
    Scanner(page).scan(TAG)
    shown(page, TAG)
    [scan] = server.scans
    assert (scan["code"], scan["physical"], scan["mode"]) == (TAG, TAG, "look")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", scan["nonce"])
    expect(page.locator("#scan-code")).to_have_value("")


@pytest.mark.parametrize("gap", [0.008, SLOW], ids=["fast", "slow"])
def test_a_us_scanner_on_a_french_keyboard_is_read_by_its_keys(page, server, gap):
    Scanner(page, french=True, gap=gap).scan(SHOWN)
    expect(page.locator("#result .result")).to_be_visible()
    [scan] = server.scans
    assert scan["code"] == "".join(key.text for key in keys(SHOWN, french=True))
    assert scan["physical"] == SHOWN


def test_the_stations_scanner_is_learnt_and_then_reads_serials_too(page, server):
    scanner = Scanner(page, french=True)
    scanner.scan(TAG)
    expect(page.locator("#result .result")).to_be_visible()
    scanner.scan("5CG1234XYZ")
    shown(page, "5CG1234XYZ")
    assert server.scans[1]["physical"] == "(CG&é\"'XYW"


def test_what_a_person_types_is_sent_as_typed_even_there(page, server):
    Scanner(page, french=True).scan(TAG)
    expect(page.locator("#result .result")).to_be_visible()
    Scanner(page, french=True, gap=SLOW).scan("5cg")
    expect(page.locator("#result .result-title")).to_have_text("(cg")
    assert server.codes[-1] == "(cg"


def test_tab_at_scanner_speed_ends_a_scan(page, server):
    Scanner(page, end="Tab").scan(TAG)
    shown(page, TAG)
    expect(page.locator("#scan-code")).to_be_focused()
    assert server.codes == [TAG]


def test_tab_typed_by_a_person_leaves_the_field(page, server):
    Scanner(page, end="Tab", gap=SLOW).scan("PC0042")
    expect(page.locator("#scan-code")).not_to_be_focused()
    assert server.scans == []


def test_the_same_code_again_is_ticked_and_not_sent(page, server):
    scanner = Scanner(page)
    scanner.scan(TAG)
    shown(page, TAG)
    scanner.scan(TAG)
    expect(page.locator("[data-part=status]")).to_have_text("Same code again: ignored.")
    assert server.codes == [TAG]
    assert heard(page) == ["ok", "repeat"]


def test_a_burst_of_scans_arrives_whole_and_in_order(page, server):
    tags = [format_tag(TagKind.COMPUTER, number) for number in range(1, 13)]
    server.gate.clear()
    for tag in tags:
        Scanner(page).scan(tag)
    server.gate.set()
    shown(page, tags[-1])
    assert server.codes == tags
    assert len({scan["nonce"] for scan in server.scans}) == len(tags)


def test_text_put_in_without_keys_is_a_scan(page, server):
    page.keyboard.insert_text(TAG)
    shown(page, TAG)
    assert server.scans[0]["physical"] == ""


def test_pasted_text_waits_for_its_person(page, server):
    page.locator("#other").fill(TAG)
    page.locator("#other").press("Control+A")
    page.keyboard.press("Control+C")
    page.locator("#scan-code").focus()
    page.keyboard.press("Control+V")
    expect(page.locator("#scan-code")).to_have_value(TAG)
    assert server.scans == []
    page.keyboard.press("Enter")
    shown(page, TAG)
    assert server.scans[0]["physical"] == ""


def test_a_refusal_sounds_like_one(page, server):
    Scanner(page).scan("REFUSE")
    expect(page.locator("#result [data-outcome=refused]")).to_be_visible()
    assert heard(page) == ["refused"]


def test_a_busy_server_is_asked_again_with_the_same_scan(page, server):
    server.faults = [503, 500]
    Scanner(page).scan(TAG)
    shown(page, TAG)
    assert server.codes == [TAG]


def test_a_scan_without_an_answer_waits_and_can_be_sent_again(page, server):
    server.faults = [503, 503, 503]
    Scanner(page).scan(TAG)
    shown(page, "No answer from the server")
    expect(page.locator("#result [data-part=codes]")).to_have_text(TAG)
    assert server.scans == []
    page.get_by_role("button", name="Send again").click()
    shown(page, TAG)
    assert server.codes == [TAG]
    assert heard(page) == ["refused", "ok"]


def test_scans_after_the_session_ended_are_named_as_not_recorded(page, server):
    server.sign_in = True
    Scanner(page).scan(TAG)
    shown(page, "You are signed out")
    expect(page.locator("#result [data-part=codes]")).to_have_text(TAG)
    assert server.scans == []


def test_a_scan_that_is_not_accepted_is_named_and_the_next_one_goes_on(page, server):
    server.faults = [400]
    Scanner(page).scan(TAG)
    shown(page, "The server did not take this scan")
    other = format_tag(TagKind.COMPUTER, 1)
    Scanner(page).scan(other)
    shown(page, other)
    assert server.codes == [other]


def test_the_field_says_when_it_does_not_hear(page, server):
    page.locator("#other").focus()
    expect(page.locator(".scan-away")).to_be_visible()
    page.get_by_role("button", name="Scan here").click()
    expect(page.locator("#scan-code")).to_be_focused()
    expect(page.locator(".scan-away")).to_be_hidden()


def test_a_scan_while_a_button_has_the_focus_lands_in_the_field(page, server):
    page.get_by_role("link", name="One").focus()
    Scanner(page, french=True).scan(TAG)
    expect(page.locator("#result .result")).to_be_visible()
    assert server.scans[0]["physical"] == TAG
    assert page.url.endswith("/")


def test_writing_elsewhere_is_left_alone(page, server):
    page.locator("#other").focus()
    page.keyboard.type("a note")
    expect(page.locator("#other")).to_have_value("a note")
    expect(page.locator("#scan-code")).to_have_value("")


def test_alt_and_a_digit_choose_a_mode_until_switched_off(page, server):
    page.keyboard.press("Alt+Digit2")
    expect(page).to_have_url(re.compile("#two$"))
    page.get_by_label("Shortcuts").select_option("shift")
    page.keyboard.press("Alt+Digit1")
    expect(page).to_have_url(re.compile("#two$"))
    page.keyboard.press("Alt+Shift+Digit1")
    expect(page).to_have_url(re.compile("#one$"))
    page.keyboard.press("Alt+Shift+Digit2")
    page.get_by_label("Shortcuts").select_option("off")
    page.keyboard.press("Alt+Digit1")
    expect(page).to_have_url(re.compile("#two$"))


def test_control_z_undoes_only_when_there_is_no_text_to_undo(page, server):
    Scanner(page).scan(TAG)
    shown(page, TAG)
    page.evaluate(
        "() => { document.querySelector('[data-undo]').onclick ="
        " () => { window.undone = true } }"
    )
    page.keyboard.type("ab")
    page.keyboard.press("Control+Z")
    assert page.evaluate("window.undone") is None
    page.locator("#scan-code").fill("")
    page.keyboard.press("Control+Z")
    assert page.evaluate("window.undone") is True


def test_control_k_goes_to_the_search(page, server):
    page.keyboard.press("Control+K")
    expect(page.locator("#other")).to_be_focused()


def test_the_volume_is_kept_and_may_be_silent(page, server):
    page.get_by_role("button", name="Turn the sounds on").click()
    page.get_by_label("Sounds").select_option("0")
    page.reload()
    expect(page.get_by_label("Sounds")).to_have_value("0")
    listen_for_sounds(page)
    expect(page.get_by_role("button", name="Turn the sounds on")).to_be_hidden()


def test_a_scanned_serial_is_read_by_its_keys_and_moves_on(page, server):
    page.locator("#serial").focus()
    Scanner(page, french=True).scan("5CG1234XYZ")
    expect(page.locator("#serial")).to_have_value("5CG1234XYZ")
    expect(page.locator("#next")).to_be_focused()
    assert page.url.rstrip("/") == server.address


def test_without_scripts_the_form_posts_like_any_other(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.address)
    page.locator("#scan-code").fill(TAG)
    page.locator("#scan-code").press("Enter")
    page.wait_for_url("**/scan/")
    context.close()
    [scan] = server.scans
    del scan["csrfmiddlewaretoken"]
    assert scan == {"mode": "look", "nonce": "first", "physical": "", "code": TAG}


@pytest.mark.parametrize("width", [1366, 390, 320])
def test_the_station_has_no_accessibility_fault(page, server, width):
    page.set_viewport_size({"width": width, "height": 800})
    Scanner(page).scan(TAG)
    shown(page, TAG)
    assert report(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
