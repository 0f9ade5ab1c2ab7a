"""Icons, chips, links and forms as every page draws them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from backoffice.core.templatetags.rebond import chip, icon, icon_names

ROOT = Path(__file__).resolve().parents[2]
DRAWN = re.compile(
    r"""\{% icon ["'](?P<name>[\w-]+)["']|picture=["'](?P<other>[\w-]+)"""
)


def draw(text: str, **values: object) -> str:
    request = RequestFactory().get("/")
    loaded = Template("{% load rebond %}" + text)
    return loaded.render(Context({"request": request, **values}))


def test_an_icon_beside_a_word_is_silent_and_alone_it_speaks():
    assert 'aria-hidden="true"' in icon("check")
    assert 'role="img" aria-label="Done"' in icon("check", "Done")


def test_an_icon_that_the_sprite_does_not_hold_is_refused():
    with pytest.raises(LookupError, match="unicorn"):
        icon("unicorn")


def test_a_label_cannot_carry_markup():
    assert "<script>" not in chip("done", "<script>alert(1)</script>")


def test_each_family_of_chips_has_a_shape_and_an_icon_of_its_own():
    families = ("waiting", "progress", "done", "blocked", "out")
    drawn = [chip(family, "Word") for family in families]
    assert all(
        f"chip-{name}" in html for name, html in zip(families, drawn, strict=True)
    )
    assert len({tuple(re.findall(r"#[\w-]+", html)) for html in drawn}) == len(families)


def test_an_unknown_family_is_refused():
    with pytest.raises(LookupError):
        chip("lost", "Word")


def test_every_icon_that_a_template_names_is_in_the_sprite():
    templates = [
        path for app in ROOT.iterdir() for path in app.rglob("templates/**/*.html")
    ]
    ours = [path for path in templates if ".venv" not in path.parts]
    named = {
        match["name"] or match["other"]
        for path in ours
        for match in DRAWN.finditer(path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= icon_names()


def test_a_link_to_a_page_that_does_not_exist_is_left_out():
    assert draw('{% nav_link "nowhere:at-all" "Nowhere" "home" %}').strip() == ""


def test_a_link_is_marked_on_its_own_page():
    html = draw('{% nav_link "core:health" "Health" "check" %}')
    assert "aria-current" not in html
    request = RequestFactory().get("/health/")
    html = draw('{% nav_link "core:health" "Health" "check" %}', request=request)
    assert 'aria-current="page"' in html


def test_a_link_is_marked_on_the_pages_of_its_subject():
    request = RequestFactory().get("/d/PC0000015/")
    link = '{% nav_link "core:health" "Health" "check" "/d/" %}'
    assert 'aria-current="true"' in draw(link, request=request)
    link = '{% nav_link "core:health" "Health" "check" "/e/" %}'
    assert "aria-current" not in draw(link, request=request)


class Reception(forms.Form):
    serial = forms.CharField(label="Serial", help_text="On the back.")
    note = forms.CharField(label="Note", required=False)
    kind = forms.ChoiceField(choices=[("pc", "PC")], widget=forms.RadioSelect)
    diskless = forms.BooleanField(label="No drive", required=False)


def test_a_field_is_bound_to_its_help_and_its_error():
    html = str(Reception({}))
    assert 'aria-describedby="id_serial_helptext id_serial_error"' in html
    assert 'id="id_serial_helptext"' in html
    assert 'id="id_serial_error"' in html
    assert 'aria-invalid="true"' in html


def test_errors_are_gathered_on_top_and_lead_to_their_field():
    html = str(Reception({"kind": "pc"}))
    summary = html.partition('class="field')[0]
    assert 'role="alert"' in summary
    assert '<a href="#id_serial">Serial</a>' in summary


def test_a_form_without_fault_shows_no_summary():
    html = str(Reception())
    assert "alert" not in html
    assert html.count("(optional)") == 1


def test_what_someone_typed_cannot_carry_markup_into_a_form():
    assert "<b>" not in str(Reception({"serial": "<b>", "kind": "<b>"}))


def test_pages_without_a_total_keep_the_filters():
    class Second:
        number, has_previous, has_next = 2, True, False

    request = RequestFactory().get("/?state=ready&page=2")
    html = render_to_string(
        "core/components/pagination.html", {"page": Second()}, request=request
    )
    assert "state=ready&amp;page=1" in html
    assert 'rel="next"' not in html
