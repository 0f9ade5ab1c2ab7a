"""The page that a machine opens with says what its layers say, and nothing else."""

from __future__ import annotations

from typing import Any

from provisioning.environments.content import LayerContent, Tongue
from provisioning.environments.home import PAGE, STYLE, home_files, home_page


def page(said: dict[str, Any], tongue: Tongue = Tongue.FR, **sheets: str) -> str:
    content = LayerContent.from_json(said)
    return home_page(content, title="Emploi", tongue=tongue, sheets=sheets)


def test_the_title_of_the_environment_stands_where_no_layer_names_one() -> None:
    assert "<h1>Emploi</h1>" in page({})


def test_words_of_a_layer_cannot_become_markup() -> None:
    title = {"fr": "<script>alert(1)</script>", "en": ""}
    drawn = page({"home_title": title})
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_an_address_cannot_leave_its_attribute() -> None:
    url = "https://a.example/?q='onclick=x&y"
    said = {"tiles": [{"slug": "t", "title": {"fr": "Un site"}, "url": url}]}
    assert "&#x27;onclick=x&amp;y" in page(said)


def test_a_sheet_is_linked_where_it_is_put_unless_it_is_hidden() -> None:
    sheet = {"slug": "cv", "resource": "a" * 64, "title": {"fr": "Mon CV"}}
    assert '<a href="/usr/cv.pdf">Mon CV</a>' in page(
        {"sheets": [sheet]}, cv="/usr/cv.pdf"
    )
    hidden = {**sheet, "on_home": False}
    assert "Mon CV" not in page({"sheets": [hidden]}, cv="/usr/cv.pdf")


def test_useful_sites_stand_in_their_folders_in_the_order_of_the_layers() -> None:
    said = [
        {"title": "Un", "url": "https://un.example", "folder": "Santé"},
        {"title": "Deux", "url": "https://deux.example"},
        {"title": "Trois", "url": "https://trois.example", "folder": "Santé"},
    ]
    drawn = page({"bookmarks": said})
    assert drawn.count("<h3>") == 2
    assert drawn.index("Un<") < drawn.index("Trois<") < drawn.index("Deux<")


def test_the_page_speaks_the_language_of_the_machine() -> None:
    drawn = page({"home_title": {"fr": "Bonjour", "en": "Hello"}}, Tongue.EN)
    assert '<html lang="en">' in drawn
    assert "<h1>Hello</h1>" in drawn


def test_values_of_the_person_are_left_to_the_machine() -> None:
    block = {
        "slug": "aide",
        "title": {"fr": "Aide"},
        "text": {"fr": "{{contact.phone}}"},
    }
    assert "<p>{{contact.phone}}</p>" in page({"blocks": [block]})


def test_nothing_of_it_is_fetched_and_no_script_runs() -> None:
    files = home_files(LayerContent(), title="Emploi", tongue=Tongue.FR, sheets={})
    assert set(files) == {PAGE, STYLE}
    assert "<script" not in files[PAGE]
    assert "url(" not in files[STYLE]
