"""`manage.py verify_certificate`: offline, in words, with an exit code that says it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from backoffice.core.signing import folder
from inventory import actions
from tests.inventory.certified import reported, ssd
from tests.world import World, make_world


@pytest.fixture
def paper(db: None, tmp_path: Path) -> Path:
    """A certificate as a donor got it."""
    world: World = make_world()
    certificate = actions.issue_certificate(
        erasure=reported(world, ssd(world)), language="fr", by=world.officer
    )
    path = tmp_path / "paper.pdf"
    path.write_bytes(bytes(certificate.document.file.pdf))
    return path


def said(*arguments: Path | str) -> str:
    out = StringIO()
    call_command("verify_certificate", *map(str, arguments), stdout=out)
    return out.getvalue()


def refused(*arguments: Path | str) -> tuple[int, str]:
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("verify_certificate", *map(str, arguments), stdout=out)
    return raised.value.returncode, out.getvalue() + str(raised.value)


def test_a_certificate_of_ours_is_valid(paper: Path) -> None:
    line = said(paper)
    assert "valid: AEF-" in line
    assert "purge" in line
    assert "EX-HD-00001" in line


def test_the_database_is_not_asked(
    paper: Path, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        said(paper)


def test_one_flipped_bit_is_found(paper: Path) -> None:
    altered = bytearray(paper.read_bytes())
    altered[len(altered) // 2] ^= 1
    paper.write_bytes(altered)
    code, words = refused(paper)
    assert code == 1
    assert "NOT VALID" in words


def test_one_bad_file_among_good_ones_is_found(paper: Path, tmp_path: Path) -> None:
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.4 nothing")
    code, words = refused(paper, tmp_path / "other.pdf")
    assert code == 1
    assert "valid: AEF-" in words
    assert "1 of 2 do not hold" in words


def test_a_donor_checks_it_with_the_signer_s_certificate_alone(
    paper: Path, settings: Settings, tmp_path: Path
) -> None:
    (signer,) = (folder() / "certificates").glob("*.pem")
    settings.STATE_DIR = tmp_path / "a donor’s computer"
    assert "valid: AEF-" in said(paper, "--certificate", signer)
    code, words = refused(paper)
    assert code == 2
    assert "--certificate" in words


def test_what_cannot_be_read_is_said(tmp_path: Path, paper: Path) -> None:
    assert refused(tmp_path / "absent.pdf")[0] == 2
    (tmp_path / "none.pem").write_text("no certificate")
    assert refused(paper, "--certificate", tmp_path / "none.pem")[0] == 2


def test_the_command_makes_no_key(tmp_path: Path, client: Client) -> None:
    (tmp_path / "x.pdf").write_bytes(b"x")
    refused(tmp_path / "x.pdf")
    assert not folder().exists()
