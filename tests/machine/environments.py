"""One machine that gets its environment: what serves it, what it does, what was seen."""

from __future__ import annotations

import base64
import functools
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.machine.desks import Ask
from tests.machine.vm import POLL, Hung, Machine

WITHIN = 300.0
OWN_SECONDS = 2.0
OPEN = {"waiting", "taken", "running"}
# Joined once; then the runner's news (a line of JSON: which step it is at) and what the
# screen shows, until the unit that installs has ended. The shop tells it that the
# workshop knows: what the agent's service had to say has been heard.
JOINS = """
state=/var/lib/rebond-agent
shop=http://{host}:{shop}
echo "deb [trusted=yes] $shop/debian ./" >/etc/apt/sources.list
rm -f /etc/apt/sources.list.d/*
screen() {{
  iconv -f UTF-32LE -t UTF-8 /dev/vcsu8 | sed 's/   */\\n/g' | sed '/^ *$/d;s/^/SCREEN /'
}}
watch() {{
  last=
  while :; do
    line=
    read -r line 2>/dev/null <$state/provision/news.json
    number=${{line#*'"number":'}}
    number=${{number%%,*}}
    case "$line" in *'"phase":"step"'*)
      [ "$number" = "$last" ] || {{ say "step $number"; screen; }}
      last=$number;; esac
    sleep 0.2
  done
}}
rm -f $state/provision/news.json
watch 2>/dev/null &
watcher=$!
[ -e $state/identity.json ] ||
  rebond-agent enrol {code} --server http://{host}:{server} --plain-http
say joined
until [ -e $state/provision/over.json ]; do sleep 0.5; done
while systemctl --quiet is-active rebond-agent-provision; do sleep 0.5; done
kill $watcher
say over
screen
echo "OVER $(cat $state/provision/over.json)"
until busybox wget -q -O /dev/null $shop/heard 2>/dev/null; do sleep 0.5; done
say begins
# By what each file was when: an emulated clock runs now too fast, now too slow.
files() {{
  find / -xdev -type f -not -path "$state/*" -not -path '/run/*' -not -path '/var/log/*' \\
    -printf '%p %s %T@ %C@\\n' | sort
}}
mark() {{ files >/run/before; }}
touched() {{ files >/run/after; comm -13 /run/before /run/after | sed 's/^/TOUCHED /'; }}
mark
values=$(getent shadow personne |
  sed 's/^[^:]*:\\([^:]*\\):.*/--value user.password_hash=\\1/')
rebond-agent provision --order {order} $values
echo "AGAIN $?"
say ended
touched
find /etc/chromium /etc/firefox /etc/firefox-esr -path '*policies/*' -type f |
  while read -r file; do echo "POLICY $file $(base64 -w0 "$file")"; done
say again
"""


class Shop(SimpleHTTPRequestHandler):
    """A plain web server of the workshop, which remembers what it was asked for."""

    def __init__(self, asked: list[str], *words: Any, **named: Any) -> None:
        self._asked = asked
        super().__init__(*words, **named)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        self._asked.append(f"{self.command} {self.path}")

    def log_error(self, *_said: object) -> None:
        """It is asked for `heard` before that is there."""


@contextmanager
def served(folder: Path, asked: list[str]) -> Iterator[int]:
    made = functools.partial(Shop, asked, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), made) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def mirror(folder: Path, blobs: dict[str, bytes]) -> None:
    for digest, content in blobs.items():
        path = folder / "blobs/sha256" / digest[:2] / digest
        path.parent.mkdir(parents=True)
        path.write_bytes(content)


@dataclass
class Story:
    """What was seen of one machine, from joining to the last look.

    `starts` are the seconds from each switching-on to the first word of its orders,
    `spent` those of the real processor in the second run.
    """

    office: Ask
    seed: int = 0
    cuts: list[int] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    consoles: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    wrong: str = ""
    spent: float = 0.0
    heard: dict[str, Any] = field(default_factory=dict)

    @property
    def console(self) -> str:
        """Of its last start."""
        return self.consoles[-1]

    def line(self, word: str) -> str:
        return next(
            each for each in self.console.splitlines() if each.startswith(word)
        ).strip()

    def between(self, first: str, last: str) -> str:
        begin = self.console.index(first)
        return self.console[begin : self.console.index(last, begin)]

    @property
    def screen(self) -> str:
        """What stood on its screen at the end, without how that was broken into lines."""
        shown = self.between("GUEST over", "OVER")
        return _plain(" ".join(re.findall(r"^SCREEN (.*)$", shown, re.MULTILINE)))

    def own_seconds(self, run: dict[str, Any]) -> float:
        """What the steps of its second run took of a processor.

        An emulated clock says no more than how the whole is shared out: it has its own
        pace, and goes on while others have the processor.
        """
        begun, ended = (
            float(self.line(f"GUEST {word}").split()[-1])
            for word in ("begins", "ended")
        )
        steps: float = sum(ms for *_said, ms in run["steps"]) / 1000
        return steps * self.spent / (ended - begun)

    def etc(self, folder: Path) -> Path:
        """A folder that has the policies of both browsers, as the machine has them."""
        for path, content in re.findall(
            r"^POLICY /(\S+) (\S+)", self.console, re.MULTILINE
        ):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(base64.b64decode(content))
        return folder

    def is_heard(self) -> bool:
        """Whether the workshop knows how the job ended, and what came of each step."""
        self.heard = self.office("found")
        states = {state for state, _step in self.heard["jobs"]}
        return bool(self.heard["runs"]) and not states & OPEN


def _plain(text: str) -> str:
    """As a console without a font of its own has it, blanks counting for one."""
    return " ".join(text.replace("’", "'").split())


def started(machine: Machine, story: Story) -> None:
    began = time.monotonic()
    machine.wait_for("^GUEST started", WITHIN)
    story.starts.append(time.monotonic() - began)


def heard_and_done_again(machine: Machine, story: Story, shop: Path) -> None:
    """Its first run as the workshop heard of it, then the second and the last looks."""
    machine.wait_for("^GUEST over", WITHIN)
    wait_until(story.is_heard, machine)
    before = machine.processor_seconds
    (shop / "heard").touch()  # what it waits for: seen too late, nothing is missed
    machine.wait_for("^GUEST ended", WITHIN)
    story.spent = machine.processor_seconds - before
    machine.wait_for("^GUEST finished", WITHIN)
    story.consoles.append(machine.said)


def wait_until(is_so: Callable[[], bool], machine: Machine) -> None:
    deadline = time.monotonic() + WITHIN
    while not is_so():
        if machine.is_off or time.monotonic() > deadline:
            raise Hung(machine.said)
        time.sleep(POLL)


def wait_for_step(machine: Machine, number: int) -> int:
    """The step that it is at, once it is that one or a later one; 0 once over."""
    found = [0]

    def is_there() -> bool:
        steps = re.findall(r"^GUEST step (\d+) ", machine.said, re.MULTILINE)
        found[0] = max(map(int, steps), default=0)
        return found[0] >= number or "GUEST over" in machine.said

    wait_until(is_there, machine)
    return found[0] if found[0] >= number else 0
