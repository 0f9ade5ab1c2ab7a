"""What is refused is refused in words, in both languages, before anything is touched."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from agent import wire
from agent.provision.reasons import say
from agent.provision.refusals import FRENCH, in_french
from agent.provision.room import Asked
from agent.words import Words
from tests.agent.provision.workshops import Workshop, sheet, text
from tests.agent.server import Server

AGENT = Path(__file__).resolve().parents[3] / "agent"
PARTIAL, REFUSED, BLOCKED = 2, 3, 4
SHEET = bytes(range(250)) * 20
PAGE = b"<html>Sign in to this hotel</html>"
REFUSING = {"Malformed", "NotSigned", "Distrusted", "NotThere", "Wrong"}
REFUSING |= {"NotUnderstood", "Unreachable", "_Missed", "Busy"}
FORMS = {"Shape", "Filled"}
SPEAKERS = [
    *(AGENT / name for name in ("kinds.py", "message.py", "transport.py")),
    *(AGENT / "provision" / f"{name}.py" for name in ("blobs", "sources", "trust")),
    *sorted((AGENT / "profile").glob("*.py")),
]
# Where a program of ours is at fault, or a message of the wire.
NOT_OF_A_DESCRIPTION = {
    "is not a 7",
    "is not a tuple",
    "is not base64",
    "is not 7 to 7 bytes",
    "is not 7",
    "no certificate of this server has the pinned key",
}


@pytest.fixture(scope="module")
def server():
    with Server() as running:
        yield running


@pytest.fixture
def workshop(tmp_path, server):
    server.files.clear()
    return Workshop(tmp_path, server)


def both(workshop: Workshop, order: wire.ProfileOrder, capsys: Any) -> list[Any]:
    """How it ends and what it says, in French and in English."""
    told = []
    for language in ("fr", "en"):
        workshop.room.ask(Asked(order=order, language=language))
        ended = workshop.resume()
        told.append((ended, capsys.readouterr().err.strip()))
    assert [path.name for path in (workshop.root / "srv").iterdir()] == [".keep"]
    return told


def packages(*names: str) -> dict[str, Any]:
    return {"type": "apt", "id": "programs", "present": list(names)}


@pytest.mark.parametrize(
    ("step", "french", "english"),
    [
        (
            {"type": "ansible", "id": "a"},
            "steps[0].type\u202f: n’est pas une sorte d’étape connue",
            "steps[0].type: is no kind of step that is known",
        ),
        (
            text(1, path="/srv/rebond/../../etc/shadow"),
            "steps[0].path\u202f: mène hors de son dossier",
            "steps[0].path: leads out of its folder",
        ),
        (
            packages("vlc; rm -rf /"),
            "steps[0].present[0]\u202f: n’est pas le nom d’un paquet",
            "steps[0].present[0]: is not the name of a package",
        ),
        (
            packages("--allow-unauthenticated"),
            "steps[0].present[0]\u202f: n’est pas le nom d’un paquet",
            "steps[0].present[0]: is not the name of a package",
        ),
        (
            text(1, "{{user.password_hash}}"),
            "steps[0].content\u202f: demande user.password_hash, ce qu’aucun texte ne peut",
            "steps[0].content: asks for user.password_hash, which no text may",
        ),
        (
            text(1, colour="blue"),
            "steps[0].colour\u202f: n’est pas connu",
            "steps[0].colour: is not known",
        ),
    ],
    ids=["unknown step", "way up", "shell", "switch", "secret", "unknown key"],
)
def test_a_signed_step_that_asks_too_much_is_refused(
    workshop, capsys, step, french, english
):
    order = workshop.publish(step)
    assert both(workshop, order, capsys) == [
        (REFUSED, f"Cet agent ne peut pas lire cet environnement\u202f: {french}"),
        (REFUSED, f"This environment cannot be read by this agent: {english}"),
    ]


def test_a_page_of_the_network_is_no_description(workshop, capsys):
    order = workshop.publish(text(1))
    workshop.server.files[workshop.path] = PAGE
    altered = "it was altered after it was signed"
    (first, said), (second, told) = both(workshop, order, capsys)
    assert (first, second) == (REFUSED, REFUSED)
    assert said == (
        "La signature de cet environnement ne tient pas\u202f: "
        "le contenu a été modifié après la signature"
    )
    assert told == f"This environment’s signature does not hold: {altered}"


def test_a_page_of_the_network_is_no_key(workshop, capsys):
    order = workshop.publish(text(1))
    workshop.server.files[wire.PROFILE_KEYS_PATH] = PAGE
    (first, said), (second, told) = both(workshop, order, capsys)
    assert (first, second) == (BLOCKED, BLOCKED)
    assert said == (
        "Le serveur ne donne pas les clés des environnements\u202f: n’est pas du JSON"
    )
    assert told == "The server does not give the keys of environments: is not JSON"


def test_a_description_of_50_mb_is_not_taken_into_memory(workshop, capsys):
    order = workshop.publish(text(1))
    workshop.server.files[workshop.path] = b" " * 50_000_000
    (french, said), (english, told) = both(workshop, order, capsys)
    assert (french, english) == (BLOCKED, BLOCKED)
    sentence = "Le serveur ne donne pas cet environnement"
    assert f"{sentence}\u202f: une réponse de plus de 2097152 octets" in said
    assert "The server does not give this environment: an answer of more" in told


@pytest.mark.parametrize(
    ("page", "french", "english"),
    [
        (PAGE, "il fait 34 octets au lieu de 5000", "it has 34 bytes instead of 5000"),
        (PAGE.ljust(5000), "c’est un autre fichier", "it is another file"),
    ],
    ids=["short", "of the right size"],
)
def test_a_page_of_the_network_is_no_file(workshop, capsys, page, french, english):
    order = workshop.publish(sheet(SHEET), blobs={"sheet-9.pdf": SHEET})
    files = workshop.server.files
    files |= {path: page for path in files if path.startswith(wire.BLOBS_PATH)}
    (first, said), (second, told) = both(workshop, order, capsys)
    assert (first, second) == (BLOCKED, BLOCKED)
    assert said.startswith(
        "Un fichier manque\u202f: le fichier est introuvable\u202f: "
    )
    assert said.endswith(f"\u202f: {french})")
    assert told.startswith("A file is missing: the file is nowhere to be had: ")
    assert told.endswith(f": {english})")


def test_every_source_is_named_with_what_is_wrong_with_it(workshop, capsys):
    order = workshop.publish(sheet(SHEET), blobs={"sheet-9.pdf": SHEET})
    files = workshop.server.files
    for path in [path for path in files if path.startswith(wire.BLOBS_PATH)]:
        del files[path]
    nobody = order.but(mirrors=("http://127.0.0.1:9",))
    (first, said), (second, told) = both(workshop, nobody, capsys)
    assert (first, second) == (BLOCKED, BLOCKED)
    mirror, origin = "http://127.0.0.1:9/blobs/sha256", workshop.server.address
    assert f"({mirror}\u202f: la connexion est refusée\u202f; {origin}" in said
    assert said.endswith("\u202f: code 404)")
    assert f"({mirror}: Connection refused; {origin}" in told
    assert told.endswith(": status 404)")


def test_a_link_that_leads_elsewhere_is_refused(workshop, capsys):
    (workshop.root / "srv/.keep").unlink()
    (workshop.root / "srv").rmdir()
    (workshop.root / "srv").symlink_to("etc")
    for language, said in (
        ("fr", "un lien ou un chemin mène là où aucun de ces fichiers n’a sa place"),
        ("en", "a link or a path leads where no file of this is to be"),
    ):
        order = workshop.publish(text(1))
        workshop.room.ask(Asked(order=order, language=language))
        assert workshop.resume() == PARTIAL
        assert said in capsys.readouterr().err
    assert {path.name for path in (workshop.root / "etc").iterdir()} == {"os-release"}


def spoken(file: Path) -> set[str]:
    """Every reason to refuse in this code, what varies in it being a 7."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "")
            if name in REFUSING:
                found |= set(map(plain, node.args[:2]))
            elif name in FORMS:
                found.add(f"is not {plain(node.args[1])}")
        elif isinstance(node, ast.Return):
            found.add(plain(node.value))
    return {each for each in found if re.fullmatch(r"[a-z].* .+", each)}


def plain(node: ast.AST | None) -> str:
    match node:
        case ast.Constant(value=str(said)):
            return said
        case ast.JoinedStr(values=parts):
            return "".join(plain(each) or "7" for each in parts)
        case _:
            return ""


@pytest.mark.parametrize("file", SPEAKERS, ids=lambda file: file.stem)
def test_every_reason_to_refuse_has_its_french(file):
    reasons = spoken(file) - NOT_OF_A_DESCRIPTION
    assert {each for each in reasons if in_french(each) is None} == set()


def test_no_french_outlives_its_reason():
    said = {each for file in SPEAKERS for each in spoken(file)}
    assert set(FRENCH) - said == {"is not a SHA-256 in lower-case hexadecimal"}


def test_what_a_program_said_stays_as_it_was():
    french = Words(is_french=True)
    evidence = "dpkg: error; vlc: no such thing (really)"
    assert say(french, evidence) == evidence
