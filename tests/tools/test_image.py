from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from agent.bench.settings import FILE, Settings, read
from tests import needs
from tools.image import __main__ as image
from tools.image import live
from tools.image.debian import NoImage, run
from tools.image.media import BOOT, settings_partition


def test_a_missing_tool_is_named_with_where_to_read_on() -> None:
    with pytest.raises(NoImage, match=r"no-such-tool is missing; docs/bench-image\.md"):
        run("no-such-tool")


def test_a_tool_that_fails_is_told_with_its_own_words() -> None:
    with pytest.raises(NoImage, match=r"sh ended with 3\.\nno room left"):
        run("sh", "-c", "echo no room left >&2; exit 3")


def test_a_tool_that_hangs_is_given_up() -> None:
    with pytest.raises(NoImage, match="sleep did not end within"):
        run("sleep", "60", within=0.1)


def test_without_its_tools_nothing_is_built_and_a_former_image_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    former = tmp_path / "rebond-bench.iso"
    former.write_text("former")
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    assert image.main([str(tmp_path)]) == 1
    assert "apt-get install" in capsys.readouterr().err
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [
        ("rebond-bench.iso", "former")
    ]


def test_the_settings_on_the_stick_name_no_server_yet_and_are_readable() -> None:
    assert (BOOT / FILE).is_file()
    assert read(BOOT, "") == Settings(keyboard="fr")


def test_what_is_not_free_comes_in_only_where_it_is_asked_for() -> None:
    free, from_where = live.contents(firmware=False)
    assert from_where == ("main",)
    more, from_where = live.contents(firmware=True)
    assert from_where == ("main", "non-free-firmware")
    assert set(more) - set(free) == set(live.FIRMWARE)


@pytest.mark.machine
def test_the_small_partition_holds_the_settings(tmp_path: Path) -> None:
    needs.program("mkfs.vfat", "dosfstools")
    needs.program("mcopy", "mtools")
    made = settings_partition(tmp_path / "settings.img")
    command = ["mtype", "-i", str(made), f"::{FILE}"]
    shown = subprocess.run(command, capture_output=True, check=True).stdout
    assert shown == (BOOT / FILE).read_bytes()
