"""Builds the bench image: `make image`, or python -m tools.image [FOLDER].

Makes `rebond-bench.iso`, for a stick or a disc, and `netboot/`, for a TFTP and an
HTTP server; docs/bench-image.md says how to use them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tools import deb
from tools.image import live, media
from tools.image.debian import SUITE, NoImage

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="image", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=ROOT / "build" / "image"
    )
    parser.add_argument("--suite", default=SUITE, help="Debian's release: %(default)s")
    parser.add_argument(
        "--firmware", action="store_true", help="add the non-free firmware of devices"
    )
    asked = parser.parse_args(arguments)
    try:
        for made in build(asked.folder, asked.suite, firmware=asked.firmware):
            print(made)
    except (NoImage, deb.NoPackage) as why:
        print(why, file=sys.stderr)
        return 1
    return 0


def build(
    folder: Path, suite: str = SUITE, *, firmware: bool = False
) -> tuple[Path, Path]:
    """The ISO and the folder for the network, in `folder`; former ones are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="making-", dir=folder) as name:
        making = Path(name)
        system = live.build(making, deb.build(making), suite, firmware=firmware)
        made = media.iso(system, making), media.netboot(system, making)
        return _put(made[0], folder), _put(made[1], folder)


def _put(made: Path, folder: Path) -> Path:
    """In the place of the former one, which stays until there is a new one."""
    place = folder / made.name
    if place.exists():
        place.rename(made.with_name(f"former-{made.name}"))
    return made.rename(place)


if __name__ == "__main__":
    sys.exit(main())
