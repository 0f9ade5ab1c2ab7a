"""What lending is for: a pack asked for, made, handed over, lent, and come back.

Four people and four screens: a social worker on a phone, a coordinator and a
technician at their desks, a tablet between two people. Only pages, clicks and typing.
With PICTURES set to anything, the pictures of the guides are taken on the way.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.server import Server, Template, run, serving, template
from tests.world import PASSWORD
from tools.screenshots import keep

pytestmark = pytest.mark.browser
PHONE, TABLET, DESK = (390, 844), (820, 1180), (1366, 868)
# A person is slower than this test: what a page takes to be read, a tap, a key.
READ_SECONDS, TAP_SECONDS, KEY_SECONDS = 10, 2, 0.5
THREE_MINUTES = 180
SIGNATURE = ((0.1, 0.7), (0.2, 0.2), (0.3, 0.8), (0.45, 0.3), (0.6, 0.7), (0.8, 0.4))
UNKNOWN_DRIVE = "EXNVME7701"
AFTER = """
import json
from inventory.models import Device
from lending.models import CountedStock, EquipmentRequest, Loan, Pack, SimCard
rows = {
    "device": Device.objects.filter(tag="%s").values_list("status", "data_state"),
    "loan": Loan.objects.values_list("status"),
    "request": EquipmentRequest.objects.values_list("status"),
    "pack": Pack.objects.values_list("status"),
    "card": SimCard.objects.values_list("status"),
    "mice": CountedStock.objects.values_list("on_hand"),
}
print(json.dumps({name: list(found.get()) for name, found in rows.items()}))
"""


class Person:
    """Somebody of the story in front of a screen, who has signed in by typing."""

    def __init__(self, page: Page, server: Server, who: str) -> None:
        self.page = page
        self.world = server.world
        self.pages = self.taps = self.keys = 0
        page.goto("/")
        page.get_by_label("Adresse électronique").fill(self.world["emails"][who])
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        expect(page.locator("h1")).not_to_have_text("Se connecter")

    def shoot(self, name: str, *, part: str = "") -> None:
        """A picture for the guides, where they are asked for: of the page, or a part."""
        if "PICTURES" not in os.environ:
            return
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        seen = self.page.locator(part) if part else self.page
        keep(f"{name}-fr", seen.screenshot(animations="disabled"))

    def tap(self, where: Locator) -> None:
        self.taps += 1
        where.click()

    def write(self, label: str, words: str) -> None:
        self.tap(self.page.get_by_label(label))
        self.keys += len(words)
        self.page.keyboard.type(words)

    def choose(self, *names: str) -> None:
        for name in names:
            self.tap(self.page.get_by_label(name, exact=True))

    def go_on(self, name: str, *, heading: str) -> None:
        """The button or link of this name, and the page that it leads to."""
        button = self.page.get_by_role("button", name=name)
        self.tap(button.or_(self.page.get_by_role("link", name=name)).first)
        self.pages += 1
        expect(self.page.locator("h1")).to_contain_text(heading)

    def menu(self, *names: str) -> None:
        """Through the navigation, as somebody goes who knows no address."""
        for name in names:
            here = self.page.locator("nav").get_by_text(name, exact=True)
            here.filter(visible=True).first.click()

    def scan(self, code: str, *, until: str) -> None:
        expect(self.page.locator("#scan-code")).to_be_focused()
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#result")).to_contain_text(until)


@pytest.fixture(scope="module")
def partnership(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A structure, and a workshop with two laptops, a SIM card and mice."""
    folder = tmp_path_factory.mktemp("partnership")
    with template(folder, "tests.browser.lending_seed") as made:
        yield made


@pytest.fixture
def server(partnership: Template, tmp_path: Path) -> Iterator[Server]:
    with serving(partnership, tmp_path / "server") as running:
        yield running


class Story:
    """Its screens; each person signs in once per screen."""

    def __init__(self, browser: Browser, server: Server, stack: ExitStack) -> None:
        self.browser = browser
        self.server = server
        self.stack = stack
        self.faults: list[str] = []

    def sits(self, who: str, size: tuple[int, int]) -> Person:
        context = self.browser.new_context(
            base_url=self.server.url,
            viewport={"width": size[0], "height": size[1]},
            has_touch=size != DESK,
            locale="fr-FR",
        )
        self.stack.callback(context.close)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return Person(page, self.server, who)

    def found(self) -> dict[str, list[object]]:
        """What the database says in the end."""
        code = AFTER % self.server.world["other"]
        shell = ("manage.py", "shell", "-v0", "-c", code)
        told: dict[str, list[object]] = json.loads(run(self.server.environment, *shell))
        return told


