"""What a layer says is typed in fields, comes back as it was, and is judged at its field."""

from __future__ import annotations

from typing import Any

import pytest
from django.forms import ChoiceField

from provisioning.environments.content import LayerContent
from provisioning.forms.layers.fields import Offer
from provisioning.forms.layers.form import SectionForm
from provisioning.forms.layers.sections import BY_SLUG, LABELS, SECTIONS, Section
from tests.provisioning.environments.full import FULL

ANY = ("application/pdf", "application/zip", "application/x-zim", "text/plain")
LIBRARY = [Offer(f"{n:064x}", f"Fiche {n}", ANY[n % 4]) for n in range(20)]
# Rows of each list, with nothing chosen in them yet.
FULL_OF_ONE: dict[str, Any] = {
    name: [{}] for name in ("sheets", "files", "folders", "encyclopaedias", "scripts")
}
UNDER = {"packages": {"cheese": "cheese"}, "sheets": {"mail": "Courriel"}}


def blank(section: Section, said: dict[str, Any]) -> SectionForm:
    return SectionForm(section=section, said=said, library=LIBRARY, under=UNDER)


def sent(form: SectionForm, **changes: Any) -> SectionForm:
    """The form as a browser sends it back, with some fields changed."""
    data = {
        name: value
        for name in form.fields
        if (value := form[name].value()) not in (None, False)
    }
    data |= {f"{name}-rows": str(count) for name, count in form.rows.items()}
    return SectionForm(
        {**data, **changes},
        section=form.section,
        said=form.said,
        library=LIBRARY,
        under=UNDER,
    )


def typed(slug: str, said: dict[str, Any], **changes: Any) -> SectionForm:
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


def test_a_keyboard_is_chosen_and_one_that_no_machine_has_is_refused() -> None:
    assert typed("region", {}, **{"region-keyboard": "fr"}).is_valid()
    form = typed("region", {}, **{"region-keyboard": "zzz"})
    assert list(form.errors) == ["region-keyboard"]


def test_a_keyboard_that_stands_there_already_stays() -> None:
    form = typed("region", {"region": {"keyboard": "oldish"}})
    assert form.is_valid(), form.errors
    assert form.content["region"]["keyboard"] == "oldish"


def test_a_variant_of_another_keyboard_is_refused_with_those_there_are() -> None:
    said = {"region-keyboard": "be", "region-variant": "bepo"}
    form = typed("region", {}, **said)
    assert "iso-alternate" in str(form.errors["region-variant"])
    assert typed("region", {}, **said | {"region-keyboard": "fr"}).is_valid()
    below = typed("region", {}, **{"region-variant": "bepo"})
    assert below.is_valid(), "the keyboard may be said by a layer under this one"
    assert not typed("region", {}, **{"region-variant": "bepoo"}).is_valid()


def test_a_language_that_no_system_builds_is_refused_at_its_field() -> None:
    assert typed("region", {}, **{"region-lang": "nl_BE.UTF-8"}).is_valid()
    form = typed("region", {}, **{"region-lang": "zz_ZZ.UTF-8"})
    assert "language that exists" in str(form.errors["region-lang"])


def test_each_field_offers_only_what_it_can_take() -> None:
    offered = {
        name: {value for value, _words in field.choices if value}  # type: ignore[misc,union-attr]
        for slug in ("sheets", "offline", "icons", "portfolio")
        for name, field in blank(BY_SLUG[slug], FULL_OF_ONE).fields.items()
        if isinstance(field, ChoiceField)
    }
    of = {media: {e.sha256 for e in LIBRARY if e.media == media} for media in ANY}
    assert offered["folders-0-resource"] == of["application/zip"]
    assert offered["portfolio-archive"] == of["application/zip"]
    assert offered["encyclopaedias-0-resource"] == of["application/x-zim"]
    assert offered["scripts-0-apply"] == of["text/plain"]
    assert offered["sheets-0-resource"] == of["application/pdf"]
    assert offered["files-0-resource"] == {each.sha256 for each in LIBRARY}


def test_a_sheet_where_an_archive_is_to_be_is_refused_at_its_field() -> None:
    row = {"folders-rows": "1", "folders-0-path": "/usr/share/rebond/cours"}
    form = typed("sheets", {}, **row, **{"folders-0-resource": LIBRARY[4].sha256})
    assert list(form.errors) == ["folders-0-resource"]


def test_what_is_left_out_is_ticked_among_what_lies_under() -> None:
    form = typed("left-out", {}, **{"left_out-sheets": ["mail"]})
    assert form.is_valid(), form.errors
    assert form.content["left_out"] == [{"of": "sheets", "key": "mail"}]
    field = blank(BY_SLUG["left-out"], {}).fields["left_out-sheets"]
    assert isinstance(field, ChoiceField)
    assert field.choices == [("mail", "Courriel")]


def test_what_no_layer_under_it_says_cannot_be_left_out() -> None:
    form = typed("left-out", {}, **{"left_out-packages": ["vlc"]})
    assert list(form.errors) == ["left_out-packages"]


def test_what_was_left_out_stays_where_no_layer_says_it_any_more() -> None:
    said = {"left_out": [{"of": "packages", "key": "gone"}]}
    form = typed("left-out", said)
    assert form.is_valid(), form.errors
    assert form.content == said
    assert "no layer under this one" in str(form["left_out-packages"])


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
