"""How long it takes to build and sign the description of an environment of 500 files.

    python -m tests.benchmarks.environments [--files 500] [--rounds 10]

Three layers are read from JSON as the database holds them, merged and compiled; the
bytes are read once more as a machine reads them, hashed and signed, and the signature is
verified. The library is in memory: what a database takes to look up is not measured.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import time
from typing import Any

import django
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.profile import read
from agent.profile.minisign import verify
from agent.profile.strict import Title
from provisioning.environments.compiling import Facts, compile_profile
from provisioning.environments.content import LayerContent
from provisioning.environments.library import Held
from provisioning.environments.merging import merge
from provisioning.environments.minisigning import public_of, signed

MOST_SECONDS = 1.0
FACTS = Facts("emploi-fr", 7, "stable", Title(fr="Emploi", en="Job search"))
KEY = Ed25519PrivateKey.generate()


def main() -> int:
    parser = argparse.ArgumentParser(prog="environments", description=__doc__)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=10)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()  # what a step is called is said in both languages
    library, layers = _written(asked.files)
    taken, size = [], 0
    for _round in range(asked.rounds):
        began = time.perf_counter()
        size = _built(layers, library)
        taken.append(time.perf_counter() - began)
    median, worst = statistics.median(taken), max(taken)
    kept = worst <= MOST_SECONDS
    print(  # noqa: T201
        f"{asked.files} files, {size / 1000:.0f} kB: median {median:.3f} s, "
        f"worst {worst:.3f} s (bound {MOST_SECONDS} s: {'kept' if kept else 'MISSED'})"
    )
    return 0 if kept else 1


def _built(layers: list[dict[str, Any]], library: dict[str, Held]) -> int:
    content = merge(LayerContent.from_json(layer) for layer in layers)
    body = compile_profile(content, library, FACTS).to_bytes()
    read(body)
    hashlib.sha256(body).hexdigest()
    verify(body, signed(body, KEY, "profile=emploi-fr version=7"), [public_of(KEY)])
    return len(body)


def _written(count: int) -> tuple[dict[str, Held], list[dict[str, Any]]]:
    """A library of so many sheets, and a base, a site’s layer and a complement."""
    hashes = [
        hashlib.sha256(str(number).encode()).hexdigest() for number in range(count)
    ]
    library = {
        each: Held(each, 800_000, "application/pdf", "CC-BY-SA-4.0", "https://a.fr/")
        for each in hashes
    }
    half = count // 2
    sheets = [
        {
            "slug": f"fiche-{number}",
            "resource": each,
            "title": {"fr": f"Fiche {number}", "en": f"Sheet {number}"},
            "on_home": number < 50,
        }
        for number, each in enumerate(hashes[:half])
    ]
    files = [
        {"path": f"/usr/share/rebond/more/{number}.pdf", "resource": each}
        for number, each in enumerate(hashes[half:])
    ]
    base = {"home_title": {"fr": "Bienvenue"}, "sheets": sheets[: half // 2]}
    return library, [base, {"sheets": sheets[half // 2 :]}, {"files": files}]


if __name__ == "__main__":
    raise SystemExit(main())
