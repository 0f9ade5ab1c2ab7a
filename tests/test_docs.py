"""The documentation knows everything a reader can meet, and only what exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.sources import ROOT, SERVER, acts, calls, modules, refusals

TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


@cache
def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def everything() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in pages())


def settings_read() -> set[str]:
    """Every variable of the environment that the settings read."""
    (settings,) = [
        module for module in modules("backoffice") if module.dotted.endswith("settings")
    ]
    return {
        call.args[0].value
        for name, call in calls(settings.tree)
        if isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func.value) == "env"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def our_commands() -> set[str]:
    return {n for n, app in get_commands().items() if app.startswith(SERVER)}


def targets() -> set[str]:
    return set(TARGET.findall(page("Makefile")))


def test_every_act_is_in_the_reference() -> None:
    assert [
        name for name in acts() if f"`{name}`" not in page("docs/reference.md")
    ] == []


def test_every_refusal_is_in_the_reference() -> None:
    known = page("docs/reference.md")
    codes = filter(None, refusals().values())
    assert [code for code in codes if f"`{code}`" not in known] == []


def test_every_setting_is_in_the_operator_s_guide() -> None:
    known = page("docs/operations.md")
    assert settings_read() >= {"DATABASE_URL", "STATE_DIR"}
    assert [name for name in sorted(settings_read()) if f"`{name}`" not in known] == []


def test_every_command_is_documented() -> None:
    written = everything()
    assert [n for n in sorted(our_commands()) if f"manage.py {n}" not in written] == []


def test_every_target_of_the_makefile_is_documented() -> None:
    listed = re.findall(r"^([a-z][a-z-]*):.*##", page("Makefile"), re.MULTILINE)
    known = page("docs/development.md")
    assert [name for name in listed if f"`make {name}`" not in known] == []


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_names_only_commands_that_exist(path: Path) -> None:
    """What a page tells to type is there: `make …`, `manage.py …`, `python -m …`."""
    text = path.read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    for name in re.findall(r"\bmake ([a-z][a-z-]*)", code):
        assert name in targets(), f"make {name}"
    for name in re.findall(r"manage\.py ([a-z_]+)", code):
        assert name in get_commands(), f"manage.py {name}"
    for name in re.findall(r"python3? -m ((?:agent|tools|tests)[\w.]*)", code):
        folder = ROOT / name.replace(".", "/")
        assert folder.is_dir() or folder.with_suffix(".py").exists(), name


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_links_only_to_what_exists(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"\w+:|#", target):
            assert (path.parent / target.partition("#")[0]).exists(), target


def test_the_licence_is_whole() -> None:
    licence = page("LICENSE")
    articles = re.findall(r"^(\d+)\. [A-Z]", licence, re.MULTILINE)
    assert [int(number) for number in articles] == list(range(1, 16))
    assert "EUPL © the European Union 2007, 2016" in licence
    assert "Compatible Licences" in licence.partition("Appendix\n")[2]
