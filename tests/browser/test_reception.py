"""The reception as it is worked: a scanner in one hand, a few keys with the other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import report
from tests.browser.scanner import Scanner
from tests.browser.server import Server

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
# The last line of the card about a known serial stands above the button that sticks.
CLEAR_OF_THE_BAR = """() => {
  const sure = document.querySelector("#serial-sight [name=sure]");
  const bar = document.querySelector(".reception-form .sticky-actions");
  if (!sure) return false;
  return sure.getBoundingClientRect().bottom <= bar.getBoundingClientRect().top;
}"""


@pytest.fixture
def reception(page: Page, server: Server) -> Page:
    """A technician who chose the lot by keyboard; the serial field has the focus."""
    server.sign_in(page, "technician")
    page.goto("/reception/lot/")
    tab_to(page, "button", "Receive into it")
    page.keyboard.press("Enter")
    expect(page.locator("scan-field:defined #id_serial")).to_be_focused()
    return page


def tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until the control of this name has the focus: a path without a mouse."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _press in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
    pytest.fail(f"Tab never reaches the {role} “{name}”")


def received(page: Page) -> str:
    """The tag of the device that was just received."""
    title = page.locator(".result-ok .result-title")
    expect(title).to_have_text(re.compile(r"^PC-\d{6}-[0-9A-Z]$"))
    expect(page.locator("scan-field:defined #id_serial")).to_be_focused()
    return title.inner_text()


@pytest.mark.parametrize("size", [PHONE, {"width": 1366, "height": 768}])
def test_a_known_serial_is_seen_whole(
    reception: Page, server: Server, size: dict[str, int]
) -> None:
    reception.set_viewport_size(size)  # type: ignore[arg-type]
    Scanner(reception).scan(server.devices["received"]["serial"])
    reception.wait_for_function(CLEAR_OF_THE_BAR)


def test_two_pcs_are_received_without_a_mouse(reception: Page) -> None:
    scanner = Scanner(reception)
    scanner.scan("4BX7QR1")
    # The scanner's Enter ended the field, not the form.
    expect(reception.get_by_role("radio", name="Good")).to_be_focused()
    reception.keyboard.press("Space")
    tab_to(reception, "radio", "Desktop")
    reception.keyboard.press("ArrowRight")
    reception.keyboard.press("Tab")
    reception.keyboard.type("Dell")
    reception.keyboard.press("Tab")
    reception.keyboard.type("Latitude 5480")
    reception.keyboard.press("Enter")
    first = received(reception)

    # The next one is alike: one scan, one key for its state, Enter.
    scanner.scan("7HJ2KX3")
    reception.keyboard.press("Space")
    reception.keyboard.press("Enter")
    expect(reception.locator(".result-ok")).to_contain_text("7HJ2KX3")
    second = received(reception)

    assert first != second
    done = reception.locator(".done-line")
    expect(done).to_have_count(2)
    for line in done.all():
        expect(line).to_contain_text("Dell Latitude 5480")


def test_the_label_is_one_press_away(reception: Page) -> None:
    Scanner(reception).scan("4BX7QR1")
    reception.keyboard.press("Space")
    tab_to(reception, "radio", "Desktop")
    reception.keyboard.press("Space")
    reception.keyboard.press("Enter")
    tag = received(reception)
    address = reception.get_by_role("link", name="Print its label").first
    assert (address.get_attribute("target"), tag.replace("-", "")) == (
        "_blank",
        (address.get_attribute("href") or "").rpartition("=")[2],
    )
    label = reception.request.get(address.get_attribute("href") or "")
    assert (label.status, label.headers["content-type"]) == (200, "application/pdf")


def test_a_station_that_prints_by_itself_loads_the_label_once(
    reception: Page,
) -> None:
    reception.goto("/labels/choose/")
    reception.get_by_label("At reception, print each label by itself").check()
    reception.get_by_role("button", name="Keep for this station").click()
    reception.goto("/reception/")
    reception.get_by_role("radio", name="Good").check()
    reception.get_by_role("radio", name="Desktop").check()
    reception.locator("#id_serial").fill("4BX7QR1")
    with reception.expect_response("**/labels/?tags=*") as label:
        reception.get_by_role("button", name="Receive and label").last.click()
    assert label.value.headers["content-type"] == "application/pdf"
    expect(reception.locator("#id_serial")).to_be_focused()
    reception.reload()
    expect(reception.locator("print-label")).to_have_count(0)


def test_a_serial_is_read_by_the_place_of_the_keys(reception: Page) -> None:
    Scanner(reception, french=True).scan("5C26VY1")
    expect(reception.locator("#id_serial")).to_have_value("5C26VY1")


def test_a_known_serial_is_shown_before_the_rest_is_filled_in(
    reception: Page, server: Server
) -> None:
    known = server.devices["ready"]
    Scanner(reception).scan(known["serial"])
    sight = reception.locator("#serial-sight")
    expect(sight).to_contain_text(known["shown"])
    expect(sight).to_contain_text("Ready")
    expect(sight).to_contain_text("Farid B.")
    assert report(reception) == ""


def test_a_label_of_ours_offers_its_device(reception: Page, server: Server) -> None:
    known = server.devices["received"]
    Scanner(reception).scan(known["tag"])
    link = reception.locator("#serial-sight").get_by_role("link", name=known["shown"])
    expect(link).to_have_attribute("href", f"/t/{known['tag']}")


def test_models_follow_the_make(reception: Page) -> None:
    options = reception.locator("#known-models option")
    reception.locator("#id_make").fill("Nobody")
    reception.keyboard.press("Tab")
    expect(options).to_have_count(0)
    reception.locator("#id_make").fill("Exemple")
    reception.keyboard.press("Tab")
    expect(options.first).to_have_attribute("value", "Portable 14")


def test_the_path_works_without_scripts(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    server.sign_in(page, "technician")
    page.goto("/reception/lot/")
    page.get_by_role("button", name="Receive into it").first.click()
    page.locator("#id_serial").fill("4BX7QR1")
    page.get_by_role("button", name="Exemple Portable 14").click()
    expect(page.locator("#id_make")).to_have_value("Exemple")
    page.get_by_label("Good").check()
    page.get_by_label("None inside, seen by me").check()
    page.get_by_role("button", name="Receive and label").last.click()
    expect(page.locator(".result-ok")).to_contain_text("Exemple Portable 14")
    expect(page.locator(".result-ok")).to_contain_text("No storage")
    context.close()


def test_what_was_received_can_be_read_by_everybody(reception: Page) -> None:
    reception.get_by_role("radio", name="Good").check()
    reception.get_by_role("radio", name="Laptop").check()
    reception.locator("#id_serial").fill("4BX7QR1")
    reception.locator("#id_serial").press("Enter")
    received(reception)
    assert report(reception) == ""
    reception.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert report(reception) == ""
    width = reception.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


def test_mistakes_are_read_by_everybody(reception: Page) -> None:
    reception.locator("#id_serial").press("Enter")
    expect(reception.get_by_role("alert")).to_contain_text("another look")
    assert report(reception) == ""
    reception.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert report(reception) == ""
