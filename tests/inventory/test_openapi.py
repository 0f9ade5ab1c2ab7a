from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from tests.sources import ROOT, refusals
from tests.world import make_world

SNAPSHOT = ROOT / "docs" / "openapi.yaml"
HOW = "manage.py spectacular --lang en --file docs/openapi.yaml"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return read(SNAPSHOT.read_bytes())


def read(described: bytes) -> dict[str, Any]:
    """By the reader written in C: ten thousand lines take the other one a second."""
    found: dict[str, Any] = yaml.load(described, Loader=yaml.CSafeLoader)
    return found


def operations(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_description_is_what_the_code_says(tmp_path: Path) -> None:
    """Programs are written against it: a change of it is a decision."""
    now = tmp_path / "openapi.yaml"
    call_command(
        "spectacular", lang="en", file=str(now), validate=True, fail_on_warn=True
    )
    assert now.read_text(encoding="utf-8") == SNAPSHOT.read_text(encoding="utf-8"), HOW


def test_it_is_valid_openapi(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    validate(schema, cls=OpenAPIV31SpecValidator)


def test_every_operation_says_what_it_does_and_how_it_refuses(
    schema: dict[str, Any],
) -> None:
    for name, operation in operations(schema):
        assert operation["description"], name
        assert {"401", "403"} <= set(operation["responses"]), name
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], name


def test_every_refusal_that_it_names_exists(schema: dict[str, Any]) -> None:
    known = set(refusals().values())
    named = {
        code
        for _name, operation in operations(schema)
        for code in re.findall(
            r"`(\w+)`", operation["responses"].get("409", {}).get("description", "")
        )
    }
    assert {"drive_unproven", "same_person"} <= named
    assert named <= known


@pytest.mark.django_db
def test_it_is_served_to_those_who_are_signed_in(client: Client) -> None:
    assert client.get("/api/schema/").status_code == 401
    client.force_login(make_world().technician)
    served = read(client.get("/api/schema/").content)
    assert served["info"]["title"] == "Rebond"
