"""Loudspeakers and microphone, with programs that really run."""

from __future__ import annotations

import array
import dataclasses
import math
import wave

import pytest

from agent import run
from agent.checks.microphone import FLOOR_DBFS, loudness, microphone
from agent.checks.sound import RATE, speakers, write_tone
from agent.vocabulary import Judge, Result
from tests.agent.checks.benches import install
from tests.agent.trees import grow

CARDS = {
    "proc/asound/cards": " 0 [PCH   ]: HDA-Intel - HDA Intel PCH\n             irq 3\n"
}
NO_CARDS = {"proc/asound/cards": "--- no soundcards ---\n"}


@pytest.fixture
def at_card(sit, tmp_path):
    """Sit at a machine with a sound card, where programs really run."""

    def seat(*answers: str, cards: dict[str, str] = CARDS):
        grow(tmp_path, cards)
        desk = sit(*answers).desk
        around = desk.bench.around._replace(run=run.run)
        bench = dataclasses.replace(desk.bench, around=around)
        return dataclasses.replace(desk, bench=bench)

    return seat


@pytest.mark.parametrize(
    ("answers", "result", "said"),
    [
        (("\r", "1", "1"), Result.PASS, "Both sides"),
        (("\r", "1", "2"), Result.WARN, "Only the left"),
        (("\r", "2", "1"), Result.WARN, "Only the right"),
        (("\r", "2", "2"), Result.FAIL, "Nothing"),
        (("\r", "3", "3", "1", "1"), Result.PASS, "Both sides"),
    ],
)
def test_a_person_says_which_side_was_heard(
    at_card, tools_folder, tmp_path, answers, result, said
):
    played = tmp_path / "played"
    install(tools_folder, "aplay", f'[ -s "$2" ] && echo "$1" >>{played}')
    found = speakers(at_card(*answers))
    assert (found.result, found.by) == (result, Judge.PERSON)
    assert found.reason.startswith(said)
    assert len(played.read_text().split()) == 2 + answers.count("3")


def test_the_sound_is_turned_up_first(at_card, tools_folder, tmp_path):
    install(tools_folder, "amixer", f'echo "$@" >>{tmp_path / "mixed"}; exit 1')
    install(tools_folder, "pw-play", "exit 0")
    assert speakers(at_card("\r", "1", "1")).result is Result.PASS
    assert "sset Master 80% unmute" in (tmp_path / "mixed").read_text()


def test_a_machine_without_a_card_is_not_tested(at_card):
    for trial in (speakers, microphone):
        found = trial(at_card(cards=NO_CARDS))
        assert (found.result, found.numbers) == (Result.NOT_TESTED, {"cards": 0})
        assert trial(at_card(cards={})).result is Result.NOT_TESTED


def test_without_a_player_it_is_not_tested_and_with_a_bad_one_unknown(
    at_card, tools_folder
):
    assert speakers(at_card("\r")).result is Result.NOT_TESTED
    install(tools_folder, "aplay", "echo 'audio open error: busy' >&2; exit 1")
    found = speakers(at_card("\r"))
    assert (found.result, "busy" in found.reason) == (Result.UNKNOWN, True)


@pytest.mark.parametrize("side", [0, 1])
def test_a_tone_is_on_its_side_alone(tmp_path, side):
    write_tone(tmp_path / "tone.wav", side)
    with wave.open(str(tmp_path / "tone.wav")) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, RATE)
        samples = array.array("h", sound.readframes(sound.getnframes()))
    assert max(samples[side::2]) > 19_000
    assert set(samples[1 - side :: 2]) == {0}


def pcm(height: int, count: int = 16_000, middle: int = 0) -> bytes:
    sine = (middle + int(height * math.sin(n / 5)) for n in range(count))
    return array.array("h", sine).tobytes()


@pytest.mark.parametrize(
    ("quiet", "loud", "result"),
    [
        (pcm(30), pcm(9000), Result.PASS),
        (pcm(3000), pcm(4000), Result.WARN),
        (pcm(0), pcm(0), Result.FAIL),
    ],
    ids=["voice", "hum", "nothing"],
)
def test_the_voice_is_measured_against_the_silence(
    at_card, tools_folder, tmp_path, quiet, loud, result
):
    for seconds, sound in ((2, quiet), (4, loud)):
        (tmp_path / f"{seconds}.pcm").write_bytes(sound)
    script = f'while [ "$1" != -d ]; do shift; done; cat {tmp_path}/$2.pcm'
    install(tools_folder, "arecord", script)
    found = microphone(at_card("\r", "\r"))
    assert (found.result, found.by) == (result, Judge.MEASURED)


def test_loudness_is_measured_in_decibels_below_the_loudest():
    assert loudness(array.array("h", [32767, -32767] * 100).tobytes()) == 0
    assert loudness(pcm(3277)) == -23
    assert loudness(pcm(3277, middle=9000)) == -23
    assert loudness(b"") == loudness(b"\0") == loudness(bytes(100)) == FLOOR_DBFS


def test_without_arecord_it_is_not_tested_and_where_it_fails_unknown(
    at_card, tools_folder
):
    assert microphone(at_card("\r")).result is Result.NOT_TESTED
    install(tools_folder, "arecord", "echo 'no such device' >&2; exit 1")
    found = microphone(at_card("\r"))
    assert (found.result, "no such device" in found.reason) == (Result.UNKNOWN, True)
