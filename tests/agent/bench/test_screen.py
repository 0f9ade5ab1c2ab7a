from __future__ import annotations

import dataclasses
import unicodedata

import pytest

from agent.bench.__main__ import PLAIN
from agent.bench.screen import COLUMNS, Standing, address, code_of, lines
from agent.bench.settings import Settings
from agent.bench.standing import standing as on_disk
from agent.provision.room import News, Room
from agent.run import Ran, run
from tests import needs

SERVER = "https://rebond.atelier-solidaire-bourg-lavande.exemple.test"
AGENT = "0b6f3c1e-0d9c-4c2e-9f3e-2f1f7f1b2c3d"
NEW = Standing(machine="Exemple · Portable 14", server=SERVER)
JOINED = Standing(machine="Exemple · Portable 14", server=SERVER, agent_id=AGENT)
# 41 modules and a margin: what the longest address above comes to.
CODE = "\n".join(["█" * 41] * 21)
ROWS = 24  # of 25: the last is for what is typed


def text(standing: Standing, code: str = "") -> str:
    """What it says, on one line; `code` beside it would stand between."""
    return " ".join(" ".join(lines(standing, code)).split())


def test_without_a_server_it_says_where_to_write_it_in_both_languages():
    shown = text(Standing(machine="Exemple", server=""))
    assert "Aucun serveur" in shown
    assert "No server is named" in shown
    assert address(Standing(machine="Exemple", server="")) == ""


def test_a_new_machine_leads_to_the_page_where_join_codes_are_made():
    assert address(NEW) == f"{SERVER}/machines/"
    assert "Demandez un code" in text(NEW)
    assert "Ask for a join code" in text(NEW)


def test_a_machine_that_joined_leads_to_its_own_page():
    assert address(JOINED) == f"{SERVER}/machines/{AGENT}/"
    assert "Scan this code, then its label" in text(JOINED)


def test_the_site_stands_beside_the_server():
    here = Standing(machine="Exemple", server="https://a.exemple.test", site="Acacias")
    assert lines(here, "")[1] == "https://a.exemple.test · Acacias"


def test_a_machine_that_was_bound_says_which_device_it_is():
    bound = Standing(machine="E", server=SERVER, agent_id=AGENT, device="PC000042X")
    assert "Appareil PC000042X" in text(bound)
    assert "Scan this code" not in text(bound)


def test_it_says_how_far_an_environment_is_and_how_it_ended(tmp_path):
    room = Room(tmp_path)
    room.folder.mkdir()
    news = News(
        slug="a", phase="step", number=3, total=12, title_fr="Son", title_en="Sound"
    )
    room.tell(news)
    shown = text(on_disk(tmp_path, Settings(server=SERVER), "E", ""))
    assert "Aucun serveur" not in shown
    assert "Step 3 of 12" not in shown  # it has not joined: that comes first
    seen = on_disk(tmp_path, Settings(server=SERVER), "E", "")
    joined = text(dataclasses.replace(seen, agent_id=AGENT))
    assert "Étape 3 sur 12 : Son" in joined
    assert "Step 3 of 12: Sound" in joined


def test_an_order_to_erase_asks_for_the_machine_s_tag():
    asked = dataclasses.replace(JOINED, to_erase=("S1", "S2"))
    assert "ERASE S1, S2: type this machine’s tag" in text(asked)
    assert "EFFACER S1, S2" in text(asked)
    assert "Guided tests" not in text(asked)


def test_an_order_for_many_drives_names_two_of_them():
    asked = dataclasses.replace(JOINED, to_erase=("S1", "S2", "S3", "S4", "S5"))
    assert "ERASE S1, S2, + 3:" in text(asked)


def test_settings_and_an_identity_that_cannot_be_read_are_told_apart():
    settings = Standing(machine="E", server="", wrong="no end of line")
    own = Standing(machine="E", server=SERVER, unreadable="input/output error")
    assert "rebond-agent.toml cannot be read: no end of line" in text(settings)
    assert "identity cannot be read: input/output error" in text(own)


def test_reports_that_wait_are_counted():
    waiting = Standing(machine="Exemple", server=SERVER, agent_id=AGENT, waiting=3)
    assert "Reports waiting: 3" in text(waiting)
    assert "Nothing waits" in text(JOINED)


def test_why_a_code_was_not_accepted_stands_first():
    refused = Standing(machine="Exemple", server=SERVER, answer="Ask for a new one.")
    assert text(refused).index("new one") < text(refused).index("Demandez")


ERASING = dataclasses.replace(
    JOINED, device="PC004217W", waiting=12, to_erase=("WD-WX11A12B3456ABCD",) * 5
)


@pytest.mark.parametrize("standing", [NEW, JOINED, ERASING])
def test_it_fits_the_smallest_console_beside_the_largest_code(standing):
    shown = lines(standing, CODE)
    assert len(shown) <= ROWS
    assert max(map(len, shown)) <= COLUMNS


def test_every_letter_has_a_glyph_on_a_console_without_a_font():
    for standing in (NEW, JOINED, ERASING, Standing(machine="Exemple", server="")):
        for letter in text(standing).translate(PLAIN):
            plain = unicodedata.normalize("NFD", letter)[0]
            assert plain.isascii() or plain in "«»·\u00a0"


@needs.programs("qrencode")
def test_the_code_is_drawn_with_its_margin():
    drawn = code_of(address(JOINED), run).splitlines()
    assert set(drawn[0]) == {"█"}
    assert len(drawn) <= 21


def test_without_the_tool_there_is_no_code_and_no_crash():
    assert code_of(SERVER, lambda argv, _seconds: Ran(tuple(argv))) == ""
