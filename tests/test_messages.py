"""Every page speaks French and English, completely and well set."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.messages import ROOT, SOURCES, catalogue_of, check, extract


def test_every_message_is_translated_and_well_set() -> None:
    assert check() == []


def test_extracting_again_would_change_nothing(tmp_path: Path) -> None:
    kept = shutil.ignore_patterns("static", "__pycache__")
    for folder in SOURCES.values():
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=kept)
    extract(tmp_path)
    for app in SOURCES:
        if catalogue_of(app).exists():
            assert (
                catalogue_of(app, tmp_path).read_text() == catalogue_of(app).read_text()
            )
