"""What a test needs of its machine: absent, it is skipped; in CI it fails instead.

A developer’s machine need not have everything; the one that decides has to.
"""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

_IN_CI = bool(os.environ.get("CI"))


def absent(why: str) -> NoReturn:
    """End the test that runs: what it needs is not here, and `why` says what that is."""
    if _IN_CI:
        pytest.fail(why)
    pytest.skip(why)


def program(name: str, package: str = "") -> str:
    """Where the program is; ends the test that runs where it is not."""
    return shutil.which(name) or absent(f"apt-get install {package or name}")


def programs(*names: str, packages: str = "") -> pytest.MarkDecorator:
    """Mark a test that needs them, by name or by path."""
    here = all(map(shutil.which, names))
    return needed(here, f"apt-get install {packages or ' '.join(names)}")


def root() -> pytest.MarkDecorator:
    return needed(os.geteuid() == 0, "this is done by root alone")


def needed(here: bool, why: str) -> pytest.MarkDecorator:
    """Mark a test that needs what is `here` or not."""
    return pytest.mark.skipif(not here and not _IN_CI, reason=why)
