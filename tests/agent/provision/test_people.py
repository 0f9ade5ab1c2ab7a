"""A machine that comes back holds nobody's account, home or network any more."""

from __future__ import annotations

import os
import shutil

import pytest

from agent.installed import StepState
from agent.provision.people import leave, people
from agent.words import Words
from tests import needs

ENGLISH = Words(is_french=False)
PASSWD = """root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
marie:x:1000:1000:Marie,,,:/home/marie:/bin/bash
paul:x:1001:1001::/home/paul:/bin/bash
"""
needs_root = needs.needed(
    os.geteuid() == 0 and shutil.which("userdel") is not None, "needs root’s userdel"
)


@pytest.fixture
def root(tmp_path):
    for path, content in (
        ("etc/passwd", PASSWD),
        ("etc/shadow", "root:*:1::::::\nmarie:*:1::::::\npaul:*:1::::::\n"),
        ("etc/group", "root:x:0:\nmarie:x:1000:\npaul:x:1001:\n"),
        ("etc/gshadow", "root:*::\nmarie:!::\npaul:!::\n"),
        ("etc/login.defs", "USERGROUPS_ENAB yes\n"),
        ("home/marie/Documents/lettre.odt", "secret"),
        ("home/paul/.bashrc", ""),
        ("home/former/left.txt", "of an account that is gone"),
        ("etc/NetworkManager/system-connections/Chez moi.nmconnection", "psk=secret"),
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    return tmp_path


def states(root):
    return {each.id: each.state for each in leave(root, ENGLISH)}


def test_people_are_told_from_the_system_s_own_accounts(root):
    assert people(root) == [("marie", "/home/marie"), ("paul", "/home/paul")]


@needs_root
def test_accounts_homes_and_networks_are_gone(root):
    assert set(states(root).values()) == {StepState.CHANGED}
    assert people(root) == []
    assert list((root / "home").iterdir()) == []
    assert "secret" not in "".join(
        path.read_text() for path in root.rglob("*") if path.is_file()
    )
    assert set(states(root).values()) == {StepState.CHANGED}  # twice is once


@needs_root
@pytest.mark.parametrize("home", ["/", "/etc", "/home", "/home/../etc", "/var/lib/x"])
def test_what_is_no_home_is_not_removed_and_said(root, home):
    passwd = (root / "etc/passwd").read_text().replace("/home/marie", home)
    (root / "etc/passwd").write_text(passwd)
    assert states(root)["homes"] is StepState.FAILED
    assert (root / "etc/shadow").exists()
    assert (root / "etc/login.defs").exists()


@needs_root
def test_a_link_in_a_home_leads_nowhere_else(root):
    (root / "precious").write_text("of the machine")
    (root / "home/marie/link").symlink_to(root / "precious")
    states(root)
    assert (root / "precious").read_text() == "of the machine"


def test_an_account_that_stays_is_said(root, monkeypatch):
    monkeypatch.setattr("agent.run.ENVIRONMENT", {"PATH": "/nowhere"})
    homes, _connections = leave(root, ENGLISH)
    assert (homes.state, homes.code) == (StepState.FAILED, "tool_failed")
    assert (root / "home/marie/Documents/lettre.odt").exists()
