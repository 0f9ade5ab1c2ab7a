"""What the browsers themselves read of the policies below a folder’s `etc`.

They read them below /etc alone: root mounts that folder over it, and nobody else sees.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import sync_playwright

from tools.postgres import free_port

ACTIVE = 1  # what Firefox says of policies in force; 2 where they cannot be read
# Over /etc comes the folder's own, in a view of the disk that ends with the program.
ISOLATED = """\
#!/bin/sh
exec unshare --mount /bin/sh -ec '
  mount --make-rprivate /
  mount -t tmpfs tmpfs "{room}"
  mkdir "{room}/upper" "{room}/work"
  cp -r "{root}/etc/." "{room}/upper"
  mount -t overlay -o "lowerdir=/etc,upperdir={room}/upper,workdir={room}/work" etc /etc
  exec "$0" "$@"
' {program} "$@"
"""
READ_POLICIES = """() => {
  const all = (root) => [root, ...[...root.querySelectorAll('*')]
    .filter((each) => each.shadowRoot).flatMap((each) => all(each.shadowRoot))];
  const found = {};
  for (const root of all(document)) {
    for (const row of root.querySelectorAll('.policy-data, .policy.row')) {
      const text = (name) => row.querySelector(name)?.textContent.trim();
      const name = text('.name');
      if (name) found[name] = [text('.level'), text('.messages')];
    }
  }
  return found;
}"""
READ_FIREFOX = """return [
  Services.policies.status, Services.policies.getActivePolicies(),
  Services.prefs.getStringPref("browser.startup.homepage"),
  Services.prefs.prefIsLocked("browser.startup.homepage")]"""


class Firefox(NamedTuple):
    status: int
    policies: dict[str, Any]
    homepage: str
    is_locked: bool


def chromium_reads(root: Path) -> dict[str, tuple[str, str]]:
    """Of every policy by its name: its level, and what Chromium says of it."""
    with _isolated(root, "chromium") as started, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=started, args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto("chrome://policy")
        page.wait_for_selector(".policy-data")
        table = page.evaluate(READ_POLICIES)
        browser.close()
    return {name: (level, says) for name, (level, says) in table.items()}


def firefox_reads(root: Path) -> Firefox:
    with _isolated(root, "firefox-esr") as started, _driven(started) as browser:
        script = {"script": READ_FIREFOX, "args": []}
        return Firefox(*browser.ask("WebDriver:ExecuteScript", **script)["value"])


@contextlib.contextmanager
def _isolated(root: Path, program: str) -> Iterator[Path]:
    """A command that starts the program with the folder’s `etc` over the real one."""
    with tempfile.TemporaryDirectory(prefix="rebond-browser-") as name:
        folder = Path(name)
        room, wrapper = folder / "room", folder / "started"
        room.mkdir()
        path = shutil.which(program)
        wrapper.write_text(ISOLATED.format(room=room, root=root, program=path))
        wrapper.chmod(0o755)
        yield wrapper


class Marionette:
    """Firefox's own way of being driven: JSON with its length before it, over TCP."""

    def __init__(self, port: int) -> None:
        deadline = time.monotonic() + 90
        while True:
            try:
                self._wire = socket.create_connection(("127.0.0.1", port), 60)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        self._read()

    def ask(self, command: str, **values: Any) -> Any:
        said = json.dumps([0, 1, command, values]).encode()
        self._wire.sendall(b"%d:%s" % (len(said), said))
        _kind, _number, error, answer = self._read()
        assert error is None, error
        return answer

    def close(self) -> None:
        self._wire.close()

    def _read(self) -> Any:
        length = b""
        while (byte := self._wire.recv(1)) != b":":
            length += byte
        content = b""
        while len(content) < int(length):
            content += self._wire.recv(int(length) - len(content))
        return json.loads(content)


@contextlib.contextmanager
def _driven(started: Path) -> Iterator[Marionette]:
    port, folder = free_port(), started.parent
    profile = folder / "profile"
    profile.mkdir()
    (profile / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
    words = ("--headless", "--marionette", "--remote-allow-system-access")
    process = subprocess.Popen(
        [started, *words, "-profile", profile],
        env={**os.environ, "HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with contextlib.closing(Marionette(port)) as asked:
            asked.ask("WebDriver:NewSession", capabilities={})
            asked.ask("Marionette:SetContext", value="chrome")
            yield asked
    finally:
        process.kill()
        process.wait()
