"""What the whole is for: two PCs from the dock to the ready shelf, for real.

A French computer, a wedge scanner left on its US layout, the agent's own process on
this very machine; the first PC is refused because its drive is in use, the second
gets ready and its history holds.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.scanner import Scanner
from tests.browser.server import ROOT, Server

pytestmark = pytest.mark.browser
SERIALS = ("EX4BX7QR1", "EX7HJ2KX3")
DRIVE = "EXSSD41D"
RESULT = "#result"


class Technician:
    """Farid, who reads French, with a scanner in one hand."""

    def __init__(self, page: Page, server: Server, state: Path) -> None:
        self.page = page
        self.server = server
        self.state = state
        self.scanner = Scanner(page, french=True)
        server.sign_in(page, "technician", language="fr")

    def choose_the_lot(self) -> None:
        self.page.goto("/reception/")
        self.page.get_by_role("button", name="Recevoir dans ce lot").click()

    def receive(self, serial: str, *, drive: str = "") -> str:
        """One laptop, with the drive that is written on it; its tag."""
        page = self.page
        expect(page.locator("scan-field:defined #id_serial")).to_be_focused()
        self.scanner.scan(serial)
        expect(page.locator("#id_serial")).to_have_value(serial)
        page.get_by_role("radio", name="Bon").check()
        page.get_by_role("radio", name="Portable").check()
        page.get_by_label("Marque").fill("Dell")
        page.get_by_label("Modèle").fill("Latitude 5490")
        if drive:
            self.write_down(drive)
        page.get_by_role("button", name="Recevoir et étiqueter").last.click()
        expect(page.locator(".result-ok")).to_contain_text(serial)
        return page.locator(".result-ok .result-title").inner_text().replace("-", "")

    def write_down(self, drive: str) -> None:
        self.page.get_by_role("radio", name="Noté ci-dessous").check()
        self.page.locator("details:has(#drives) > summary").click()
        line = self.page.locator(".drive-line").first
        line.locator("[name$=medium]").select_option("sata_ssd")
        line.locator("[name$=serial]").fill(drive)
        line.locator("[name$=size]").fill("256")

    def label_of(self, tag: str) -> bytes:
        """The PDF behind the button on the card of what was just received."""
        link = self.page.locator(f".result-ok a[href*={tag}]").first
        label = self.page.request.get(str(link.get_attribute("href")))
        assert label.headers["content-type"] == "application/pdf"
        return label.body()

    def let_this_machine_report(self) -> None:
        """A join code from the page, typed on the machine: this one."""
        self.page.goto("/machines/")
        self.page.get_by_role("button", name="Créer un code").click()
        code = self.page.locator("h2 .mono").inner_text()
        self.agent("enrol", code, "--server", self.server.url)
        self.agent("report")

    def agent(self, *words: str) -> None:
        command = [sys.executable, "-m", "agent", "--state", str(self.state), *words]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def bind(self, tag: str) -> None:
        """One scan says which device the machine is; what was typed says another."""
        self.page.goto("/machines/")
        unbound = self.page.locator("section:has(#unbound)")
        unbound.get_by_role("link").first.click()
        self.page.get_by_label("Étiquette de l’appareil").focus()
        self.scanner.scan(tag)
        self.page.locator("button[name=sure]").click()
        self.page.wait_for_url(f"**/d/{tag}/")

    def start_the_station(self) -> None:
        self.page.goto("/station/start/")
        self.page.get_by_label("Nom de ce poste").fill("Établi 3")
        self.page.get_by_role("button", name="Démarrer le poste").click()
        expect(self.page.locator("#scan-code")).to_be_focused()

    def scan(self, *codes: str, until: str) -> None:
        """The last code is answered with these words."""
        for code in codes:
            self.scanner.scan(code)
        expect(self.page.locator(RESULT)).to_contain_text(until)


@pytest.fixture
def technician(page: Page, server: Server, tmp_path: Path) -> Technician:
    return Technician(page, server, tmp_path / "agent")


def test_two_pcs_go_from_the_dock_to_the_refusal_and_to_the_ready_shelf(
    technician: Technician,
) -> None:
    technician.choose_the_lot()
    first = technician.receive(SERIALS[0])
    assert technician.label_of(first).startswith(b"%PDF")
    second = technician.receive(SERIALS[1], drive=DRIVE)
    assert technician.label_of(second).startswith(b"%PDF")
    technician.let_this_machine_report()
    technician.bind(first)

    technician.start_the_station()
    technician.scan("XXRECEPTION", first, second, first, second, until="À traiter")
    the_first_is_refused(technician, first)
    the_second_gets_ready(technician, second)
    its_history_holds(technician.page, second)


def the_first_is_refused(technician: Technician, tag: str) -> None:
    """Its drive works in the machine that reports it, and cannot be erased there.

    A container may show the agent no drive at all: then what is inside is not known.
    """
    technician.scan("XXCONTROLE", tag, until="En contrôle qualité")
    technician.scan("XXNEXT", tag, until="Tout fonctionne")
    technician.scan("XXOK", until="Refusé")
    refusal = technician.page.locator(f"{RESULT} .result-refused")
    in_use = "utilisé par la machine qui le signale.*drive_unproven"
    expect(refusal).to_have_text(re.compile(f"{in_use}|drives_unknown", re.DOTALL))
    technician.page.goto(f"/d/{tag}/")
    expect(technician.page.locator(".page-head")).to_contain_text("En contrôle qualité")
    technician.page.goto("/station/")


def the_second_gets_ready(technician: Technician, tag: str) -> None:
    technician.scan("XXPROPRE", DRIVE, until="Enregistrer ce qui a été fait")
    record_by_form(technician.page)
    expect(technician.page.locator(RESULT)).to_contain_text("Disque effacé")
    technician.scan("XXCONTROLE", tag, until="En contrôle qualité")
    technician.scan("XXNEXT", tag, until="Tout fonctionne")
    technician.scan("XXOK", until="Contrôle qualité réussi")
    technician.scan("XXNEXT", tag, until="étagère des appareils prêts")
    technician.scan("XXOK", until="Déclaré prêt")


def record_by_form(page: Page) -> None:
    """What a person fills in who has erased no such drive before."""
    card = page.locator(RESULT)
    card.get_by_label("Méthode").select_option("ata_sanitize_block_erase")
    card.get_by_label("Outil").fill("hdparm")
    card.get_by_label("Version").fill("9.65")
    card.get_by_label("Vérification").select_option("sampled")
    card.get_by_label("Octets effacés").fill("256000000000")
    card.get_by_role("button", name="Enregistrer l’effacement").click()


def its_history_holds(page: Page, tag: str) -> None:
    page.goto(f"/d/{tag}/")
    expect(page.locator(".page-head")).to_contain_text("Prêt")
    history = page.locator("#history")
    expect(history).to_contain_text("L’historique tient")
    for step in ("Reçu", "Disque effacé", "Contrôle qualité réussi", "Déclaré prêt"):
        expect(history).to_contain_text(step)
    expect(history).to_contain_text("Farid B. · Établi 3")
