"""How far a line went is one word, and one sentence in each language."""

from __future__ import annotations

from typing import Any

import pytest

from agent.connected import Driver, LinkTest, PinEnd, Standing, Verdict
from agent.modem.parse.iccid import Iccid
from agent.modem.seen import Seen
from agent.modem.trying import Way
from agent.modem.verdict import LOCKED, SENTENCES, judge, sentence
from agent.words import Words
from tests.agent.modem.simulator import ICCID

SEEN = Seen(
    driver=Driver.MODEMMANAGER,
    card=Iccid(ICCID),
    lock="none",
    standing=Standing.HOME,
    operator="Orange F",
    signal_percent=60,
)
ENGLISH, FRENCH = Words(is_french=False), Words(is_french=True)


def way(link: LinkTest | None = None, **seen: Any) -> Way:
    return Way((SEEN._replace(**seen),), True, PinEnd.NOT_NEEDED, True, link)


UP = LinkTest(up=True, address=True, names=True, page=True, status=200)


@pytest.mark.parametrize(
    ("link", "seen", "verdict"),
    [
        (UP, {}, Verdict.WORKS),
        (UP.but(page=False), {}, Verdict.NO_PAGE),
        (UP.but(names=False, page=None), {}, Verdict.NO_NAMES),
        (UP.but(address=False), {}, Verdict.NO_ADDRESS),
        (LinkTest(), {}, Verdict.NO_ADDRESS),
        (LinkTest(), {"standing": Standing.SEARCHING}, Verdict.NO_NETWORK),
        (
            LinkTest(),
            {"standing": Standing.IDLE, "signal_percent": 0},
            Verdict.NO_SIGNAL,
        ),
        (None, {}, Verdict.NOT_TRIED),
    ],
)
def test_the_first_thing_that_failed_is_the_verdict(link, seen, verdict):
    assert judge(way(link, **seen), is_asked=True) is verdict


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing.DENIED, "is it activated"),
        (Standing.SEARCHING, "finds no network"),
        (Standing.ROAMING, "abroad it is not used"),
    ],
)
def test_a_network_that_does_not_take_the_card_has_its_reason(standing, said):
    found = way(LinkTest(), standing=standing)
    verdict = judge(found, is_asked=True)
    assert said in sentence(verdict, found, ENGLISH)


@pytest.mark.parametrize("words", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_every_verdict_and_every_lock_is_a_sentence(words):
    for verdict in set(SENTENCES) | {Verdict.LOCKED}:
        for pin in LOCKED:
            said = sentence(verdict, way()._replace(pin=pin, why="why"), words)
            assert said[-1] in ".?y"
            assert "{" not in said


def test_every_word_has_its_sentence():
    assert set(SENTENCES) == set(Verdict) - {Verdict.LOCKED}


def test_one_that_is_not_its_card_s_is_told_before_its_lock():
    found = Way((SEEN._replace(lock="sim-puk"),), False, PinEnd.OTHER_CARD)
    assert judge(found, is_asked=True) is Verdict.OTHER_CARD
