"""`manage.py import_resource`: from a path, a folder or an address, as often as it takes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backoffice.core.models import User
from backoffice.core.roles import Role
from provisioning.errors import ImportFailed, ResourceTooLarge
from provisioning.kinds import Licence, ResourceKind
from provisioning.models import Resource
from provisioning.store import fetching, incoming
from provisioning.store.fetching import Fetching, source_of
from tests.provisioning.files import in_library, pdf, png, zim
from tests.world import person

pytestmark = pytest.mark.django_db


class Server(BaseHTTPRequestHandler):
    """One file, with ranges as web servers give them; `plan` says what goes wrong."""

    content = b""
    tag = '"one"'
    # Of each answer in turn: how many bytes of it are sent before the line is cut.
    plan: list[int]
    asked: list[str]
    status = 200

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.asked.append(wanted)
        same = self.headers.get("If-Range", self.tag) == self.tag
        start = int(wanted[6:].partition("-")[0]) if wanted and same else 0
        body = self.content[start:]
        self.send_response(self.status if not start else (206 if body else 416))
        if self.tag:
            self.send_header("ETag", self.tag)
        if start and not body:
            self.send_header("Content-Range", f"bytes */{len(self.content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = self.plan.pop(0) if self.plan else len(body)
        self.wfile.write(body[:cut])

    def log_message(self, *words: Any) -> None:
        """Tests say what they saw."""


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Server]]:
    monkeypatch.setattr(fetching, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(fetching, "STEP", 1000)

    class Own(Server):
        content, plan, asked = zim(bytes(5000)), [], []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    Own.address = f"http://127.0.0.1:{server.server_port}/wikipedia_fr-mini.zim"  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Own
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def lead() -> User:
    return person(Role.WORKSHOP_LEAD)


def run(source: object, by: User, *words: str) -> str:
    out = io.StringIO()
    said = ["--by", by.email, "--licence", "CC-BY-SA-4.0", *words]
    call_command("import_resource", str(source), *said, stdout=out, stderr=out)
    return out.getvalue()


def nothing_waits() -> bool:
    return not list(incoming.folder().iterdir())


# ------------------------------------------------------------------ from this machine


def test_a_file_comes_from_a_path(lead: User, tmp_path: Path) -> None:
    file = tmp_path / "ecrire-un_courriel.pdf"
    file.write_bytes(pdf())
    said = run(file, lead, "--from", "Les amis du courriel, 2026")
    resource = Resource.objects.get()
    assert resource.blob.sha256 in said
    assert "100 %" in said
    assert (resource.title_fr, resource.kind) == ("ecrire un courriel", "sheet")
    assert file.exists()
    assert nothing_waits()


def test_the_files_of_a_folder_come_each_once(lead: User, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf("a"))
    (tmp_path / "b.png").write_bytes(png())
    known = in_library(lead, pdf("a"))
    said = run(tmp_path, lead, "--from", "A friend")
    assert "already" in said
    assert Resource.objects.count() == 2
    assert Resource.objects.exclude(pk=known.pk).get().kind == ResourceKind.PICTURE


def test_what_is_refused_is_said_and_the_rest_comes(lead: User, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"<html>")
    (tmp_path / "b.pdf").write_bytes(pdf())
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, lead, "--from", "A friend")
    assert ended.value.code == 1
    assert Resource.objects.get().title_fr == "b"


def test_what_is_missing_is_said(lead: User, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        run(tmp_path / "absent.pdf", lead)
    unnamed = tmp_path / "unnamed"
    unnamed.write_bytes(pdf())
    with pytest.raises(CommandError, match="--kind"):
        run(unnamed, lead)
    with pytest.raises(CommandError, match="no account"):
        call_command("import_resource", str(unnamed), "--by", "nobody@exemple.test")
    with pytest.raises(CommandError, match="--licence"):
        call_command("import_resource", str(unnamed), "--by", lead.email)
    assert not Resource.objects.exists()


def test_who_may_not_keep_the_library_brings_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf())
    with pytest.raises(SystemExit):
        run(file, person(Role.TECHNICIAN), "--from", "A friend")
    assert not Resource.objects.exists()


def test_a_file_that_changed_meanwhile_comes_anew(lead: User, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf("the first one"))
    half = Fetching(source_of(str(file)))
    half.run(ResourceKind.SHEET, lambda here, size: None)
    file.write_bytes(pdf("another"))
    run(file, lead, "--from", "A friend")
    assert Resource.objects.get().blob.size == len(pdf("another"))


# ------------------------------------------------------------------ from an address


def test_a_line_that_is_cut_goes_on(lead: User, web: Any) -> None:
    web.plan = [1500, 0, 2000]
    run(web.address, lead)
    resource = Resource.objects.get()
    assert resource.blob.sha256 == hashlib.sha256(web.content).hexdigest()
    assert resource.source_url == web.address
    assert resource.title_fr == "wikipedia fr mini"
    assert web.asked == ["", "bytes=1000-", "bytes=1000-", "bytes=3000-"]


def test_a_line_that_stays_cut_is_said_and_the_same_command_goes_on(
    lead: User, web: Any
) -> None:
    web.plan = [2500, 0, 0, 0]
    with pytest.raises(SystemExit):
        run(web.address, lead)
    assert not Resource.objects.exists()
    web.plan, web.asked[:] = [], []
    run(web.address, lead)
    assert web.asked == ["bytes=2000-"]
    assert Resource.objects.get().blob.size == len(web.content)
    assert nothing_waits()


def test_another_file_at_the_address_comes_anew(lead: User, web: Any) -> None:
    web.plan = [2500, 0, 0, 0]
    with pytest.raises(SystemExit):
        run(web.address, lead)
    web.tag, web.content = '"two"', zim(b"others" * 900)
    run(web.address, lead)
    assert Resource.objects.get().blob.size == len(web.content)


def test_a_server_that_cannot_tell_states_apart_is_asked_for_all(
    lead: User, web: Any
) -> None:
    web.tag, web.plan = "", [2500]
    run(web.address, lead)
    assert web.asked == ["", ""]
    assert Resource.objects.get().blob.size == len(web.content)


def test_all_of_it_being_here_nothing_is_fetched_again(lead: User, web: Any) -> None:
    fetched = Fetching(source_of(web.address))
    fetched.run(ResourceKind.ZIM, lambda here, size: None)
    run(web.address, lead)
    assert web.asked == ["", f"bytes={len(web.content)}-"]


def test_an_address_that_gives_no_file_is_said(lead: User, web: Any) -> None:
    web.status = 404
    fetched = Fetching(source_of(web.address))
    with pytest.raises(ImportFailed, match="404"):
        fetched.run(ResourceKind.ZIM, lambda here, size: None)
    web.status, web.content = 200, b"<!DOCTYPE html><p>Please sign in"
    with pytest.raises(SystemExit):
        run(web.address, lead)
    assert not Resource.objects.exists()


def test_what_is_too_large_for_its_kind_is_not_fetched(lead: User, web: Any) -> None:
    web.content = bytes(2 * 1024 * 1024)
    fetched = Fetching(source_of(web.address))
    with pytest.raises(ResourceTooLarge):
        fetched.run(ResourceKind.SCRIPT, lambda here, size: None)
    assert fetched.incoming.received == 0


def test_another_hash_than_the_announced_one_is_refused(lead: User, web: Any) -> None:
    with pytest.raises(SystemExit):
        run(web.address, lead, "--sha256", "0" * 64)
    assert not Resource.objects.exists()


def test_a_known_hash_is_not_fetched_at_all(lead: User, web: Any) -> None:
    in_library(lead, web.content, ResourceKind.ZIM)
    wanted = hashlib.sha256(web.content).hexdigest()
    assert "already" in run(web.address, lead, "--sha256", wanted)
    assert web.asked == []


def test_it_is_given_up_and_nothing_is_left(lead: User, web: Any) -> None:
    web.plan = [2500, 0, 0, 0]
    with pytest.raises(SystemExit):
        run(web.address, lead)
    assert not nothing_waits()
    assert "nothing of it is left" in run(web.address, lead, "--cancel")
    assert nothing_waits()


def test_it_is_stopped_by_hand_and_says_how_to_go_on(
    lead: User, web: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(self: Any, here: int, size: int) -> None:
        if here >= 2000:
            raise KeyboardInterrupt

    told = "provisioning.management.commands.import_resource.Told.__call__"
    monkeypatch.setattr(told, stopped)
    with pytest.raises(SystemExit) as ended:
        run(web.address, lead)
    assert ended.value.code == 130
    monkeypatch.undo()
    run(web.address, lead)
    assert web.asked[-1] == "bytes=2000-"
    assert Licence(Resource.objects.get().licence) is Licence.BY_SA
