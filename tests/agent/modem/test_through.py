"""A line of its own, made of two network spaces: everything leaves by its card alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.collect.around import Around
from agent.identity import Server
from agent.modem import linktest
from agent.modem.nm import Route
from agent.modem.parse import dns
from tests import needs

FAR_SIDE = Path(__file__).with_name("farside.py")
NAME, CARD, HERE, THERE = "rebondline", "rbl0", "203.0.113.1", "203.0.113.2"

real = [
    pytest.mark.root,
    needs.root(),
    needs.programs("ip", packages="iproute2"),
]


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def far_side() -> Iterator[None]:
    """A name server and a page, in a space that only the card leads to."""
    ip("netns", "add", NAME)
    try:
        ip("link", "add", CARD, "type", "veth", "peer", "name", "far", "netns", NAME)
        ip("addr", "add", f"{HERE}/24", "dev", CARD)
        ip("link", "set", CARD, "up")
        ip("-n", NAME, "addr", "add", f"{THERE}/24", "dev", "far")
        ip("-n", NAME, "link", "set", "far", "up")
        ip("-n", NAME, "link", "set", "lo", "up")
        with subprocess.Popen(
            ["ip", "netns", "exec", NAME, sys.executable, str(FAR_SIDE), THERE],
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            yield
            process.terminate()
    finally:
        ip("netns", "delete", NAME)


def over(page: str, addresses: tuple[str, ...] = (HERE,)) -> linktest.Tried:
    route = Route(CARD, addresses, (THERE,))
    server = Server(address="http://bench.example")
    return linktest.over(Around(), route, page, server, lambda _step: None)


class TestReal:
    pytestmark = real

    def test_the_server_s_page_comes_and_its_bytes_are_counted(self, far_side):
        link = over("http://bench.example/connected/").link
        assert (link.names, link.page, link.status) == (True, True, 200)
        assert link.interface == CARD
        assert link.bytes > 20_000

    def test_a_name_that_nobody_knows_ends_there(self, far_side):
        link = over("http://other.example/").link
        assert (link.address, link.names, link.page) == (True, False, None)
        assert link.bytes > 0

    def test_a_page_of_an_operator_who_wants_money_is_not_ours(self, far_side):
        link = over("http://bench.example/portal/").link
        assert (link.page, link.status) == (False, 302)

    def test_a_server_that_does_not_answer_is_told_with_its_reason(self, far_side):
        tried = over("http://bench.example:9/")
        assert (tried.link.names, tried.link.page) == (True, False)
        assert "refused" in tried.why

    def test_another_line_does_not_answer_for_it(self, far_side):
        """The machine itself has this address, and would answer over any other card."""
        tried = over("http://127.0.0.1:1/")
        assert tried.link.page is False


def test_a_card_without_an_address_is_not_gone_over():
    link = over("http://bench.example/", addresses=()).link
    assert (link.up, link.address, link.names, link.page) == (True, False, None, None)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\x07",
        b"\x00\x07\x01\x00" + b"\x00" * 8,
        b"\x00\x08\x81\x80\x00\x00\x00\x01\x00\x00\x00\x00",
        b"\x00\x07\x81\x80\x00\x00\x00\x02\x00\x00\x00\x00\xc0",
        b"\x00\x07\x81\x80\xff\xff\xff\xff\x00\x00\x00\x00" + b"\x00" * 40,
    ],
)
def test_what_is_no_answer_to_the_question_is_none(answer):
    assert dns.addresses(7, answer) is None


def test_a_name_that_does_not_exist_has_no_address():
    assert dns.addresses(7, b"\x00\x07\x81\x83" + b"\x00" * 8) == []


@pytest.mark.parametrize("name", ["", "a..b", "x" * 64, "\udcff.example"])
def test_what_is_no_name_is_not_asked_for(name):
    with pytest.raises(ValueError, match=r".*"):
        dns.question(7, name)
