"""Listen to silence, then to a person, and measure the difference."""

from __future__ import annotations

import array
import math
import sys

from agent.checks.bench import Found
from agent.checks.desk import Desk
from agent.checks.sound import has_card
from agent.run import Ran
from agent.vocabulary import Result, Why

RATE = 16_000
QUIET_SECONDS, LOUD_SECONDS = 2, 4
FLOOR_DBFS = -96
CLEAR_DB = 10


def microphone(desk: Desk) -> Found:
    words = desk.words
    if not has_card(desk):
        return Found(Result.NOT_TESTED, words("No sound card is seen."), {"cards": 0})
    desk.show(words("Microphone"), words("First two seconds of silence."))
    desk.begin(words("listen to the silence"))
    quiet = _record(QUIET_SECONDS, desk)
    if quiet.exit_code != 0:
        return _unheard(quiet, desk)
    desk.show(words("Microphone"), words("Now speak or clap for four seconds."))
    desk.begin(words("listen to me"))
    loud = _record(LOUD_SECONDS, desk)
    if loud.exit_code != 0:
        return _unheard(loud, desk)
    return judge(loudness(quiet.stdout), loudness(loud.stdout), desk)


def judge(quiet_dbfs: int, loud_dbfs: int, desk: Desk) -> Found:
    words = desk.words
    numbers = {"quiet_dbfs": quiet_dbfs, "loud_dbfs": loud_dbfs}
    if loud_dbfs <= FLOOR_DBFS:
        reason = words("The microphone gives nothing at all, not even noise.")
        return Found(Result.FAIL, reason, numbers, "arecord")
    louder = loud_dbfs - quiet_dbfs
    if louder < CLEAR_DB:
        reason = words(
            "The voice is only {louder} dB above the silence.", louder=louder
        )
        return Found(Result.WARN, reason, numbers, "arecord")
    reason = words("The voice is {louder} dB above the silence.", louder=louder)
    return Found(Result.PASS, reason, numbers, "arecord")


def loudness(pcm: bytes) -> int:
    """The level of 16-bit samples in dB below the loudest there can be."""
    samples = array.array("h", pcm[: len(pcm) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    if not samples:
        return FLOOR_DBFS
    middle = sum(samples) / len(samples)  # cheap inputs are not centred
    power = sum((each - middle) ** 2 for each in samples) / len(samples)
    if power < 1:
        return FLOOR_DBFS
    return max(FLOOR_DBFS, round(10 * math.log10(power / 32768**2)))


def _record(seconds: int, desk: Desk) -> Ran:
    words = desk.words
    desk.say(words("Listening…"))
    form = ("-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", "1")
    argv = ("arecord", "-q", *form, "-d", str(seconds))
    ran = desk.bench.around.run(argv, seconds + 10)
    desk.keys.drop()
    return ran


def _unheard(ran: Ran, desk: Desk) -> Found:
    words = desk.words
    if ran.why is Why.TOOL_MISSING:
        return Found(Result.NOT_TESTED, words("arecord is not installed."))
    detail = ran.stderr.decode(errors="replace").strip()[:120]
    reason = words("Nothing could be recorded: {why}", why=detail)
    return Found(Result.UNKNOWN, reason, tool="arecord")
