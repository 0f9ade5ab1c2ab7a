"""A description is read to the last word, or refused with the place and the reason."""

from __future__ import annotations

import json

import pytest

from agent.profile import MAX_BYTES, read
from agent.profile.document import MAX_BLOBS, MAX_STEPS, blobs_of
from agent.profile.steps import BY_TYPE, KINDS, StepKind
from agent.wire import Malformed
from tests.agent.profile.profiles import SHA, STEPS, body, raw, step


def refused(*steps, **changes):
    """Where and why a description with these is refused."""
    with pytest.raises(Malformed) as caught:
        read(body(*steps, **changes))
    return str(caught.value)


def test_a_description_of_every_kind_of_step_is_read_and_written_again():
    profile = read(body())
    again = read(json.dumps(profile.to_json()).encode())
    assert again == profile
    assert [each.kind for each in profile.steps] == list(StepKind)
    assert {each.kind for each in KINDS} == set(StepKind) == {*map(StepKind, BY_TYPE)}


def test_what_is_left_out_has_its_default_and_is_written_down():
    (sheet,) = read(body(step("blob"))).steps
    assert (sheet.to_json()["mode"], sheet.to_json()["optional"]) == ("0644", False)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"colour": "blue"}, "colour: is not known"),
        ({"schema": "profile/2"}, "schema: is not the schema profile/1"),
        ({"slug": "../etc"}, "slug: is not a short name"),
        ({"version": 0}, "version: is not between 1 and 1000000"),
        ({"version": True}, "version: is not a whole number"),
        ({"channel": "nightly"}, "channel: is not a channel"),
        ({"title": {"fr": "Emploi"}}, "title.en: is missing"),
        ({"title": {"fr": "a", "en": "b", "nl": "c"}}, "title.nl: is not known"),
        ({"requires": {"cpu": 2}}, "requires.cpu: is not known"),
        ({"requires": {"agent": ">=0.4"}}, "requires.agent: is not a version"),
        ({"requires": {"os": ["debian 12"]}}, "requires.os[0]: is not a system"),
        ({"steps": [7]}, "steps[0]: is not an object"),
        ({"steps": "none"}, "steps: is not a list"),
    ],
    ids=str,
)
def test_a_word_out_of_place_is_refused_with_its_place(changes, where):
    assert refused(**changes).startswith(where)


@pytest.mark.parametrize("of", STEPS, ids=lambda of: of["type"])
def test_an_unknown_key_is_refused_in_every_kind_of_step(of):
    assert refused(of | {"run": "rm -rf /"}) == "steps[0].run: is not known"


@pytest.mark.parametrize("kind", ["ansible", "", "APT", "text ", None, 3])
def test_an_unknown_step_is_refused(kind):
    assert "no kind of step" in refused({"type": kind, "id": "a"})


@pytest.mark.parametrize(
    "path",
    [
        "/etc/../etc/shadow",
        "../../etc/shadow",
        "/srv/../../etc/shadow",
        "/srv/a/./b",
        "/srv//a",
        "/srv/a/",
        "srv/a",
        "/etc/shadow",
        "/etc/sudoers.d/rebond",
        "/etc/cron.d/rebond",
        "/etc/systemd/system/a.service",
        "/etc/profile.d/a.sh",
        "/etc/rc.local",
        "/etc/environment",
        "/etc/bash.bashrc",
        "/etc/NetworkManager/dispatcher.d/a",
        "/etc/cron.daily/a",
        "/etc/init.d/a",
        "/etc/modprobe.d/a.conf",
        "/etc/nsswitch.conf",
        "/usr/share/polkit-1/rules.d/a.rules",
        "/usr/local/bin/sudo",
        "/usr/local/sbin/reboot",
        "/usr/local/lib/python3.11/site.py",
        "/root/.ssh/authorized_keys",
        "/home/marie/.bashrc",
        "/usr/bin/sudo",
        "/boot/vmlinuz",
        "/srv/a b\n",
        "/srv/a\x00b",
        "/srv/$(id)",
        "/srv/a;b",
        "/srv/ a",
        "/srv/..",
        "/srv",
        "/" + "a/" * 20 + "b",
        None,
        7,
    ],
)
def test_no_step_puts_a_file_out_of_its_place(path):
    said = refused(step("text", path=path))
    assert said.startswith("steps[0].path: ")
    assert refused(step("blob", path=path)).startswith("steps[0].path: ")
    assert refused(step("archive", path=path)).startswith("steps[0].path: ")


