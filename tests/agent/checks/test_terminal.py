from __future__ import annotations

import os
import pty
import termios

import pytest

from agent.checks.terminal import Hangup, Keys, is_console, listening


@pytest.fixture
def terminal():
    ours, theirs = pty.openpty()
    yield ours, theirs
    for descriptor in (ours, theirs):
        os.close(descriptor)


def typed(terminal, text: bytes) -> list[str]:
    ours, theirs = terminal
    with listening(theirs) as keys:
        os.write(ours, text)
        return list(iter(lambda: keys.next(0.2), ""))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"aZ 1", ["a", "Z", "space", "1"]),
        (b"\r\x7f\t", ["enter", "backspace", "tab"]),
        (b"\x1b[A\x1b[3~\x1bOP\x1b[[E\x1b[24~", ["up", "delete", "f1", "f5", "f12"]),
        ("é&ç".encode(), ["é", "&", "ç"]),
        (b"\x1b", ["escape"]),
        (b"\x1b\x1b", ["escape", "escape"]),
        (b"\x1b[99;5Z", ["unknown"]),
        (b"\xff", ["\ufffd"]),
    ],
    ids=repr,
)
def test_keys_come_one_by_one_under_their_names(terminal, text, names):
    assert typed(terminal, text) == names


def test_a_character_cut_in_two_is_one_character():
    read, write = os.pipe()
    keys = Keys(read)
    os.write(write, "é".encode()[:1])
    assert keys.next(0) == ""
    os.write(write, "é".encode()[1:])
    assert keys.next(0) == "é"
    os.close(read)
    os.close(write)


def test_the_terminal_is_given_back_as_it_was(terminal):
    before = termios.tcgetattr(terminal[1])
    with listening(terminal[1]):
        assert termios.tcgetattr(terminal[1]) != before
    assert termios.tcgetattr(terminal[1]) == before


def test_what_was_typed_too_early_can_be_forgotten(terminal):
    with listening(terminal[1]) as keys:
        os.write(terminal[0], b"abc")
        assert keys.next(1) == "a"
        keys.drop()
        assert keys.next(0) == ""


def test_a_terminal_that_is_gone_is_said():
    read, write = os.pipe()
    os.close(write)
    with pytest.raises(Hangup):
        Keys(read).next(1)
    os.close(read)


def test_a_terminal_of_the_network_is_not_the_machines_own_screen(terminal, tmp_path):
    assert not is_console(terminal[1])
    with (tmp_path / "file").open("w") as file:
        assert not is_console(file.fileno())
