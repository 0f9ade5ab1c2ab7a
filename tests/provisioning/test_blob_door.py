"""The door for blobs: anybody with the hash, any part, for ever the same."""

from __future__ import annotations

import gc
import hashlib

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from provisioning.store import store
from provisioning.store.incoming import hash_of
from provisioning.store.ranges import Part, Unsatisfiable, part_of
from provisioning.store.turns import AT_ONCE
from tests.provisioning.files import arrived

CONTENT = bytes(range(256)) * 20
NAME = hashlib.sha256(CONTENT).hexdigest()
TAG = f'"{NAME}"'
ADDRESS = f"/api/agent/v1/blobs/sha256/{NAME[:2]}/{NAME}"
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture(autouse=True)
def _kept() -> None:
    # An answer that another test did not read keeps its turn until it is found.
    gc.collect()
    file = arrived(CONTENT)
    store().keep(file.path, hash_of(file.path))


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer)


def test_anybody_gets_all_of_it_without_the_database(client: Client) -> None:
    answer = client.get(ADDRESS)
    assert (answer.status_code, body(answer)) == (200, CONTENT)
    assert (answer["ETag"], answer["Cache-Control"]) == (TAG, FOR_EVER)
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Length"] == "5120"
    assert not answer.cookies


def test_a_browser_saves_it_and_shows_nothing_of_it(client: Client) -> None:
    answer = client.get(ADDRESS)
    assert body(answer) == CONTENT
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == "attachment"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-", 100, 5120),
        ("bytes=5000-99999", 5000, 5120),
        ("bytes=-20", 5100, 5120),
        ("bytes=-99999", 0, 5120),
    ],
)
def test_a_part_of_it_is_given(
    client: Client, asked: str, start: int, end: int
) -> None:
    answer = client.get(ADDRESS, headers={"Range": asked})
    assert (answer.status_code, body(answer)) == (206, CONTENT[start:end])
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/5120"
    assert answer["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=5120-", "bytes=9999-10000", "bytes=-0"])
def test_what_lies_beyond_its_end_is_refused(client: Client, asked: str) -> None:
    answer = client.get(ADDRESS, headers={"Range": asked})
    assert (answer.status_code, body(answer)) == (416, b"")
    assert answer["Content-Range"] == "bytes */5120"


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=5-1",
        "bytes=a-b",
        "bytes=-",
        "lines=1-2",
        "bytes=0-1,5-6",
        "bytes=" + "9" * 4000,
    ],
)
def test_a_range_that_says_nothing_gives_all_of_it(client: Client, asked: str) -> None:
    answer = client.get(ADDRESS, headers={"Range": asked})
    assert (answer.status_code, body(answer)) == (200, CONTENT)


def test_a_range_of_another_file_gives_all_of_this_one(client: Client) -> None:
    part = {"Range": "bytes=10-"}
    same = client.get(ADDRESS, headers={**part, "If-Range": TAG})
    other = client.get(ADDRESS, headers={**part, "If-Range": '"another"'})
    assert (same.status_code, body(same)) == (206, CONTENT[10:])
    assert (other.status_code, body(other)) == (200, CONTENT)


def test_who_has_it_is_told_so(client: Client) -> None:
    answer = client.get(ADDRESS, headers={"If-None-Match": f'"x", W/{TAG}'})
    assert (answer.status_code, answer["ETag"]) == (304, TAG)
    assert body(client.get(ADDRESS, headers={"If-None-Match": '"x"'})) == CONTENT


def test_its_size_is_said_without_it(client: Client) -> None:
    answer = client.head(ADDRESS)
    assert (answer.status_code, body(answer)) == (200, b"")
    assert (answer["Content-Length"], answer["ETag"]) == ("5120", TAG)
    part = client.head(ADDRESS, headers={"Range": "bytes=1-4"})
    assert (part.status_code, part["Content-Length"]) == (206, "4")


@pytest.mark.parametrize(
    "end",
    [
        f"00/{NAME}",
        f"{NAME[:2]}/{NAME.upper()}",
        f"{NAME[:2]}/{NAME[:-1]}",
        f"{NAME[:2]}/{NAME}%00",
        f"{NAME[:2]}/..%2F..%2Fsecret_key",
        "ab/" + "ab" * 32,
    ],
)
def test_what_is_not_here_is_said_in_a_problem(client: Client, end: str) -> None:
    answer = client.get(f"/api/agent/v1/blobs/sha256/{end}")
    assert answer.status_code == 404
    assert NAME.encode() not in answer.content


def test_nobody_writes_through_it(client: Client) -> None:
    for method in (client.post, client.put, client.delete, client.patch):
        assert method(ADDRESS).status_code == 405
    assert body(client.get(ADDRESS)) == CONTENT


def test_an_empty_file_has_no_part() -> None:
    assert part_of(0, TAG, {}) == Part(0, 0, whole=True)
    with pytest.raises(Unsatisfiable):
        part_of(0, TAG, {"Range": "bytes=0-"})


def test_a_server_of_threads_keeps_some_for_people(client: Client) -> None:
    """Machines that come too late are told when to ask again; then they get it."""
    busy = [client.get(ADDRESS) for _ in range(AT_ONCE)]
    refused = client.get(ADDRESS)
    assert (refused.status_code, refused.json()["code"]) == (503, "store_away")
    assert refused["Retry-After"] == "5"
    assert client.head(ADDRESS).status_code == 200
    assert [body(answer) == CONTENT for answer in busy] == [True] * AT_ONCE
    assert body(client.get(ADDRESS)) == CONTENT


def test_one_that_is_never_read_gives_its_turn_back(client: Client) -> None:
    for _ in range(2 * AT_ONCE):
        client.get(ADDRESS).close()
    assert body(client.get(ADDRESS)) == CONTENT
