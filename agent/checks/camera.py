"""Take one picture and show it in the terminal, for a person to recognise."""

from __future__ import annotations

import dataclasses
import fcntl
import os
import statistics
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

from agent.checks.bench import Found
from agent.checks.desk import Desk
from agent.collect.around import entries
from agent.run import Ran
from agent.vocabulary import Judge, Result, Why

# linux/videodev2.h: VIDIOC_QUERYCAP, struct v4l2_capability, two of its flags.
QUERYCAP = 0x80685600
CAPABILITY = struct.Struct("16s32s32sIII12x")
VIDEO_CAPTURE, DEVICE_CAPS = 0x1, 0x8000_0000

WIDTH, HEIGHT = 320, 240
SHADES = " .:-=+*#%@"
COLUMNS, ROWS = 64, 20
DARK = 12
PLAIN = 3

Ask = Callable[[Path], bytes]


@dataclasses.dataclass(frozen=True)
class Camera:
    """One device that gives pictures."""

    path: Path
    name: str


def query(path: Path) -> bytes:
    """What a video device says it can do, in the kernel's own form."""
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return fcntl.ioctl(descriptor, QUERYCAP, bytes(CAPABILITY.size))
    finally:
        os.close(descriptor)


def camera(desk: Desk, ask: Ask = query) -> Found:
    words = desk.words
    found = cameras(desk, ask)
    if not found:
        return Found(Result.NOT_TESTED, words("No camera is seen."), {"cameras": 0})
    desk.show(
        words("Camera"), found[0].name, words("Sit in front of it, in the light.")
    )
    desk.begin(words("take a picture"))
    for grab in (_by_v4l2_ctl, _by_ffmpeg):
        ran = grab(found[0], desk)
        if ran.why is not Why.TOOL_MISSING:
            break
    if len(ran.stdout) < WIDTH * HEIGHT:
        return _without_picture(ran, desk)
    picture = ran.stdout[: WIDTH * HEIGHT * 2]
    grey = picture[::2] if ran.argv[0] == "v4l2-ctl" else picture
    return judge(grey[: WIDTH * HEIGHT], ran.argv[0], desk)


def cameras(desk: Desk, ask: Ask) -> list[Camera]:
    """Devices that give pictures; a camera has a second one for its own notes."""
    around = desk.bench.around
    names = [each.name for each in entries(around.sys / "class/video4linux")]
    paths = [around.root / "dev" / name for name in names if name.startswith("video")]
    return [found for path in paths if (found := capture(path, ask(path)))]


def capture(path: Path, answer: bytes) -> Camera | None:
    if len(answer) != CAPABILITY.size:
        return None
    _, card, _, _, whole, own = CAPABILITY.unpack(answer)
    abilities = own if whole & DEVICE_CAPS else whole
    name = card.split(b"\0")[0].decode(errors="replace")
    return Camera(path, name) if abilities & VIDEO_CAPTURE else None


def judge(grey: bytes, tool: str, desk: Desk) -> Found:
    """Numbers say whether there is a picture, a person says what is on it."""
    words = desk.words
    light = round(statistics.fmean(grey))
    spread = round(statistics.pstdev(grey[::16]))
    numbers = {"light": light, "contrast": spread}
    if spread < PLAIN:
        sentence = "The picture is black: is the cover shut?"
        sentence = sentence if light < DARK else "The picture is of one plain colour."
        return Found(Result.WARN, words(sentence), numbers, tool)
    desk.show(words("Camera"), *drawn(grey))
    question = words("Is this what is in front of the camera?")
    answer = desk.choose(
        question, [words("yes"), words("blurred or stained"), words("no")]
    )
    sentence, result = ANSWERS[answer]
    return Found(result, words(sentence), numbers, tool, Judge.PERSON)


ANSWERS = (
    ("The picture shows what is in front of the camera.", Result.PASS),
    ("The picture is blurred or stained.", Result.WARN),
    ("The picture does not show what is in front of the camera.", Result.FAIL),
)


def drawn(grey: bytes) -> list[str]:
    """The picture in signs, from dark to light, mirrored as people see themselves."""
    low, high = min(grey), max(grey)
    lines = []
    for y in range(0, HEIGHT, HEIGHT // ROWS):
        row = grey[y * WIDTH : (y + 1) * WIDTH : WIDTH // COLUMNS]
        shades = (
            SHADES[(each - low) * len(SHADES) // (high - low + 1)] for each in row
        )
        lines.append("".join(shades)[::-1])
    return lines


def _by_v4l2_ctl(found: Camera, desk: Desk) -> Ran:
    """The tenth picture: the first ones are dark until the camera has settled."""
    form = f"--set-fmt-video=width={WIDTH},height={HEIGHT},pixelformat=YUYV"
    stream = ("--stream-mmap", "--stream-skip=10", "--stream-count=1", "--stream-to=-")
    argv: Sequence[str] = ("v4l2-ctl", "-d", str(found.path), form, *stream)
    return desk.bench.around.run(argv, 20)


def _by_ffmpeg(found: Camera, desk: Desk) -> Ran:
    source = ("-loglevel", "error", "-f", "v4l2", "-i", str(found.path))
    choice = ("-vf", f"select=gte(n\\,10),scale={WIDTH}:{HEIGHT}", "-frames:v", "1")
    form = ("-f", "rawvideo", "-pix_fmt", "gray", "-")
    return desk.bench.around.run(("ffmpeg", *source, *choice, *form), 20)


def _without_picture(ran: Ran, desk: Desk) -> Found:
    words = desk.words
    if ran.why is Why.TOOL_MISSING:
        reason = words(
            "No program that takes pictures is installed (v4l2-ctl, ffmpeg)."
        )
        return Found(Result.NOT_TESTED, reason)
    detail = ran.stderr.decode(errors="replace").strip()[-120:]
    reason = words("The camera is there, but gives no picture: {why}", why=detail)
    return Found(Result.FAIL, reason, tool=ran.argv[0])
