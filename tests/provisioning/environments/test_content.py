"""What a layer may say, and what is refused while it is still being written."""

import pytest

from agent.kinds import Malformed
from provisioning.environments.content import LayerContent

SHEET = "a" * 64


def test_an_empty_layer_says_nothing_and_is_read_back_as_it_was_written() -> None:
    said = LayerContent.from_json({})
    assert LayerContent.from_json(said.to_json()) == said
    assert said.resources == frozenset()


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ({"wallpaper": "blue"}, "wallpaper"),
        ({"packages": ["vlc; rm -rf /"]}, "packages[0]"),
        (
            {"files": [{"path": "/etc/../etc/shadow", "resource": SHEET}]},
            "files[0].path",
        ),
        ({"files": [{"path": "/etc/shadow", "resource": SHEET}]}, "files[0].path"),
        ({"region": {"timezone": "$(reboot)"}}, "region.timezone"),
        ({"account": {"login": "root; id"}}, "account.login"),
        ({"blocks": [{"slug": "a", "title": {"fr": "x"}}]}, "blocks[0].text"),
        ({"home_title": {"fr": "{{sim.pin}}"}}, "home_title.fr"),
        ({"packages": ["vlc", "vlc"]}, "packages"),
        ({"left_out": [{"of": "region", "key": "lang"}]}, "left_out[0].of"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(
    written: dict[str, object], where: str
) -> None:
    with pytest.raises(Malformed) as refused:
        LayerContent.from_json(written)
    assert refused.value.where == where


def test_a_layer_names_all_the_resources_that_it_places() -> None:
    said = LayerContent.from_json(
        {
            "sheets": [{"slug": "mail", "resource": SHEET, "title": {"fr": "Mail"}}],
            "scripts": [
                {
                    "slug": "swap",
                    "check": "b" * 64,
                    "apply": "c" * 64,
                    "explains": "Makes room for programs.",
                }
            ],
            "portfolio": {"on": True, "archive": "d" * 64},
        }
    )
    assert said.resources == {SHEET, "b" * 64, "c" * 64, "d" * 64}
