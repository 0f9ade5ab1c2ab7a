"""What ready environments begin with is whole, in both languages, and opens."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from provisioning.environments.content import LayerContent
from provisioning.starter import environments, pages, portfolio
from provisioning.starter.environments import READY
from provisioning.starter.flat_odf import document
from provisioning.starter.sheets import LANGUAGES, SHEETS, TEXTS, WORKSHOPS, read
from provisioning.starter.words import kind_of

HASHES = {
    f"{language}/{name}": f"{number:064x}"
    for language in LANGUAGES
    for number, name in enumerate(
        (*SHEETS, "portfolio", *(f"pages-{ready.slug}" for ready in READY))
    )
}
BREAKABLE = re.compile(r"\w [;:?!»]|« ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_has_a_goal_at_most_eight_steps_and_what_may_go_wrong(
    name: str, language: str
) -> None:
    sheet = read(name, language)
    assert sheet.goal
    assert sheet.needs
    assert 3 <= len(sheet.steps) <= 8
    assert len(sheet.troubles) >= 2
    assert sheet.remember


def test_the_four_workshops_bear_the_titles_of_the_field() -> None:
    assert [read(name, "fr").title for name in WORKSHOPS] == [
        "La prise en main de l’ordinateur",
        "La réalisation de mon CV",
        "Communiquer & échanger sur Internet via un message électronique",
        "La navigation au service de ma recherche d’emploi",
    ]
    assert kind_of(read("cv", "fr")) == "Atelier 2 · 2\xa0h"


def test_french_words_keep_their_marks_on_the_line() -> None:
    texts = [*TEXTS.glob("fr/*.toml"), TEXTS / "bookmarks.toml"]
    for path in texts:
        said = "".join(re.findall(r'"[^"]*"', path.read_text("utf-8")))
        assert not BREAKABLE.search(said), path.name
        assert "'" not in said, path.name


def test_a_page_of_a_sheet_holds_its_words_and_no_script() -> None:
    drawn = pages.page(read("email", "fr"))
    assert "&amp; échanger" in drawn
    assert "<script" not in drawn
    assert 'href="../accueil/index.html"' in drawn
    assert 'href="../fiches/email.pdf"' in drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_portfolio_is_the_same_bytes_every_time_and_stays_in_its_folder(
    language: str,
) -> None:
    packed = portfolio.packed(portfolio.files(language))
    assert packed == portfolio.packed(portfolio.files(language))
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert len(names) == 5
    assert not any("/" in name for name in names)


def test_documents_are_sound_xml_whatever_their_words() -> None:
    body = document('<&">', "fr", [("line", 'A & {Un "mot" <b>}'), ("row", "<", ">")])
    words = "".join(ElementTree.fromstring(body).itertext())
    assert 'A & <Un "mot" <b>>' in words


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.slug)
def test_a_ready_environment_is_content_that_machines_can_be_given(
    ready: environments.Ready,
) -> None:
    LayerContent.from_json(environments.common())
    LayerContent.from_json(environments.french(ready, HASHES))
    LayerContent.from_json(environments.english(ready, HASHES))


def test_useful_sites_are_asked_for_over_https_where_they_can() -> None:
    said = environments.french(READY[0], HASHES)["bookmarks"]
    said += environments.french(READY[1], HASHES)["bookmarks"]
    plain = {each["url"] for each in said if not each["url"].startswith("https://")}
    assert plain == {"http://www.enseignement.be/"}