@pytest.fixture
def story(browser: Browser, server: Server) -> Iterator[Story]:
    with ExitStack() as stack:
        told = Story(browser, server, stack)
        yield told
    assert told.faults == []


def test_a_pack_is_asked_for_made_lent_and_comes_back_to_be_erased(
    story: Story,
) -> None:
    nadia = story.sits("nadia", PHONE)
    number = asks_for_one_person(nadia)
    takes_the_proposed_machine(story.sits("camille", DESK), number)
    makes_the_pack(story.sits("farid", DESK))
    hands_over(story.sits("camille", TABLET))
    sees_that_it_is_handed_over(nadia, number)
    takes_it_back(story.sits("camille", DESK))
    sees_that_it_is_to_be_erased(story.sits("farid", DESK))
    assert story.found() == {
        "device": ["returned", "at_risk"],
        "loan": ["returned"],
        "request": ["fulfilled"],
        "pack": ["closed"],
        "card": ["returned"],
        "mice": [12],
    }


def asks_for_one_person(nadia: Person) -> str:
    """Six questions, a first name, and a number: well under three minutes."""
    begun = time.monotonic()
    nadia.shoot("lend-portal")
    nadia.go_on("Demander un pack", heading="Demander un pack")
    nadia.go_on("Commencer", heading="Pour qui")
    nadia.write("Prénom", "Samira")
    nadia.write("Nom ou initiale", "B.")
    nadia.choose("J’ai dit à la personne ce qui est noté, et pourquoi.")
    nadia.shoot("lend-whom")
    nadia.go_on("Continuer", heading="Pourquoi")
    nadia.choose("Pas d’ordinateur à la maison")
    nadia.go_on("Continuer", heading="À quoi servira-t-il")
    nadia.choose("Trouver un emploi", "Démarches administratives")
    nadia.go_on("Continuer", heading="Que doit permettre l’équipement")
    nadia.choose("Un ordinateur portable", "Une connexion internet")
    nadia.shoot("lend-equipment")
    nadia.go_on("Continuer", heading="Pour quand")
    nadia.go_on("Continuer", heading="Autre chose")
    nadia.go_on("Continuer", heading="Vérifiez vos réponses")
    nadia.shoot("lend-check")
    nadia.go_on("Envoyer la demande", heading="Votre demande est envoyée")
    nadia.shoot("lend-sent")
    read = nadia.pages * READ_SECONDS
    typed = nadia.taps * TAP_SECONDS + nadia.keys * KEY_SECONDS
    assert nadia.taps <= 20
    assert read + typed < 150
    assert time.monotonic() - begun < THREE_MINUTES
    return nadia.page.locator(".sent-number").inner_text()


def takes_the_proposed_machine(camille: Person, number: str) -> None:
    page = camille.page
    camille.menu("Équiper", "Coordination")
    camille.shoot("lend-desk")
    page.locator(".tile", has_text="à décider").click()
    page.get_by_role("link", name=number).click()
    proposed = page.locator("section:has(#proposal)")
    expect(proposed).to_contain_text("rien de moindre n’est libre")
    accept = page.locator("section:has(#accept)")
    accept.get_by_role("radio", name="Prêt").check()
    accept.get_by_label("Programme").select_option(
        label="Hors programme : aucun quota ne compte"
    )
    accept.get_by_role("button", name="Accepter").click()
    camille.shoot("lend-proposal", part="section:has(#proposal)")
    proposed.get_by_role("button", name="Prendre cette machine").click()
    expect(page.locator("#pack-recipe")).to_contain_text("1 sur 3")
    expect(page.locator("#pack-recipe")).to_contain_text("ThinkPad T470")


