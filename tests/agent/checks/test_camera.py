from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from agent import run
from agent.checks.camera import (
    CAPABILITY,
    COLUMNS,
    HEIGHT,
    ROWS,
    WIDTH,
    camera,
    capture,
    drawn,
    query,
)
from agent.vocabulary import Judge, Result
from tests.agent.checks.benches import install
from tests.agent.trees import grow

NODES = {
    "sys/class/video4linux/video0/name": "Integrated Camera",
    "sys/class/video4linux/video1/name": "Integrated Camera",
    "sys/class/video4linux/v4l-subdev0/name": "sensor",
}
PATH = Path("/dev/video0")


def capability(own: int, whole: int = 0x84A0_0001) -> bytes:
    return CAPABILITY.pack(b"uvcvideo", b"Integrated Camera", b"usb", 1, whole, own)


def ask(path: Path) -> bytes:
    """The first device gives pictures, the second one notes about them."""
    return capability(0x0420_0001 if path.name == "video0" else 0x04A0_0000)


@pytest.fixture
def at_camera(sit, tmp_path):
    def seat(*answers: str, nodes: dict[str, str] = NODES):
        grow(tmp_path, nodes)
        here = sit(*answers)
        around = here.desk.bench.around._replace(run=run.run)
        bench = dataclasses.replace(here.desk.bench, around=around)
        return here, dataclasses.replace(here.desk, bench=bench)

    return seat


@pytest.fixture
def picture(tmp_path):
    """A picture that is dark on the left and light on the right, as cameras send it."""
    row = bytes(n * 255 // WIDTH for n in range(WIDTH))
    yuyv = b"".join(bytes((grey, 128)) for grey in row) * HEIGHT
    (tmp_path / "yuyv").write_bytes(yuyv)
    (tmp_path / "grey").write_bytes(row * HEIGHT)
    return tmp_path


@pytest.mark.parametrize(
    ("answer", "result"), [("1", Result.PASS), ("2", Result.WARN), ("3", Result.FAIL)]
)
def test_a_person_recognises_the_picture(
    at_camera, tools_folder, picture, answer, result
):
    install(tools_folder, "v4l2-ctl", f'[ "$2" ] && cat {picture / "yuyv"}')
    here, desk = at_camera("\r", answer)
    found = camera(desk, ask)
    assert (found.result, found.by, found.tool) == (result, Judge.PERSON, "v4l2-ctl")
    assert found.numbers["light"] == 127
    assert "@@@" in here.shown


def test_ffmpeg_takes_the_picture_where_v4l2_ctl_is_missing(
    at_camera, tools_folder, picture
):
    install(tools_folder, "ffmpeg", f"cat {picture / 'grey'}")
    found = camera(at_camera("\r", "1")[1], ask)
    assert (found.tool, found.numbers["light"]) == ("ffmpeg", 127)


@pytest.mark.parametrize(
    ("byte", "said"), [("\\000", "cover shut"), ("\\200", "one plain colour")]
)
def test_a_plain_picture_is_no_proof(at_camera, tools_folder, byte, said):
    script = f"head -c {WIDTH * HEIGHT} /dev/zero | tr '\\000' '{byte}'"
    install(tools_folder, "ffmpeg", script)
    found = camera(at_camera("\r")[1], ask)
    assert (found.result, found.by) == (Result.WARN, Judge.MEASURED)
    assert said in found.reason


def test_a_camera_that_gives_no_picture_fails(at_camera, tools_folder):
    install(tools_folder, "v4l2-ctl", "echo 'VIDIOC_STREAMON: I/O error' >&2; exit 255")
    found = camera(at_camera("\r")[1], ask)
    assert (found.result, "STREAMON" in found.reason) == (Result.FAIL, True)


def test_no_camera_and_no_program_are_not_tested(at_camera, tools_folder):
    found = camera(at_camera(nodes={})[1], ask)
    assert (found.result, found.numbers) == (Result.NOT_TESTED, {"cameras": 0})
    assert camera(at_camera("\r")[1], ask).result is Result.NOT_TESTED


def test_only_a_device_that_gives_pictures_is_a_camera():
    found = capture(PATH, capability(0x0420_0001))
    assert found is not None
    assert found.name == "Integrated Camera"
    assert capture(PATH, capability(0x04A0_0000)) is None
    assert capture(PATH, capability(0, whole=0x1)) is not None
    assert capture(PATH, b"") is None


def test_a_device_that_does_not_answer_is_said_by_the_system(tmp_path):
    (tmp_path / "video0").write_bytes(b"")
    with pytest.raises(OSError, match="Inappropriate ioctl"):
        query(tmp_path / "video0")


def test_the_picture_is_mirrored_and_fits_a_terminal():
    row = bytes(n * 255 // WIDTH for n in range(WIDTH))
    lines = drawn(row * HEIGHT)
    assert (len(lines), {len(line) for line in lines}) == (ROWS, {COLUMNS})
    assert (lines[0][0], lines[0][-1]) == ("@", " ")
