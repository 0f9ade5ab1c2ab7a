"""House rules that no linter knows. docs/architecture.md says why they are rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from tests.sources import (
    DJANGO_APPS,
    ROOT,
    SERVER,
    Function,
    Module,
    acts,
    calls,
    functions,
    modules,
    name_of,
    opens_transaction,
    refusals,
    rooms,
)

# The steps that write a state; everything else goes through them.
STATUS_WRITERS = {
    "inventory.actions.status": {"change_status", "put_hold"},
    "inventory.actions.drive_cycle": {"change_drive_status", "open_cycle"},
    "lending.actions.status": {"change_status"},
}
PAGES = ("views", "api", "forms", "serializers", "filters", "exports", "cards")
# An agent is not a user: its endpoint finds the agent's own rows by its credential.
AGENTS_DOOR = {"provisioning.api.door", "provisioning.api.scanner"}
# What a machine does by itself: its join code, then its credential, says which one.
BY_MACHINES = {"enrol_agent", "accept_report", "sign_checkpoint", "note_clone"}
BY_MACHINES |= {"rotate_token", "adopt_token", "note_contact", "note_events"}
BY_MACHINES |= {"rebuild_agent", "join_scanner", "keep_arrived"}
BY_MACHINES |= {"tell_connectivity", "seed_apns"}
BY_MACHINES |= {"signature_of", "give_waiting_environment"}
# Wraps acts from outside, after their transaction has ended.
AROUND_ACTS = {"refusals_kept", "clones_noted", "order_refusals_kept"}
AROUND_ACTS |= {"unreadable_kept"}
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers"}
VAGUE |= {"handler", "handlers", "item", "items", "object", "objects", "stuff"}
OURS = {app.replace("/", ".") for app in DJANGO_APPS}
# Made anew from the row it belongs to: nothing is lost with it.
DERIVED = {"DeviceTerm"}
DJANGO_S_NAMES = {"last_login", "date_joined"}
# Django and django-allauth look these up by themselves.
OVERRIDES = re.compile(
    r"(400|403|404|413|429|500)\.html|(account|mfa|allauth|registration)/.*"
)


# ------------------------------------------------------------------ acts


def test_only_the_steps_write_a_status() -> None:
    for module in modules(*SERVER):
        for function in ast.walk(module.tree):
            if not isinstance(function, Function):
                continue
            may = function.name in STATUS_WRITERS.get(module.dotted, set())
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                    assert may or node.attr != "status", module.at(node)


def test_a_status_is_set_in_bulk_nowhere_and_at_birth_only_in_acts() -> None:
    births = {"create", "get_or_create", "bulk_create"}
    for module in modules(*SERVER):
        inside = ".actions" in module.dotted
        for name, call in calls(module.tree):
            if "status" in {keyword.arg for keyword in call.keywords}:
                assert name not in {"update", "update_or_create"}, module.at(call)
                assert inside or name not in births, module.at(call)


def test_an_act_is_durable_and_says_who_does_it() -> None:
    for name, (module, act) in acts().items():
        assert "durable=True" in _decorators(act), f"{module.at(act)} {name}"
        # The server's own periodic acts take nothing and have nobody to name.
        for last in [*act.args.args, *act.args.kwonlyargs][-1:]:
            assert last.arg == "by" or name in BY_MACHINES, f"{module.at(act)} {name}"


def test_the_outermost_transaction_is_said_to_be_durable() -> None:
    """A bare atomic() hides whether it commits: say durable=True or savepoint=False."""
    for module in modules(*SERVER):
        for name, call in calls(module.tree):
            said = {keyword.arg for keyword in call.keywords}
            if name == "atomic":
                assert said & {"durable", "savepoint"}, module.at(call)


def test_no_act_calls_an_act() -> None:
    names = set(acts())
    for module in rooms("actions"):
        for function in functions(module):
            if function.name in AROUND_ACTS:
                continue
            for name, call in calls(function):
                assert name not in names, f"{module.at(call)} calls the act {name}"


def test_a_step_opens_no_transaction() -> None:
    for module in rooms("actions"):
        for function in functions(module):
            steps = {name for name, _ in calls(function)} & {"require_transaction"}
            assert not (steps and opens_transaction(function)), module.at(function)


def test_every_act_has_a_test() -> None:
    tests = _words_of("tests")
    assert [name for name in acts() if name not in tests] == []


def test_every_refusal_has_a_test() -> None:
    tests = _words_of("tests")
    untested = {name for name, code in refusals().items() if not {name, code} & tests}
    assert untested == set()


# ------------------------------------------------------------------ doors


def test_pages_reach_rows_through_visible_to() -> None:
    """`Model.objects` in a page or an endpoint is followed by `.visible_to(` or `.none(`."""
    for module in rooms(*PAGES):
        for node in ast.walk(module.tree):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.Attribute) and child.attr == "objects":
                    door = isinstance(node, ast.Attribute) and node.attr in {
                        "visible_to",
                        "none",
                    }
                    assert door or module.dotted in AGENTS_DOOR, module.at(child)


def test_addresses_carry_public_ids_never_primary_keys() -> None:
    for pattern in _patterns(get_resolver()):
        assert not re.search(r"<(int:|slug:)?(pk|id)>|<int:", pattern), pattern


def test_nothing_of_the_chain_of_custody_is_deleted_with_something_else() -> None:
    for field in _fields(models.ForeignKey):
        kept = field.model._meta.app_label in {"inventory", "provisioning", "lending"}
        kept = kept and field.model.__name__ not in DERIVED
        remote = field.remote_field
        assert remote is not None
        assert not kept or remote.on_delete is models.PROTECT, str(field)


# ------------------------------------------------------------------ names and shapes


def test_instants_end_in_at_and_dates_in_on() -> None:
    for field in _fields(models.DateField):
        if field.name in DJANGO_S_NAMES:
            continue
        ending = ("_at", "_since") if isinstance(field, models.DateTimeField) else "_on"
        assert field.name.endswith(ending), str(field)


@pytest.mark.parametrize("folder", [*SERVER, "agent", "tools", "tests"])
def test_no_module_has_a_name_that_says_nothing(folder: str) -> None:
    for module in modules(folder):
        assert not set(module.dotted.split(".")) & VAGUE, module.dotted


def test_imports_stand_at_the_top_of_a_module() -> None:
    """An import inside a function dodges a cycle that should not be there."""
    for module in modules(*SERVER, "tools"):
        for function in ast.walk(module.tree):
            if isinstance(function, Function):
                for node in ast.walk(function):
                    inside = isinstance(node, ast.Import | ast.ImportFrom)
                    assert not inside, module.at(node)


def test_nothing_is_hung_on_a_signal() -> None:
    for module in modules(*SERVER):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom):
                names = {node.module or "", *(alias.name for alias in node.names)}
                heard = {"signals", "receiver", "dispatch"}
                parts = {part for name in names for part in name.split(".")}
                assert not parts & heard, module.at(node)


def test_nothing_is_left_to_do() -> None:
    for path in _python(
        "backoffice", "inventory", "provisioning", "lending", "agent", "tools"
    ):
        assert not re.search(r"\b(TODO|FIXME|HACK)\b", path.read_text()), path


def test_no_test_is_skipped_in_silence_where_it_decides() -> None:
    """`tests.needs` fails in CI; the two databases are each skipped on the other."""
    skips = re.compile(r"mark\.skipif|pytest\.skip\b|importorskip")
    found = {path.name for path in _python("tests") if skips.search(path.read_text())}
    assert found == {"needs.py", "test_settings.py", Path(__file__).name}


# ------------------------------------------------------------------ templates


def test_every_template_is_used() -> None:
    spoken = "".join(
        path.read_text()
        for folder in (*SERVER, "tests")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".txt"}
    )
    for path, name in _templates():
        # In quotes, or the first of a yesno’s two.
        said = (f'"{name}"', f"'{name}'", f'"{name},')
        used = any(each in spoken for each in said)
        assert used or OVERRIDES.fullmatch(name), f"{path} is used by nothing"


def test_templates_hold_no_script_and_no_style_of_their_own() -> None:
    """The page policy refuses both: they would silently not work."""
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=", re.IGNORECASE
    )
    for path, _ in _templates():
        assert inline.findall(path.read_text()) == [], path


def test_scripts_set_no_style_and_htmx_writes_none() -> None:
    """The policy of the pages refuses both; the state of a thing is a class or data."""
    sets = re.compile(r"\.style\b|cssText|[\"']style[\"']|<style|insertRule")
    scripts = sorted((ROOT / "assets" / "js").glob("*.js"))
    assert scripts
    for script in scripts:
        assert not sets.search(script.read_text(encoding="utf-8")), script.name
    base = ROOT / "backoffice/core/templates/core/base.html"
    loads_htmx = [
        path.name
        for path, _name in _templates()
        if "build/app.js" in path.read_text(encoding="utf-8")
    ]
    assert loads_htmx == [base.name]
    assert '"includeIndicatorStyles":false' in base.read_text(encoding="utf-8")


# Forms that record nothing or give out a file, and those with a nonce of their own.
# Answers to a question replace the one before: sent again after going back, they must.
ACTS_NOT = re.compile(
    r"account/|mfa/|core/components/|lending/portal/answers/|inventory/(cards/|station|journal|label_choose)"
    r"|provisioning/erasures_export|lending/connections/modem_paper"
)
OWN_NONCE = re.compile(r"{{ form\.nonce }}")


def test_a_form_that_acts_is_sent_once() -> None:
    """Back and saved once more, it must not act a second time."""
    for path, name in _templates():
        text = path.read_text()
        if not (ACTS_NOT.match(name) or OWN_NONCE.search(text)):
            forms = text.count("{% csrf_token %}")
            assert text.count("{% once %}") == forms, path


def test_templates_ask_for_permissions_never_for_roles() -> None:
    for path, _ in _templates():
        assert not re.search(r"\.groups\b|is_superuser|is_staff", path.read_text()), (
            path
        )


# ------------------------------------------------------------------ reading


def _decorators(function: Function) -> str:
    return " ".join(ast.unparse(decorator) for decorator in function.decorator_list)


def _fields(
    kind: type[models.Field[object, object]],
) -> Iterator[models.Field[object, object]]:
    for model in apps.get_models(include_auto_created=False):
        if model.__module__.startswith(tuple(OURS)):
            yield from (
                field
                for field in model._meta.get_fields()
                if isinstance(field, kind) and field.model is model
            )


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, address)
        elif _is_ours(entry):
            yield address


def _is_ours(entry: URLPattern) -> bool:
    module = getattr(entry.callback, "__module__", "")
    return module.split(".")[0] in SERVER


def _templates() -> Iterator[tuple[Path, str]]:
    for app in DJANGO_APPS:
        folder = ROOT / app / "templates"
        for path in sorted(folder.rglob("*.*")):
            yield path, str(path.relative_to(folder))


def _python(*folders: str) -> Iterator[Path]:
    return (module.path for module in modules(*folders))


@cache
@cache
def _words_of(folder: str) -> set[str]:
    """Every name and every short string that the tests of a folder use."""
    found: set[str] = set()
    for module in modules(folder):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Name | ast.Attribute):
                found.add(name_of(node))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_the_rules_see_the_house() -> None:
    """Rules that look at nothing pass: this one knows what must be there."""
    assert {"receive_device", "declare_ready"} <= acts().keys()
    assert refusals()["DriveUnproven"] == "drive_unproven"
    assert any(isinstance(module, Module) for module in rooms("views"))
    assert dict(_templates())
