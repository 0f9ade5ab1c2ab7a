from __future__ import annotations

from pathlib import Path

import pytest

from agent.bench.settings import FILE, Settings, read


def told(stick: Path, text: str | bytes, command_line: str = "quiet") -> Settings:
    content = text.encode() if isinstance(text, str) else text
    (stick / FILE).write_bytes(content)
    return read(stick, command_line)


def test_the_stick_names_the_server_and_the_keyboard(tmp_path):
    known = told(
        tmp_path, 'server = "https://rebond.exemple.test/"\nkeyboard="be-latin1"'
    )
    assert known.server == "https://rebond.exemple.test"
    assert (known.keyboard, known.wrong, known.ca) == ("be-latin1", "", None)


def test_the_kernel_s_words_win_over_the_stick(tmp_path):
    words = "boot=live rebond.server=https://autre.exemple.test rebond.code=K7QM3XPA"
    known = told(tmp_path, 'server = "https://rebond.exemple.test"', words)
    assert (known.server, known.code) == ("https://autre.exemple.test", "K7QM3XPA")


def test_without_a_stick_the_keyboard_is_french(tmp_path):
    known = read(tmp_path / "none", "quiet")
    assert known == Settings(keyboard="fr")


def test_an_authority_beside_the_settings_is_the_one_to_trust(tmp_path):
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----")
    assert read(tmp_path, "").ca == tmp_path / "ca.pem"


def test_a_file_saved_by_windows_is_read(tmp_path):
    text = '\ufeffserver = "https://rebond.exemple.test"\r\nplain_http = true\r\n'
    known = told(tmp_path, text)
    assert (known.server, known.plain_http) == ("https://rebond.exemple.test", True)


@pytest.mark.parametrize("text", [b"server = https://x", b"\xff\xfe", b"\0" * 90_000])
def test_a_file_that_cannot_be_read_is_said_and_names_no_server(tmp_path, text):
    known = told(tmp_path, text)
    assert known.wrong
    assert (known.server, known.keyboard) == ("", "fr")


@pytest.mark.parametrize(
    "value", ["7", "[1]", "{a = 1}", "true", '"\\u0000\\u001b[2J"']
)
def test_a_value_that_is_no_text_is_as_if_nobody_said_it(tmp_path, value):
    known = told(tmp_path, f"server = {value}")
    assert known.server.isprintable()
    assert known.wrong == ""
