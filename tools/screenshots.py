"""Takes the pictures of the user guides: `make docs-screenshots`.

A demo world of its own, a real server and the machine's Chromium; the main line is
walked once in French and once in English, and photographed on the way. Nothing of an
installation is read or written.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tools.pictured_line import walk
from tools.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "images"
LANGUAGES = ("fr", "en")
START_SECONDS = 30.0
# Documents are read on telephones too, and the repository keeps every version.
MOST_BYTES = 150_000
TELL = "from backoffice.demo.__main__ import make_world; make_world()"


class NoPicture(RuntimeError):
    """Something is missing or too large; the message says what."""


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rebond-pictures-") as folder:
        told = Path(folder) / "told"
        environment = _environment(told, Path(folder) / "static")
        for command in (
            ("manage.py", "migrate", "-v0"),
            ("manage.py", "collectstatic", "--noinput", "-v0"),
            ("-c", TELL),
        ):
            subprocess.run(
                [sys.executable, *command], cwd=ROOT, env=environment, check=True
            )
        with _chromium() as browser:
            for language in LANGUAGES:
                own = shutil.copytree(told, Path(folder) / language)
                with _serving({**environment, "STATE_DIR": str(own)}) as address:
                    walk(browser, address, language, agent=own / "agent", keep=keep)
    return 0


def keep(name: str, picture: bytes) -> None:
    """Write a picture with the few colours that it needs.

    Raises NoPicture where it is too large all the same; then nothing is written.
    """
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    small = io.BytesIO()
    colours = image.quantize(colors=128, dither=Image.Dither.NONE)
    colours.save(small, "PNG", optimize=True)
    path = PICTURES / f"{name}.png"
    size = len(small.getvalue())
    if size > MOST_BYTES:
        message = f"{path.name} has {size} bytes, more than {MOST_BYTES}."
        raise NoPicture(message)
    path.write_bytes(small.getvalue())
    print(f"{path.relative_to(ROOT)}: {size // 1024} KiB")


def _environment(state: Path, static: Path) -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    wanted = {name: os.environ[name] for name in kept if name in os.environ}
    return wanted | {
        "STATE_DIR": str(state),
        "STATIC_ROOT": str(static),
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
    }


@contextmanager
def _chromium() -> Iterator[Browser]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if found is None:
        message = "No Chromium here: apt-get install chromium, or name one in CHROMIUM."
        raise NoPicture(message)
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=found, args=quiet)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _serving(environment: dict[str, str]) -> Iterator[str]:
    """A server of its own, from `with` to its end."""
    listen = f"127.0.0.1:{free_port()}"
    address = f"http://{listen}"
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--listen", listen],
        cwd=ROOT,
        env={**environment, "BASE_URL": address},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=START_SECONDS)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    message = f"The server at {address} did not start."
    raise NoPicture(message)


if __name__ == "__main__":
    sys.exit(main())
