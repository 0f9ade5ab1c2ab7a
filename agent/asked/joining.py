"""What is typed to join a server."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.asked import Doing
from agent.words import Words

CONFIG = Path("/etc/rebond-agent.toml")


def add(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    enrol = doing.add_parser(
        "enrol", parents=[late], help=words("make this machine known to a server")
    )
    enrol.add_argument("code", help=words("the join code shown by the server"))
    add_server(enrol, words)


def add_server(parser: argparse.ArgumentParser, words: Words) -> None:
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