def makes_the_pack(farid: Person) -> None:
    """He opens the machine, and finds a drive in it that nobody knew of."""
    page, world = farid.page, farid.world
    page.get_by_role("searchbox").first.fill(world["proposed"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/d/{world['proposed']}/")
    page.get_by_role("link", name="Déclarer un disque").click()
    page.get_by_label("Ce que c’est").select_option(label="SSD (NVMe)")
    page.get_by_label("Numéro de série").fill(UNKNOWN_DRIVE)
    page.get_by_role("button", name="Déclarer ce disque").click()
    farid.menu("Équiper", "Packs")
    page.get_by_role("link", name="PK-").click()
    farid.scan(world["sim"], until="Carte SIM")
    farid.scan(world["mice"], until="1/1")
    is_stopped_and_replaces_the_machine(farid)
    page.get_by_role("button", name="Fermer le pack").click()
    expect(page.locator("#pack-state")).to_contain_text("Complet")
    farid.scan(world["shelf"], until="Rangé dans « Étagère des packs »")
    expect(page.locator("#pack-state")).to_contain_text("Prêt à remettre")
    farid.shoot("lend-placed")


def is_stopped_and_replaces_the_machine(farid: Person) -> None:
    page = farid.page
    blocked = page.locator("#pack-blocked")
    expect(blocked).to_contain_text("1 élément empêche le pack de partir")
    expect(blocked).to_contain_text(UNKNOWN_DRIVE)
    expect(blocked).to_contain_text("n’a pas de preuve d’effacement")
    expect(page.get_by_role("button", name="Fermer le pack")).to_have_count(0)
    farid.shoot("lend-blocked", part=".pack-bench")
    blocked.get_by_role("button", name="Remplacer par PC-").click()
    expect(page.locator("#pack-recipe")).to_contain_text("ThinkPad T480")
    expect(blocked).not_to_contain_text("empêche")


def hands_over(camille: Person) -> None:
    page = camille.page
    camille.page.goto("/packs/")
    page.get_by_role("link", name="PK-").click()
    page.get_by_role("link", name="Préparer sa remise").click()
    in_three_months = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=90)
    page.get_by_label("Prêté jusqu’au").fill(in_three_months.isoformat())
    page.get_by_role("button", name="Planifier").click()
    camille.go_on("Commencer la remise", heading="Samira B.")
    page.get_by_role("radio", name="Venue avec la structure").check()
    camille.shoot("lend-person")
    camille.go_on("Continuer", heading="Tout est là")
    for seen, code in enumerate(("other", "sim", "mice"), start=1):
        page.locator("main #code").fill(camille.world[code])
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text(f"{seen} vu")
    camille.shoot("lend-contents")
    camille.go_on("Continuer", heading="Ce sur quoi on est d’accord")
    camille.choose("Les conditions ont été lues avec la personne, qui les accepte")
    camille.shoot("lend-conditions")
    camille.go_on("Continuer", heading="Relisez une dernière fois")
    camille.go_on("Signer", heading="Samira B. signe")
    signs_on_the_pad(page)
    camille.shoot("lend-signature")
    camille.go_on("Je signe", heading="Remis")
    slip = page.get_by_role("link", name="Imprimer le bordereau").get_attribute("href")
    assert page.request.get(str(slip)).body().startswith(b"%PDF")
    camille.shoot("lend-handed-over")


def signs_on_the_pad(page: Page) -> None:
    pad = page.locator("signature-pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    points = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"])
        for x, y in SIGNATURE
    ]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=6)
    page.mouse.up()


def sees_that_it_is_handed_over(nadia: Person, number: str) -> None:
    nadia.go_on("Vos demandes", heading="Vos demandes")
    expect(nadia.page.locator("main")).to_contain_text("Aucune demande en cours")
    nadia.go_on("Demandes terminées", heading="Demandes terminées")
    card = nadia.page.locator(".request-card", has_text=number)
    expect(card).to_contain_text("Étape 5 sur 5 : Remise")
    nadia.shoot("lend-seen")


def takes_it_back(camille: Person) -> None:
    """By the label of the machine: worn, and everything there."""
    page = camille.page
    page.goto("/returns/")
    page.get_by_label("Code du pack, ou d’un objet du pack").fill(
        camille.world["other"]
    )
    camille.go_on("Continuer", heading="Retour de PK-")
    for thing, state in (
        ("Ordinateur", "Usure"),
        ("Carte SIM", "Bon"),
        ("Souris", "Bon"),
    ):
        group = page.get_by_role("group", name=thing)
        group.get_by_role("radio", name=state).check()
    page.get_by_role("radio", name="Fin du prêt").check()
    camille.shoot("lend-return")
    camille.go_on("Contrôler", heading="Vérifier le retour")
    camille.go_on("Reprendre le pack", heading="est de retour")
    again = page.locator(".result", has_text="de nouveau à effacer")
    expect(again).to_have_count(1)
    camille.shoot("lend-returned")


def sees_that_it_is_to_be_erased(farid: Person) -> None:
    page = farid.page
    page.goto(f"/d/{farid.world['other']}/")
    expect(page.locator(".page-head")).to_contain_text("Restitué")
    expect(page.locator(".page-head")).to_contain_text("Non effacé")
    expect(page.locator("main")).to_contain_text("Il ne peut pas sortir")
    expect(page.locator("main")).to_contain_text("n’a pas de preuve d’effacement")
    farid.shoot("lend-erase-again")
