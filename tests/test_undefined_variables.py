"""The guard of tests/templates.py, broken on purpose."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template import Context, Origin, Template

from tests.templates import UndefinedVariable

OURS = Origin(str(Path(__file__).with_name("page.html")))


def render(text: str, origin: Origin = OURS, **context: object) -> str:
    return Template(text, origin=origin).render(Context(context))


def test_an_undefined_variable_of_our_template_is_an_error() -> None:
    with pytest.raises(UndefinedVariable, match=r"page\.html: device is not defined"):
        render("{{ device }}")


def test_an_undefined_attribute_is_an_error_too() -> None:
    with pytest.raises(UndefinedVariable, match=r"device\.tag is not defined"):
        render("{{ device.tag|default:'-' }}", device={})


def test_asking_whether_a_name_is_there_is_no_error() -> None:
    assert render("{% if device %}{{ device }}{% else %}none{% endif %}") == "none"


def test_other_people_s_templates_may_lean_on_silence() -> None:
    assert render("{{ device }}", origin=Origin("/usr/lib/django/page.html")) == ""
