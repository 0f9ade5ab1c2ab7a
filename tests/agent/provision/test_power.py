"""The runner is killed where it stands, as often as it likes, and ends whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from agent.installed import StepState
from agent.provision.lines import Lines
from agent.provision.room import Asked
from tests.agent.provision.test_passing import server, workshop
from tests.agent.provision.workshops import text

__all__ = ["server", "workshop"]

PROJECT = Path(__file__).resolve().parents[3]
# The process ends at once, without a word, when so many lines were written down.
DIES = """
import os, sys
from pathlib import Path
from agent.provision.lines import Lines
left, root, state = int(sys.argv[1]), sys.argv[2], sys.argv[3]
add = Lines.add
def dying(self, line):
    global left
    add(self, line)
    left -= 1
    if not left:
        os.kill(os.getpid(), 9)
Lines.add = dying
from agent.parser import parser_for
from agent.provision.command import provision
from agent.words import Words
words = Words(is_french=False)
asked = parser_for(words).parse_args(["--state", state, "provision", "--resume"])
sys.exit(provision(asked, words, Path(root)))
"""


def run(workshop, lines):
    argv = [sys.executable, "-c", DIES, lines, workshop.root, workshop.state]
    ran = subprocess.run(
        list(map(str, argv)), cwd=PROJECT, capture_output=True, check=False
    )
    return ran.returncode


def test_it_ends_whole_however_often_the_power_fails(workshop):
    order = workshop.publish(*(text(number) for number in range(8)))
    workshop.room.ask(Asked(order=order, language="en"))
    codes = [run(workshop, lines) for lines in (3, 7, 6)]
    assert codes == [-9, -9, -9]
    assert workshop.reports() == []
    begun = Lines(workshop.room.journal(order.slug)).read()
    assert 0 < len([line for line in begun if line.get("did") == "ended"]) < 8
    assert run(workshop, 1000) == 0
    (told,) = workshop.reports()
    assert told.resumed == 3
    assert {each.state for each in told.steps} <= {StepState.OK, StepState.CHANGED}
    for number in range(8):
        assert workshop.read(f"{number}.txt") == f"text {number}"
    leftovers = list(workshop.root.rglob("*.unfinished"))
    assert leftovers == []
    assert json.loads(told.to_bytes())["outcome"] == "whole"
