"""Long lists are drawn by hand: the same list as Django draws, and as safe."""

from __future__ import annotations

from html import unescape

import pytest
from django import forms

from backoffice.core.models import Site
from inventory.filters import NamedField, NamesOnly, PlainSelect

ODD = 'Ateliers « L’Éveil » & <b>fils</b> "d\'ici"'
CHOICES = [("", "Choose…"), ("a&b", ODD), ("c", "Plain")]


def test_what_somebody_wrote_is_never_markup() -> None:
    drawn = PlainSelect(choices=CHOICES).render("place", "a&b", {"id": "id_place"})
    assert "<b>" not in drawn
    assert '<option value="a&amp;b" selected>' in drawn
    assert ODD in unescape(drawn)


def test_the_same_options_as_django_draws() -> None:
    theirs = forms.Select(choices=CHOICES).render("place", "c")
    ours = PlainSelect(choices=CHOICES).render("place", "c")
    assert ours.replace(" ", "") == theirs.replace("\n", "").replace(" ", "")


@pytest.mark.django_db
def test_names_are_offered_by_their_public_ids() -> None:
    site = Site.objects.create(name=ODD)
    sites = Site.objects.filter(pk=site.pk)
    field = NamedField(queryset=sites, to_field_name="uuid")
    assert list(NamesOnly(field)) == [("", "---------"), (str(site.uuid), ODD)]
    assert field.clean(str(site.uuid)) == site
    bound = NamedField(queryset=sites, to_field_name="uuid", empty_label=None)
    assert list(NamesOnly(bound)) == [(str(site.uuid), ODD)]
