"""Base, site and bundles become one content: the later wins, and may leave out."""

from typing import Any

import pytest

from agent.kinds import Malformed
from provisioning.environments.content import LayerContent
from provisioning.environments.merging import Cyclic, Layer, lineage, merge


def _said(**parts: Any) -> LayerContent:
    return LayerContent.from_json(parts)


def _tile(slug: str, title: str) -> dict[str, Any]:
    return {"slug": slug, "title": {"fr": title}, "url": f"https://{slug}.fr"}


def test_the_later_layer_wins_field_by_field() -> None:
    base = _said(
        region={"lang": "fr_FR.UTF-8", "keyboard": "fr"}, home_title={"fr": "A"}
    )
    site = _said(region={"keyboard": "be"}, home_title={"fr": "B"})
    merged = merge([base, site])
    assert (merged.region.lang, merged.region.keyboard) == ("fr_FR.UTF-8", "be")
    assert merged.home_title == site.home_title


def test_what_a_layer_turns_off_stays_off_and_what_it_does_not_name_stays_on() -> None:
    base = _said(connection={"on": True}, browser={"locked": True})
    merged = merge([base, _said(connection={"on": False}), _said()])
    assert merged.connection.on is False
    assert merged.browser.locked is True


def test_lists_add_and_an_entry_that_comes_again_keeps_its_place() -> None:
    base = _said(tiles=[_tile("pix", "PIX"), _tile("caf", "CAF")])
    site = _said(tiles=[_tile("mairie", "Mairie"), _tile("pix", "Pix, en ligne")])
    merged = merge([base, site])
    assert [tile.title.fr for tile in merged.tiles] == [
        "Pix, en ligne",
        "CAF",
        "Mairie",
    ]


def test_a_layer_leaves_out_what_is_under_it_and_may_say_it_anew() -> None:
    base = _said(tiles=[_tile("pix", "PIX"), _tile("caf", "CAF")], groups=["lp"])
    gone = [{"of": "tiles", "key": "pix"}, {"of": "groups", "key": "lp"}]
    site = _said(tiles=[_tile("pix", "Pix")], left_out=gone)
    merged = merge([base, site])
    assert [tile.title.fr for tile in merged.tiles] == ["CAF", "Pix"]
    assert merged.groups == merged.left_out == ()


def test_a_package_is_wanted_or_unwanted_as_it_is_said_last() -> None:
    base = _said(packages=["vlc", "gimp"], packages_absent=["hexchat"])
    merged = merge([base, _said(packages=["hexchat"], packages_absent=["gimp"])])
    assert merged.packages == ("vlc", "hexchat")
    assert merged.packages_absent == ("gimp",)


def test_layers_that_hold_too_much_together_are_refused() -> None:
    many = [_said(packages=[f"p{layer}x{n}" for n in range(200)]) for layer in (1, 2)]
    with pytest.raises(Malformed) as refused:
        merge(many)
    assert refused.value.where == "packages"


def test_a_layer_stands_behind_all_that_it_builds_on() -> None:
    named = {
        "a": Layer("a", None, _said()),
        "b": Layer("b", "a", _said()),
        "c": Layer("c", "b", _said()),
    }
    assert [layer.slug for layer in lineage("c", named)] == ["a", "b", "c"]


def test_layers_in_a_circle_are_refused_with_their_names() -> None:
    named = {
        "a": Layer("a", "c", _said()),
        "b": Layer("b", "a", _said()),
        "c": Layer("c", "b", _said()),
    }
    with pytest.raises(Cyclic) as refused:
        lineage("a", named)
    assert refused.value.slugs == ("a", "c", "b", "a")
