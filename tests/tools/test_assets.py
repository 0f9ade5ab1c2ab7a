"""What the asset build makes, and how it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import assets, node
from tools.node import BuildFailed

SVG = '<svg viewBox="0 0 24 24" class="icon">{}<path d="M5 12l5 5" /></svg>'


@pytest.fixture
def drawings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of icons with one drawing in it."""
    folder = tmp_path / "@tabler" / "icons" / "icons" / "outline"
    folder.mkdir(parents=True)
    (folder / "check.svg").write_text(SVG.format(assets.FRAME), encoding="utf-8")
    monkeypatch.setattr(assets, "MODULES", tmp_path)
    return folder


def test_the_sprite_holds_the_named_icons_only(drawings):
    made = assets.sprite(["check"])
    assert made.count("<symbol") == 1
    assert (
        '<symbol id="check" viewBox="0 0 24 24"><path d="M5 12l5 5" /></symbol>' in made
    )


def test_an_icon_that_does_not_exist_stops_the_build(drawings):
    with pytest.raises(BuildFailed, match="unicorn"):
        assets.sprite(["check", "unicorn"])


def test_a_picture_inside_a_theme_becomes_a_file(tmp_path):
    style = tmp_path / "app.css"
    picture = "data:image/svg+xml,%3csvg xmlns='x'%3e%3c/svg%3e"
    style.write_text(f'a{{background:url("{picture}")}}', encoding="utf-8")
    assets.move_inline_images(style)
    [file] = (tmp_path / "img").iterdir()
    assert file.read_text(encoding="utf-8") == "<svg xmlns='x'></svg>"
    assert (
        style.read_text(encoding="utf-8") == f'a{{background:url("img/{file.name}")}}'
    )


def test_an_address_that_the_page_policy_forbids_stops_the_build(tmp_path):
    style = tmp_path / "app.css"
    style.write_text("a{background:url(data:image/png;base64,AAAA)}", encoding="utf-8")
    with pytest.raises(BuildFailed, match="data:"):
        assets.move_inline_images(style)


def test_a_changed_source_makes_the_build_stale(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "STAMP", tmp_path / ".stamp")
    assert not assets.is_fresh("one")
    assets.STAMP.write_text("one", encoding="utf-8")
    assert assets.is_fresh("one")
    assert not assets.is_fresh("two")


def test_a_tool_that_fails_says_so_with_its_own_words():
    with pytest.raises(BuildFailed, match=r"ended with 3(?s:.)*no such thing"):
        node.run(["sh", "-c", "echo no such thing >&2; exit 3"])


def test_an_old_node_is_not_used(tmp_path, monkeypatch):
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho v18.19.0\n", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert node.installed() is None


def test_the_lock_names_no_address():
    lock = (node.ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
