"""The pictures of the guides: small, and none that nobody shows."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.sources import ROOT
from tools import screenshots


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(screenshots, "PICTURES", tmp_path)
    monkeypatch.setattr(screenshots, "ROOT", tmp_path)
    return tmp_path


def picture() -> bytes:
    taken = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(taken, "PNG")
    return taken.getvalue()


def test_a_picture_is_kept_with_few_colours(folder: Path) -> None:
    screenshots.keep("station-fr", picture())
    with Image.open(folder / "station-fr.png") as kept:
        assert (kept.mode, kept.size) == ("P", (256, 256))


def test_a_picture_that_is_too_large_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screenshots, "MOST_BYTES", 10)
    with pytest.raises(screenshots.NoPicture, match=r"station-fr\.png"):
        screenshots.keep("station-fr", picture())
    assert list(folder.iterdir()) == []


def test_every_picture_is_shown_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    pictures = (ROOT / "docs" / "images").glob("*.png")
    assert [p.name for p in pictures if f"images/{p.name}" not in text] == []
