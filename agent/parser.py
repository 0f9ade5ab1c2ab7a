"""The words of the command line, and what each of them stands for."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

from agent import __version__
from agent.words import Words

STATE = Path("/var/lib/rebond-agent")
CONFIG = Path("/etc/rebond-agent.toml")
# Those of agent.scanner.port and agent.scanner.beeping, which are not loaded to help.
SERIAL_MODES = tuple(f"{b}{p}{s}" for b in "87" for p in "NEO" for s in "12")
BEEPS = ("none", "bel", "datalogic", "honeywell", "opticon")

Doing: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def parser_for(words: Words) -> argparse.ArgumentParser:
    """Everything the agent can be asked for, explained in one language."""
    about = words("Says to a Rebond server what this machine really is.")
    parser = argparse.ArgumentParser(prog="python -m agent", description=about)
    parser.add_argument("--version", action="version", version=__version__)
    _add_state(parser, words, STATE)
    late = argparse.ArgumentParser(add_help=False)
    _add_state(late, words, argparse.SUPPRESS)
    doing = parser.add_subparsers(dest="command", required=True)
    enrol = doing.add_parser(
        "enrol", parents=[late], help=words("make this machine known to a server")
    )
    enrol.add_argument("code", help=words("the join code shown by the server"))
    _add_server(enrol, words)
    once = doing.add_parser(
        "report",
        parents=[late],
        help=words("look at this machine and send what was seen"),
    )
    once.add_argument(
        "--keep",
        action="store_true",
        help=words("keep the report on disk, send nothing"),
    )
    doing.add_parser(
        "show",
        parents=[late],
        help=words("show what can be seen of this machine"),
    )
    _add_tests(doing, late, words)
    _add_scanner(doing, late, words)
    _add_connection(doing, late, words)
    _add_erasure(doing, late, words)
    _add_provisioning(doing, late, words)
    _add_service(doing, late, words)
    return parser


def _add_server(parser: argparse.ArgumentParser, words: Words) -> None:
    """Which server, and whom to trust for it."""
    parser.add_argument("--server", metavar="URL", help=words("the server’s address"))
    parser.add_argument(
        "--pin",
        default="",
        metavar="SHA256",
        help=words("the SHA-256 of the public key of the authority to trust"),
    )
    parser.add_argument(
        "--config",
        type=Path,
        default=CONFIG,
        metavar="FILE",
        help=words("where the server is named when it is not typed"),
    )
    parser.add_argument(
        "--ca",
        type=Path,
        metavar="FILE",
        help=words("a PEM file with the one authority to trust for this server"),
    )
    parser.add_argument(
        "--plain-http",
        action="store_true",
        help=words("allow unencrypted HTTP to another machine"),
    )


def _add_scanner(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    scanner = doing.add_parser(
        "scanner",
        parents=[late],
        help=words("bring the codes of a serial scanner to a scan station"),
    )
    scanner.add_argument(
        "--port",
        required=True,
        metavar="PORT",
        help=words("where it hangs: /dev/ttyUSB0, socket://HOST:PORT, rfc2217://…"),
    )
    scanner.add_argument(
        "--station",
        required=True,
        metavar="NAME",
        help=words("the name of the scan station, as its page says it"),
    )
    scanner.add_argument(
        "--code", default="", help=words("the join code from the station’s page")
    )
    _add_server(scanner, words)
    scanner.add_argument(
        "--baud", type=int, default=9600, help=words("bits a second (9600)")
    )
    scanner.add_argument(
        "--mode",
        choices=SERIAL_MODES,
        default="8N1",
        help=words("data bits, parity and stop bits (8N1)"),
    )
    scanner.add_argument(
        "--beep",
        choices=BEEPS,
        default="none",
        help=words("how this scanner beeps when it is told to"),
    )


def _add_connection(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    connect = doing.add_parser(
        "connect", parents=[late], help=words("try the modem and the card of the pack")
    )
    connect.add_argument(
        "--look",
        action="store_true",
        help=words("only show what is seen; nothing is changed, nobody is asked"),
    )
    connect.add_argument(
        "--port",
        default="",
        metavar="PORT",
        help=words("this serial port, and no other: a modem that is not known as one"),
    )
    connect.add_argument(
        "--language",
        choices=("fr", "en"),
        help=words("the language of the answer"),
    )
    connect.add_argument(
        "--keep",
        action="store_true",
        help=words("keep the report on disk, send nothing"),
    )


def _add_tests(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    tests = doing.add_parser(
        "test", parents=[late], help=words("try what this machine can do, step by step")
    )
    tests.add_argument(
        "--only",
        default="",
        metavar="NAME,NAME",
        help=words("the tests to make, such as keyboard,screen"),
    )
    tests.add_argument(
        "--language",
        choices=("fr", "en"),
        help=words("the language of the questions"),
    )
    tests.add_argument(
        "--resume",
        action="store_true",
        help=words("go on with the tests that were not finished"),
    )
    tests.add_argument(
        "--seconds",
        type=int,
        help=words("how long memory and processor are loaded, each"),
    )


def _add_erasure(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    erase = doing.add_parser(
        "erase", parents=[late], help=words("erase drives of this machine, for good")
    )
    erase.add_argument(
        "drives",
        nargs="*",
        metavar="DRIVE",
        help=words("a drive, by its name, path or serial number"),
    )
    erase.add_argument(
        "--all",
        action="store_true",
        help=words("every drive that is inside the machine and that nothing uses"),
    )
    erase.add_argument(
        "--dry-run",
        action="store_true",
        help=words("show the plan with its exact commands, and touch nothing"),
    )
    erase.add_argument(
        "--technique", metavar="NAME", help=words("this method, or none at all")
    )
    erase.add_argument(
        "--thaw",
        action="append",
        choices=("sleep", "replug"),
        default=[],
        help=words("for frozen drives: let this machine sleep, or unplug them"),
    )
    erase.add_argument(
        "--order",
        type=Path,
        metavar="FILE",
        help=words("an order that the server gave out as a file"),
    )
    erase.add_argument(
        "--confirm",
        default="",
        metavar="TAG",
        help=words("say yes to the server’s order, with the tag of this machine"),
    )
    erase.add_argument(
        "--language",
        choices=("fr", "en"),
        help=words("the language of the questions"),
    )


def _add_provisioning(
    doing: Doing, late: argparse.ArgumentParser, words: Words
) -> None:
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
    _add_provisioning_means(install, words)


def _add_provisioning_means(install: argparse.ArgumentParser, words: Words) -> None:
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


def _add_service(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    stay = doing.add_parser(
        "run", parents=[late], help=words("stay, and do what the server asks")
    )
    stay.add_argument(
        "--set-clock",
        action="store_true",
        help=words("set this machine’s clock from the server’s signed time"),
    )
    carry = doing.add_parser(
        "export",
        parents=[late],
        help=words("write the waiting reports into a file, to be carried by hand"),
    )
    carry.add_argument(
        "target",
        type=Path,
        metavar="FOLDER|FILE",
        help=words("where to write, such as a USB stick"),
    )
    forget = doing.add_parser(
        "deidentify",
        parents=[late],
        help=words("forget who this machine is, before its disk is copied"),
    )
    forget.add_argument(
        "--discard-waiting",
        action="store_true",
        help=words("also forget reports that were never sent"),
    )


def _add_state(
    parser: argparse.ArgumentParser, words: Words, default: Path | str
) -> None:
    """`--state` may stand before the command or after it."""
    parser.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        default=default,
        help=words("where the agent keeps its identity and its reports"),
    )
