"""What is typed to install a learning environment."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.asked import Doing
from agent.words import Words


def add(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    install = doing.add_parser(
        "provision",
        parents=[late],
        help=words(
            "install a learning environment, or see whether it is as it was installed"
        ),
    )
    install.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help=words("a signed description, with its signature beside it (.minisig)"),
    )
    install.add_argument(
        "--order",
        metavar="SLUG/VERSION/SHA256",
        help=words("the environment that the server orders, as SLUG/VERSION/SHA256"),
    )
    ways = install.add_mutually_exclusive_group()
    for name, about in (
        ("--dry-run", words("look at everything, and change nothing")),
        ("--verify", words("say what is not as it was installed, and change nothing")),
        ("--rollback", words("take back what the environment brought")),
        (
            "--leave",
            words("remove homes, connection and identity, before drives are erased"),
        ),
        (
            "--resume",
            words("go on with what was begun before this machine stopped"),
        ),
    ):
        ways.add_argument(name, action="store_true", help=about)
    _add_means(install, words)


def _add_means(install: argparse.ArgumentParser, words: Words) -> None:
    install.add_argument(
        "--offline",
        type=Path,
        metavar="FOLDER",
        help=words(
            "a folder with the files, such as a USB stick; the server is not asked"
        ),
    )
    for name, metavar, about in (
        (
            "--mirror",
            "URL",
            words("also look for files on this web server of the workshop"),
        ),
        (
            "--key",
            "KEY|FILE",
            words("trust this public key of minisign, or the file that holds it"),
        ),
        (
            "--value",
            "NAME=VALUE",
            words("one of the person’s values, as user.login=marie"),
        ),
    ):
        install.add_argument(
            name, action="append", default=[], metavar=metavar, help=about
        )
    install.add_argument(
        "--downgrade",
        action="store_true",
        help=words("take an older version than the one that is here"),
    )
    install.add_argument(
        "--screen",
        type=Path,
        metavar="TTY",
        help=words(
            "show how far it is on this terminal, for who stands before the machine"
        ),
    )
    install.add_argument(
        "--language",
        choices=("fr", "en"),
        help=words("the language of the questions"),
    )