@pytest.mark.parametrize(
    "path",
    [
        "/srv/rebond/Premier soir.pdf",
        "/usr/share/rebond/Fiches/Écrire un mail.pdf",
        "/etc/firefox/policies/policies.json",
        "/etc/skel/Bureau/Mon e-portfolio/cv.odt",
        "/opt/rebond/a+b@2.txt",
        "/etc/xdg/autostart/accueil.desktop",
    ],
)
def test_files_of_an_environment_have_their_places(path):
    assert read(body(step("text", path=path))).steps[0].to_json()["path"] == path


@pytest.mark.parametrize(
    "name",
    [
        "vlc; rm -rf /",
        "$(id)",
        "`id`",
        "vlc|sh",
        "vlc && id",
        "--allow-unauthenticated",
        "-o=x",
        "vlc\n",
        "vlc nano",
        "./evil.deb",
        "/tmp/evil.deb",
        "vlc=1.0",
        "vlc/sid",
        "VLC",
        "v",
        "vlc-",
        "",
        "a" * 80,
    ],
)
def test_shell_text_and_switches_are_no_names_of_packages(name):
    assert refused(step("apt", present=[name])).startswith("steps[0].present[0]")
    assert refused(step("apt", absent=[name])).startswith("steps[0].absent[0]")


@pytest.mark.parametrize("name", ["vlc", "g++", "libstdc++6", "libc6:i386", "0ad"])
def test_names_of_packages_are_those_of_debian(name):
    assert read(body(step("apt", present=[name]))).steps


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("flatpak", "refs", ["org.videolan.VLC; id"]),
        ("flatpak", "refs", ["--system"]),
        ("flatpak", "remote", "-x"),
        ("blob", "mode", "4755"),
        ("blob", "mode", "0o644"),
        ("blob", "mode", 420),
        ("archive", "format", "rar"),
        ("archive", "strip", 6),
        ("browser", "homepage", "javascript:alert(1)"),
        ("browser", "homepage", "https://a b/"),
        ("browser", "homepage", 'https://a/"onload='),
        ("browser", "homepage", "file:///etc/../etc/shadow"),
        ("dconf", "defaults", [{"key": "/a/b", "value": "x]\n[y"}]),
        ("dconf", "defaults", [{"key": "/a/b", "value": "'a' 'b'"}]),
        ("dconf", "defaults", [{"key": "a/b", "value": "1"}]),
        ("dconf", "locks", ["/a/b\n/c"]),
        ("locale", "lang", "fr_FR.UTF-8; id"),
        ("locale", "keyboard", "fr,us"),
        ("locale", "timezone", "Europe/../../etc/shadow"),
        ("user", "login", "root:x"),
        ("user", "login", "root"),
        ("user", "login", "daemon"),
        ("user", "login", "{{user.name}}"),
        ("user", "password_hash", "$6$abc$" + "a" * 86),
        ("user", "groups", ["docker"]),
        ("user", "groups", ["disk"]),
        ("user", "full_name", "a\nb"),
        ("printer", "uri", "file:///dev/sda"),
        ("printer", "uri", "ipp://a/../../x y"),
        ("printer", "name", "-d"),
        ("kolibri", "source", "ftp://x"),
        ("kiwix", "port", 70_000),
        ("kiwix", "port", 80),
        ("service", "unit", "../evil.service"),
        ("service", "unit", "-x.service"),
        ("service", "unit", "cups"),
        ("script", "timeout_seconds", 0),
        ("script", "check", None),
        ("script", "explains", ""),
    ],
)
def test_what_a_tool_could_take_for_something_else_is_refused(kind, field, value):
    said = refused(step(kind, **{field: value}))
    assert said.startswith(f"steps[0].{field}")


@pytest.mark.parametrize(
    "launcher",
    [
        {"program": "sh -c id"},
        {"program": "../a"},
        {"program": "-x"},
        {"program": "a;b"},
        {"program": "vlc", "arguments": ["a b"]},
        {"program": "vlc", "arguments": ["a\nExec=id"]},
        {"name": "a\nExec=id", "url": "https://a"},
        {"icon": "../../x", "url": "https://a"},
        {},
        {"url": "https://a", "program": "vlc"},
    ],
    ids=str,
)
def test_a_launcher_starts_one_thing_and_no_shell(launcher):
    whole = {"name": "a", "slug": "a", "icon": "a"} | launcher
    assert refused(step("desktop", launchers=[whole])).startswith(
        "steps[0].launchers[0]"
    )


