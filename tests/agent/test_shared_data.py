"""Real dumps teach the readers, and leave no trace in them."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    "agent",
    "assets",
    "backoffice",
    "docs",
    "inventory",
    "lending",
    "provisioning",
    "tests",
    "tools",
)
KINDS = (".css", ".html", ".js", ".json", ".md", ".po", ".py", ".toml", ".ts", ".txt")


def index(shared_data: Path, kind: str = "") -> list[tuple[Path, dict[str, object]]]:
    folder = shared_data / "hardware"
    with (folder / "INDEX.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        (folder / row["file"], json.loads(row["expected_json"]))
        for row in rows
        if kind in ("", row["kind"])
    ]


def serials(facts: object) -> set[str]:
    """Every serial number among the facts, at any depth."""
    if isinstance(facts, list):
        return set().union(*(serials(each) for each in facts), set())
    if not isinstance(facts, dict):
        return set()
    own = {
        value.strip()
        for key, value in facts.items()
        if "serial" in key and isinstance(value, str)
    }
    return own.union(*(serials(value) for value in facts.values()), set())


def is_telling(serial: str) -> bool:
    """Not a placeholder such as INVALID or 00000000, which any source may name."""
    return len(serial) >= 6 and len(set(serial)) > 3 and bool(re.search(r"\d", serial))


def test_no_file_name_or_serial_of_the_real_dumps_stands_in_the_source(shared_data):
    real = set().union(*(serials(facts) for _, facts in index(shared_data)))
    words = {serial for serial in real if is_telling(serial)}
    assert len(words) > 50
    words |= {path.name for path in (shared_data / "hardware").glob("*/*")}
    words |= {path.name for path in (shared_data / "modem").iterdir()}
    written = {
        path: path.read_text(errors="replace")
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*")
        if path.suffix in KINDS and path.is_file()
    }
    found = [
        (str(path.relative_to(ROOT)), word)
        for path, text in written.items()
        for word in sorted(words)
        if word in text
    ]
    assert found == []
