"""A server behind a reverse proxy that ends TLS (docs/operations.md)."""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.agent.authority import VALID, Authority
from tests.faults.front import LOCAL, front
from tests.faults.installation import STOP, Installation
from tests.migrated import copy_sqlite

pytestmark = pytest.mark.server


@contextmanager
def behind_tls(folder: Path, proxies: int) -> Iterator[tuple[str, ssl.SSLContext]]:
    """The address of an installation that believes so many proxies, and its trust."""
    authority = Authority()
    running = Installation(folder, folder / "static", None, "", {})
    running.environment |= {
        "BASE_URL": f"https://{LOCAL}",
        "TRUSTED_PROXIES": str(proxies),
    }
    running.state.mkdir(mode=0o700)
    copy_sqlite(running.state / "rebond.sqlite3")
    running.run("manage.py", "migrate", "-v0")
    running.run("manage.py", "collectstatic", "--noinput", "-v0")
    running.start()
    try:
        with front(running.port, authority.certified(folder, VALID, LOCAL)) as secure:
            trust = ssl.create_default_context(cadata=authority.pem.decode())
            yield f"https://{LOCAL}:{secure.server_port}", trust
    finally:
        running.server.kill()


class Stay(urllib.request.HTTPRedirectHandler):
    """Shows a redirection instead of following it."""

    def redirect_request(self, *_words: object) -> None:
        return None


def asked(address: str, trust: ssl.SSLContext) -> tuple[int, str]:
    """The status of the page to sign in, and the cookie that came with it."""
    secure = urllib.request.HTTPSHandler(context=trust)
    try:
        answer = urllib.request.build_opener(secure, Stay).open(address, timeout=STOP)
    except urllib.error.HTTPError as other:
        answer = other
    with answer:
        return answer.status, answer.headers.get("Set-Cookie", "")


def test_a_page_behind_a_trusted_proxy_is_served_and_its_cookie_is_secure(
    tmp_path: Path,
) -> None:
    with behind_tls(tmp_path, proxies=1) as (address, trust):
        status, cookie = asked(f"{address}/account/login/", trust)
    assert status == 200
    assert "Secure" in cookie


def test_a_proxy_that_nobody_named_is_not_believed(
    tmp_path: Path,
) -> None:
    with behind_tls(tmp_path, proxies=0) as (address, trust):
        status, cookie = asked(f"{address}/account/login/", trust)
    assert (status, cookie) == (301, "")
