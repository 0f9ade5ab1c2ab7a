"""Loudspeakers: a tone on the left, a tone on the right, and a person who listens."""

from __future__ import annotations

import array
import math
import sys
import tempfile
import wave
from pathlib import Path

from agent.checks.bench import Found
from agent.checks.desk import Desk
from agent.collect.around import said
from agent.run import Ran
from agent.vocabulary import Judge, Result, Why

RATE = 44_100
TONE_SECONDS = 1.5
LEFT, RIGHT = 440, 660
PLAYERS = (("aplay", "-q"), ("pw-play",), ("paplay",))
# A fresh system starts silent; controls that a card does not have are no error.
CONTROLS = ("Master", "Speaker", "Headphone", "PCM", "Front")


def speakers(desk: Desk) -> Found:
    words = desk.words
    if not has_card(desk):
        return Found(Result.NOT_TESTED, words("No sound card is seen."), {"cards": 0})
    desk.show(
        words("Loudspeakers"), words("A tone comes from the left, then from the right.")
    )
    desk.begin(words("play"))
    _turn_up(desk)
    heard = []
    for side in (0, 1):
        ran = _play(side, desk)
        if ran.exit_code != 0:
            return _unplayed(ran, desk)
        heard.append(_is_heard(side, desk))
    return judge(heard[0], heard[1], desk)


def has_card(desk: Desk) -> bool:
    """Whether the kernel lists any card (/proc/asound/cards)."""
    cards = said(desk.bench.around.proc / "asound/cards")
    return any(
        line.split()[:1][0].isdigit() for line in cards.splitlines() if line.split()
    )


def judge(left: bool, right: bool, desk: Desk) -> Found:
    words = desk.words
    numbers = {"left": int(left), "right": int(right)}
    if left and right:
        reason = words("Both sides were heard.")
        return Found(Result.PASS, reason, numbers, by=Judge.PERSON)
    if not left and not right:
        reason = words("Nothing was heard.")
        return Found(Result.FAIL, reason, numbers, by=Judge.PERSON)
    side = words("the left") if left else words("the right")
    reason = words("Only {side} was heard.", side=side)
    return Found(Result.WARN, reason, numbers, by=Judge.PERSON)


def _is_heard(side: int, desk: Desk) -> bool:
    """A person may want to hear it again before answering."""
    words = desk.words
    name = words("the right") if side else words("the left")
    question = words("Was there a tone from {side}?", side=name)
    answers = [words("yes"), words("no"), words("play it again")]
    while (answer := desk.choose(question, answers)) == 2:
        _play(side, desk)
    return answer == 0


def _turn_up(desk: Desk) -> None:
    for control in CONTROLS:
        desk.bench.around.run(("amixer", "-q", "sset", control, "80%", "unmute"), 5)


def _play(side: int, desk: Desk) -> Ran:
    """Play a tone with the first player that is installed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tone.wav"
        write_tone(path, side)
        for player in PLAYERS:
            ran = desk.bench.around.run((*player, str(path)), 15)
            if ran.why is not Why.TOOL_MISSING:
                break
    return ran


def _unplayed(ran: Ran, desk: Desk) -> Found:
    words = desk.words
    if ran.why is Why.TOOL_MISSING:
        reason = words("No player of sounds is installed (aplay, pw-play).")
        return Found(Result.NOT_TESTED, reason)
    detail = ran.stderr.decode(errors="replace").strip()[:120]
    reason = words("The tone could not be played: {why}", why=detail)
    return Found(Result.UNKNOWN, reason, tool=ran.argv[0])


def write_tone(path: Path, side: int) -> None:
    """A stereo file with a tone on one side only; it swells, so that nothing cracks."""
    count = int(RATE * TONE_SECONDS)
    pitch = (LEFT, RIGHT)[side]
    frames = array.array("h", bytes(4 * count))
    for n in range(count):
        swell = min(1.0, n / 2000, (count - n) / 2000)
        height = math.sin(2 * math.pi * pitch * n / RATE)
        frames[2 * n + side] = int(20_000 * swell * height)
    if sys.byteorder == "big":
        frames.byteswap()
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(frames.tobytes())
