"""The catalogues of translated messages: `extract`, `check`, `compile`.

English is the message id, French the catalogue: one `django.po` per app, sorted and
without dates or line numbers, so that two people's changes seldom meet. Needs Babel
and Django, but neither settings nor the gettext programs.
"""

from __future__ import annotations

import argparse
import fcntl
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, normalize, read_po

# Also found when run as a file.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.extraction import Message, NotLiteral, messages_of
from tools.wording import PLACEHOLDER, lost, typography

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "fr"
# Which sources speak through which app's catalogue.
SOURCES = {
    "backoffice/core": "backoffice",
    "inventory": "inventory",
    "provisioning": "provisioning",
    "lending": "lending",
}
HEADER = r"""msgid ""
msgstr ""
"Project-Id-Version: Rebond\n"
"Language: fr\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"
"""
# What stands for each message: one string, or one per plural form of the language.
Translations: TypeAlias = dict[Message, tuple[str, ...]]


def catalogue_of(app: str, root: Path = ROOT) -> Path:
    return root / app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def read(path: Path) -> Catalog:
    """The catalogue at `path`, empty where there is none; raises PoFileError."""
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


def translations(catalogue: Catalog) -> Translations:
    found: Translations = {}
    for entry in [*catalogue, *catalogue.obsolete.values()]:
        ids = entry.id if isinstance(entry.id, list | tuple) else (entry.id,)
        strings = (
            entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
        )
        if ids[0]:
            message = Message(ids[0], "".join(ids[1:]), entry.context or "")
            found[message] = tuple(string or "" for string in strings)
    return found


def written(known: Translations) -> str:
    """The catalogue's text: sorted, one message a paragraph, nothing that changes by itself."""
    return "\n".join([HEADER, *(_entry(m, known[m]) for m in sorted(known))])


def _entry(message: Message, strings: tuple[str, ...]) -> str:
    lines = []
    if any(PLACEHOLDER.search(text) and "%" in text for text in message.ids):
        lines.append("#, python-format")
    if message.context:
        lines.append(f"msgctxt {_quoted(message.context)}")
    lines.append(f"msgid {_quoted(message.id)}")
    if message.plural:
        lines.append(f"msgid_plural {_quoted(message.plural)}")
        forms = strings if len(strings) == 2 else ("", "")
        lines += [f"msgstr[{n}] {_quoted(form)}" for n, form in enumerate(forms)]
    else:
        lines.append(f"msgstr {_quoted(strings[0])}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    quoted: str = normalize(text, width=0)
    return quoted


def extract(root: Path = ROOT) -> list[str]:
    """Bring every catalogue in line with the sources; what was done, in words.

    A message that moved from one app to another keeps its translation. One that no
    source speaks any more is dropped, and said.
    """
    said = []
    with _alone(root):
        before = {app: translations(read(catalogue_of(app, root))) for app in SOURCES}
        memory = {m: s for known in before.values() for m, s in known.items() if any(s)}
        for app, source in SOURCES.items():
            now = {m: memory.get(m, ("",)) for m in messages_of(root / source)}
            now |= {m: s for m, s in before[app].items() if m in now and any(s)}
            if now or before[app]:
                _replace(catalogue_of(app, root), written(now).encode())
            said += [f"{app}: new “{m.id}”" for m in sorted(now.keys() - before[app])]
            said += [
                f"{app}: dropped “{m.id}” = {before[app][m]}"
                for m in sorted(before[app].keys() - now)
            ]
    return said


def check(root: Path = ROOT) -> list[str]:
    """Everything that is wrong with the catalogues, in words; empty when all is well."""
    faults: list[str] = []
    home: dict[Message, tuple[str, tuple[str, ...]]] = {}
    for app, source in SOURCES.items():
        catalogue = read(catalogue_of(app, root))
        known, spoken = translations(catalogue), messages_of(root / source)
        faults += [f"{app}: missing “{m.id}”" for m in sorted(spoken - known.keys())]
        faults += [f"{app}: obsolete “{m.id}”" for m in sorted(known.keys() - spoken)]
        faults += [f"{app}: fuzzy “{e.id}”" for e in catalogue if e.id and e.fuzzy]
        for message in sorted(known):
            faults += [
                f"{app}: “{message.id}”: {f}" for f in _faults(message, known[message])
            ]
            where, other = home.setdefault(message, (app, known[message]))
            if other != known[message]:
                faults.append(
                    f"{app}: “{message.id}” is translated otherwise in {where}"
                )
    return faults


def _faults(message: Message, strings: tuple[str, ...]) -> Iterator[str]:
    if not all(strings) or len(strings) != len(message.ids):
        yield "not translated"
        return
    yield from lost(message.ids, strings)
    for text in message.ids:
        yield from typography(text, "en")
    for text in strings:
        yield from typography(text, LANGUAGE)


def compile_all(root: Path = ROOT) -> list[Path]:
    """Write the `.mo` of every catalogue that changed since its last; those written."""
    made = []
    for app in SOURCES:
        source = catalogue_of(app, root)
        target = source.with_suffix(".mo")
        if not source.exists():
            continue
        changed = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == changed:
            continue
        binary = io.BytesIO()
        write_mo(binary, read(source))
        _replace(target, binary.getvalue())
        os.utime(target, ns=(changed, changed))
        made.append(target)
    return made


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Several people extract in one tree: one after the other."""
    folder = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all, and untouched where nothing changed."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    temporary = Path(file.name)
    temporary.chmod(0o644)
    temporary.replace(path)


COMMANDS: dict[str, Callable[[], Iterable[object]]] = {
    "extract": extract,
    "check": check,
    "compile": compile_all,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="messages", description=__doc__)
    parser.add_argument("what", choices=COMMANDS)
    what = parser.parse_args(arguments).what
    try:
        said = [str(line) for line in COMMANDS[what]()]
    except (NotLiteral, PoFileError, SyntaxError) as error:
        print(error, file=sys.stderr)
        return 2
    for line in said:
        print(line)
    return int(what == "check" and bool(said))


if __name__ == "__main__":
    sys.exit(main())
