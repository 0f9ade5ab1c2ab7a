"""The main line as the guides show it: two PCs, from the dock to the ready shelf."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize

from tools.pictured_camera import PHONE, WIDE, Camera, Keep
from tools.pictured_environments import write_and_publish
from tools.pictured_machine import MACHINE, join_and_report
from tools.pictured_proof import show

PASSWORD = "un atelier qui roule"  # noqa: S105 - of backoffice.demo, which prints it
# How the browser writes dates.
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
# The second PC, whose drive can be erased: the first one is the machine that reports.
DOCK = "Quai de réception"
SECOND_SERIAL = "EX7J2041"
SECOND_DRIVE = "EXSSD0077"


def walk(
    browser: Browser, address: str, language: str, *, agent: Path, keep: Keep
) -> None:
    """Everything the guides show, in the order in which it happens."""

    @contextmanager
    def signed_in(who: str, size: ViewportSize = WIDE) -> Iterator[Camera]:
        context = browser.new_context(
            base_url=address, viewport=size, locale=LOCALES[language]
        )
        page = context.new_page()
        if who:
            page.goto("/account/login/")
            page.locator("[name=login]").fill(f"{who}@exemple.test")
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("[name=password]").press("Enter")
            page.wait_for_url("**/")
        # Signing in speaks the person's own language; this guide speaks its own.
        context.add_cookies(
            [{"name": "django_language", "value": language, "url": address}]
        )
        page.goto("/")
        yield Camera(page, language, keep)
        context.close()

    show(signed_in)
    write_and_publish(signed_in)
    with signed_in("coordination") as camera:
        give(camera)
    with signed_in("technicien") as camera:
        camera.shoot("today")
        first, second = receive_two(camera)
        bind(camera, first, agent, address)
        start_station(camera)
        work(camera, first, second)
    with signed_in("technicien", PHONE) as camera:
        start_station(camera)
        camera.scan(second)
        camera.shoot("station-phone")
    with signed_in("donnees") as camera:
        watch(camera)


def give(camera: Camera) -> None:
    """The coordinator sees what became of a donation, and opens a lot of another."""
    page = camera.page
    page.goto("/donations/")
    page.locator("tbody a", has_text="").nth(2).click()
    camera.shoot("donation")


def receive_two(camera: Camera) -> tuple[str, str]:
    """Two laptops; the tags they were given."""
    page = camera.page
    page.goto("/reception/lot/")
    page.locator(
        "form[action^='/reception/lot/'][method=post] .btn-primary"
    ).first.click()
    describe(camera, MACHINE.serial, "Lenovo", MACHINE.model)
    camera.shoot("reception")
    first = send(camera)
    camera.shoot("reception-label")
    describe(camera, SECOND_SERIAL, "Dell", "Latitude 5490")
    page.locator("[name=storage][value=listed]").check(force=True)
    page.locator("details:has(#drives) > summary").click()
    page.locator("#drives [name$=medium]").first.select_option("sata_ssd")
    page.locator("#drives [name$=serial]").first.fill(SECOND_DRIVE)
    page.locator("#drives [name$=size]").first.fill("256")
    return first, send(camera)


def describe(camera: Camera, serial: str, make: str, model: str) -> None:
    page = camera.page
    page.locator("#id_serial").fill(serial)
    page.locator("[name=visible_state][value=good]").check(force=True)
    page.locator("[name=kind][value=laptop]").check(force=True)
    page.locator("[name=make]").fill(make)
    page.locator("[name=model]").fill(model)
    page.locator("[name=place]").select_option(label=DOCK)


def send(camera: Camera) -> str:
    """Receive, and read the tag off the answer."""
    camera.page.locator(".sticky-actions .btn-primary").click()
    shown = camera.page.locator(".result-ok .result-title").first.inner_text()
    return shown.strip().replace("-", "")


def bind(camera: Camera, tag: str, agent: Path, address: str) -> None:
    """The first PC starts, joins and reports; one scan says which device it is."""
    page = camera.page
    page.goto("/machines/")
    page.locator("form[action='/machines/join/'] .btn-primary").click()
    join_and_report(
        page.locator("#code").inner_text().strip(), server=address, state=agent
    )
    page.goto("/machines/")
    page.locator("a", has_text=MACHINE.model).first.click()
    page.locator("[name=tag]").fill(tag)
    camera.shoot("machine")
    page.locator("[name=tag]").press("Enter")
    page.wait_for_url("**/d/**")


def start_station(camera: Camera) -> None:
    page = camera.page
    page.goto("/station/start/")
    page.locator("[name=station]").fill("Établi 3")
    page.locator("[data-part=start]").click()
    page.wait_for_url("**/station/")


def work(camera: Camera, first: str, second: str) -> None:
    """Through triage, erasure and check: one PC is refused, the other gets ready."""
    camera.mode("XXRECEPTION")
    for tag in (first, first, second, second):
        camera.scan(tag)
    camera.mode("XXCONTROLE")
    for code in (first, first, "XXOK"):
        camera.scan(code)
    camera.shoot("station-refused")
    camera.mode("XXPROPRE")
    camera.scan(second)
    camera.shoot("erasure")
    camera.scan("XXOK")
    camera.mode("XXCONTROLE")
    for code in (second, second, "XXOK", second, "XXOK"):
        camera.scan(code)
    camera.shoot("station")
    camera.page.goto(f"/d/{second}/")
    camera.shoot("history", part="#history")


def watch(camera: Camera) -> None:
    """The data-security officer decides, and asks whether the journal holds."""
    page = camera.page
    page.goto("/approvals/")
    camera.shoot("approvals")
    page.goto("/journal/")
    page.locator("main form .btn-primary").click()
    page.locator(".result").first.wait_for()
    camera.shoot("journal")
