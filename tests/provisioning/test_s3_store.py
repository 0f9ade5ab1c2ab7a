"""Blobs with a service that speaks S3: a real client, real HTTP, moto's server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django.fixtures import Settings

from provisioning.errors import StoreAway
from provisioning.store import place_of, store
from provisioning.store.incoming import hash_of
from provisioning.store.turns import AT_ONCE
from tests.provisioning.files import arrived

if TYPE_CHECKING:
    from provisioning.store.s3 import S3Store

pytestmark = pytest.mark.server
# More than boto3 sends at once: it arrives in parts.
CONTENT = bytes(range(256)) * 40_000
NAME = hashlib.sha256(CONTENT).hexdigest()
ADDRESS = f"/api/agent/v1/blobs/sha256/{NAME[:2]}/{NAME}"


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    # Loaded here alone: who runs the quick tests does not wait for it.
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def kept(
    service: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[S3Store]:
    """A bucket with one blob in it, as our settings name it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    query = f"endpoint={service}&region=eu-west-3"
    settings.BLOB_STORAGE = f"s3://rebond/environments?{query}"
    found = cast("S3Store", store())
    found.client.create_bucket(
        Bucket="rebond", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
    )
    file = arrived(CONTENT)
    found.keep(file.path, hash_of(file.path))
    yield found
    found.client.delete_object(Bucket="rebond", Key=found.key(NAME))
    found.client.delete_bucket(Bucket="rebond")


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer)


def test_a_blob_is_kept_under_its_hash_and_cached_for_ever(kept: S3Store) -> None:
    there = kept.client.get_object(
        Bucket="rebond", Key=f"environments/{place_of(NAME)}"
    )
    assert there["CacheControl"] == "public, max-age=31536000, immutable"
    assert there["Body"].read() == CONTENT
    assert (kept.size(NAME), kept.size("0" * 64)) == (len(CONTENT), None)


def test_the_same_file_twice_is_sent_once(kept: S3Store) -> None:
    before = kept.client.head_object(Bucket="rebond", Key=kept.key(NAME))
    file = arrived(CONTENT)
    kept.keep(file.path, NAME)
    after = kept.client.head_object(Bucket="rebond", Key=kept.key(NAME))
    assert after["LastModified"] == before["LastModified"]
    assert file.received == 0


def test_the_door_gives_all_of_it_or_a_part(client: Client) -> None:
    whole = client.get(ADDRESS)
    assert (whole.status_code, body(whole)) == (200, CONTENT)
    part = client.get(ADDRESS, headers={"Range": "bytes=1000000-1000009"})
    assert (part.status_code, body(part)) == (206, CONTENT[1_000_000:1_000_010])
    assert part["Content-Length"] == "10"
    assert client.head(ADDRESS)["Content-Length"] == str(len(CONTENT))
    assert client.get(ADDRESS.replace(NAME[:4], NAME[:3] + "x")).status_code == 404


def test_no_more_pass_than_threads_can_be_spared(client: Client) -> None:
    busy = [client.get(ADDRESS) for _ in range(AT_ONCE)]
    refused = client.get(ADDRESS)
    assert (refused.status_code, refused.json()["code"]) == (503, "store_away")
    assert refused["Retry-After"] == "5"
    assert [body(answer) == CONTENT for answer in busy] == [True] * AT_ONCE
    assert body(client.get(ADDRESS)) == CONTENT


def test_a_service_that_is_away_is_said_and_the_file_stays(
    client: Client, settings: Settings, kept: S3Store
) -> None:
    settings.BLOB_STORAGE = "s3://rebond/?endpoint=http://127.0.0.1:9&region=x"
    assert client.get(ADDRESS).status_code == 503
    file = arrived(b"waits")
    with pytest.raises(StoreAway):
        store().keep(file.path, hash_of(file.path))
    assert file.received == 5
    with pytest.raises(StoreAway):
        store().open(NAME, 0, 1)


def test_a_bucket_that_is_not_there_has_no_files(
    client: Client, settings: Settings
) -> None:
    settings.BLOB_STORAGE = settings.BLOB_STORAGE.replace("rebond", "other")
    assert client.get(ADDRESS).status_code == 404
    with pytest.raises(StoreAway):
        store().open(NAME, 0, 1)