def test_two_steps_of_one_name_are_refused():
    assert refused(step("apt"), step("text", id="programs")) == (
        "steps: says programs twice"
    )


def test_two_files_of_one_name_are_refused():
    (blob,) = raw()["blobs"]
    assert refused(blobs=[blob, blob]) == "blobs: says sheet.pdf twice"


@pytest.mark.parametrize("kind", ["blob", "archive", "kiwix", "script"])
def test_a_step_that_asks_for_no_file_of_the_description_is_refused(kind):
    assert refused(step(kind), blobs=[]) == "steps[0]: asks for no file: sheet.pdf"


def test_an_extension_needs_its_file_too():
    extension = {"id": "uBlock0@raymondhill.net", "blob": "ublock.xpi"}
    said = refused(step("browser", extensions=[extension]))
    assert said == "steps[0]: asks for no file: ublock.xpi"


def test_one_file_of_two_sizes_is_refused():
    (blob,) = raw()["blobs"]
    assert "of two sizes" in refused(
        blobs=[blob, blob | {"name": "b", "size_bytes": 3}]
    )


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../x"},
        {"name": ".hidden"},
        {"sha256": "0" * 63},
        {"sha256": "A" * 64},
        {"size_bytes": -1},
        {"size_bytes": "12"},
        {"media": "text/html; charset=x"},
        {"url": "https://x"},
    ],
    ids=str,
)
def test_a_file_is_named_by_its_hash_and_nothing_else(change):
    (blob,) = raw()["blobs"]
    assert refused(blobs=[blob | change]).startswith("blobs[0].")


@pytest.mark.parametrize(
    "content",
    ["{{user.password_hash}}", "{{root.password}}", "{{ }}", "{{user.login }} {{x}}"],
)
def test_a_text_asks_for_known_values_only_and_for_no_secret(content):
    assert refused(step("text", content=content)).startswith("steps[0].content: asks")


@pytest.mark.parametrize(
    ("kind", "field"), [("text", "path"), ("apt", "present"), ("service", "unit")]
)
def test_no_value_is_put_where_the_schema_does_not_say_so(kind, field):
    value = ["{{user.login}}"] if field == "present" else "/srv/{{user.login}}"
    assert refused(step(kind, **{field: value})).startswith(f"steps[0].{field}")


def test_a_description_of_50_mb_is_refused_before_it_is_parsed():
    assert refused_bytes(b" " * 50_000_000) == f"is larger than {MAX_BYTES} bytes"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is not JSON"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"schema":"profile/1","schema":"profile/1"}', "says a key twice"),
        (b'{"version":NaN}', "holds NaN, which JSON does not know"),
        (b"\xff\xfe{}", "is not UTF-8"),
        (b"[]", "is not an object"),
        (b"null", "is not an object"),
        (b"{}", "schema: is missing"),
        (b"<html>Sign in</html>", "is not JSON"),
    ],
)
def test_what_is_no_description_is_refused(content, why):
    assert refused_bytes(content) == why


def refused_bytes(content):
    with pytest.raises(Malformed) as caught:
        read(content)
    return str(caught.value)


def test_there_are_bounds_to_how_much_is_asked():
    many = [step("apt", id=f"a-{n}") for n in range(MAX_STEPS + 1)]
    assert f"more than {MAX_STEPS}" in refused(*many)
    (blob,) = raw()["blobs"]
    blobs = [blob | {"name": f"b{n}"} for n in range(MAX_BLOBS + 1)]
    assert "more than 1000" in refused(blobs=blobs)


def test_nothing_at_all_to_do_is_refused():
    assert refused(steps=[]) == "steps: holds no step"


def test_files_are_counted_once_however_often_they_are_named():
    (blob,) = raw()["blobs"]
    profile = read(body(blobs=[blob, blob | {"name": "same"}]))
    assert profile.blobs_bytes == 12
    assert profile.blob("same").sha256 == SHA
    assert {name for each in profile.steps for name in blobs_of(each)} == {"sheet.pdf"}
