"""What a layer says is typed in fields, comes back as it was, and is judged at its field."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.environments.content import LayerContent
from provisioning.forms.layers.form import SectionForm
from provisioning.forms.layers.sections import BY_SLUG, LABELS, SECTIONS, Section
from tests.provisioning.environments.full import FULL

LIBRARY = [(f"{n:064x}", f"Fiche {n}") for n in range(20)]


def blank(section: Section, said: dict[str, Any]) -> SectionForm:
    return SectionForm(section=section, said=said, resources=LIBRARY)


def sent(form: SectionForm, **changes: str) -> SectionForm:
    """The form as a browser sends it back, with some fields changed."""
    data = {
        name: value
        for name in form.fields
        if (value := form[name].value()) not in (None, False)
    }
    data |= {f"{name}-rows": str(count) for name, count in form.rows.items()}
    return SectionForm(
        {**data, **changes}, section=form.section, said=form.said, resources=LIBRARY
    )


def typed(slug: str, said: dict[str, Any], **changes: str) -> SectionForm:
    return sent(blank(BY_SLUG[slug], said), **changes)


def test_every_field_of_a_layer_is_in_one_section() -> None:
    named = [name for section in SECTIONS for name in section.names]
    assert sorted(named) == sorted(LayerContent().to_json())


def test_every_field_has_words_of_its_own() -> None:
    for section in SECTIONS:
        for name, field in blank(section, FULL).fields.items():
            assert field.label not in ("", name.rpartition("-")[2]), name


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.slug)
def test_a_section_sent_back_as_it_was_changes_nothing(section: Section) -> None:
    form = sent(blank(section, FULL))
    assert form.is_valid(), form.errors
    assert LayerContent.from_json(form.content) == LayerContent.from_json(FULL)


def test_text_for_a_shell_is_refused_at_the_field_of_packages() -> None:
    form = typed("programs", {}, packages="vlc\nvlc; rm -rf /")
    assert not form.is_valid()
    assert "names of Debian packages only" in str(form.errors["packages"])


def test_a_path_out_of_place_is_refused_in_its_row() -> None:
    rows = {"files-rows": "1", "files-0-resource": LIBRARY[1][0]}
    form = typed("sheets", {}, **rows, **{"files-0-path": "/etc/../etc/shadow"})
    assert list(form.errors) == ["files-0-path"]


def test_a_name_that_no_disk_holds_is_refused_in_its_row() -> None:
    rows = {"files-rows": "1", "files-0-resource": LIBRARY[1][0]}
    longest = f"/srv/rebond/{'a' * 196}.pdf"
    assert typed("sheets", {}, **rows, **{"files-0-path": longest}).is_valid()
    form = typed("sheets", {}, **rows, **{"files-0-path": f"{longest}f"})
    assert "shorter names" in str(form.errors["files-0-path"])


def test_a_time_zone_that_does_not_exist_is_refused_at_its_field() -> None:
    assert typed("region", {}, **{"region-timezone": "Europe/Paris"}).is_valid()
    form = typed("region", {}, **{"region-timezone": "Europe/Nulpart"})
    assert "time zone that exists" in str(form.errors["region-timezone"])


def test_all_that_is_wrong_is_said_at_once() -> None:
    rows = {"bookmarks-rows": "2"}
    rows |= {"bookmarks-0-title": "Un", "bookmarks-0-url": "javascript:alert(1)"}
    rows |= {"bookmarks-1-url": "https://deux.example/"}
    form = typed("sites", {}, **rows)
    assert sorted(form.errors) == ["bookmarks-0-url", "bookmarks-1-title"]


def test_what_is_named_twice_is_refused() -> None:
    form = typed("programs", {}, packages="vlc\nvlc")
    assert "“vlc” stands here twice" in str(form.errors["packages"])


def test_a_row_that_is_taken_away_is_gone_and_an_empty_one_is_none() -> None:
    said = {"bookmarks": [{"title": "Un", "url": "https://un.example/"}]}
    form = typed("sites", said, **{"bookmarks-0-gone": "on"})
    assert form.is_valid()
    assert "bookmarks" not in form.content


def test_one_more_row_is_there_where_it_is_asked_for() -> None:
    form = typed("sites", {"bookmarks": []}, add="bookmarks", **{"bookmarks-rows": "1"})
    assert form.rows["bookmarks"] == 2


def test_an_entry_gets_a_short_name_of_its_own() -> None:
    rows = {"tiles-rows": "2"}
    for row in ("0", "1"):
        rows |= {
            f"tiles-{row}-title-fr": "Mon CV",
            f"tiles-{row}-url": "https://cv.example/",
        }
    form = typed("home", {}, **rows)
    assert form.is_valid(), form.errors
    assert [each["slug"] for each in form.content["tiles"]] == ["mon-cv", "mon-cv-1"]


def test_what_was_withdrawn_stays_until_another_is_chosen() -> None:
    gone = "f" * 64
    sheet = {"slug": "cv", "resource": gone, "title": {"fr": "CV"}}
    form = typed("sheets", {"sheets": [sheet]})
    assert form.is_valid(), form.errors
    assert form.content["sheets"][0]["resource"] == gone


@pytest.mark.parametrize("bad", ["\x00", "a\ud800", "‮", "x" * 30_000])
def test_signs_that_no_text_may_hold_are_refused_and_nothing_breaks(bad: str) -> None:
    form = typed("home", {}, **{"home_title-fr": bad})
    assert not form.is_valid()


def test_rows_without_end_are_not_made() -> None:
    form = typed("sites", {}, **{"bookmarks-rows": "999"})
    assert form.rows["bookmarks"] == 120


def test_every_section_names_its_fields_in_words_that_are_used() -> None:
    assert set(LABELS) >= {"packages", "sheets.title.fr", "kiwix.when.os"}
