from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backoffice.core.keys import encryption_key, kept_secret, signing_key


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret"
    assert kept_secret(path) == kept_secret(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_of_two_first_starts_one_wins_for_both(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _n: kept_secret(path), range(32)))
    assert len(found) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["secret"]


def test_a_signing_key_is_the_same_at_the_next_start(tmp_path: Path) -> None:
    first, second = (signing_key(tmp_path / "key.pem") for _ in range(2))
    assert first.public_key() == second.public_key()


def test_a_file_that_holds_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("no key at all")
    with pytest.raises(ValueError, match=r"."):
        signing_key(path)


def test_what_is_encrypted_is_read_at_the_next_start(tmp_path: Path) -> None:
    hidden = encryption_key(tmp_path / "key").encrypt(b"a seed")
    assert b"a seed" not in hidden
    assert encryption_key(tmp_path / "key").decrypt(hidden) == b"a seed"
