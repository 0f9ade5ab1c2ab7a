"""A private PostgreSQL server for one run: made, used, thrown away.

    python -m tools.postgres [--no-fsync] -- COMMAND …

runs COMMAND with DATABASE_URL in its environment and ends as it ended. PostgreSQL
refuses to run as root: started by root, the cluster belongs to `postgres` or
`nobody`. It listens on 127.0.0.1 and on a socket in its own folder, and asks for a
password that only this run knows.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

DEBIAN_BINARIES = Path("/usr/lib/postgresql")
OWNER = "rebond"
# What a cluster that is thrown away may do without: surviving a power cut.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
CLUSTER_TIMEOUT = 60  # seconds, for one command on the cluster


class PostgresMissing(Exception):
    """No PostgreSQL server is installed here."""

    def __init__(self) -> None:
        super().__init__(
            "No PostgreSQL server was found: apt-get install postgresql"
            " (neither its service nor its user needs to run)."
        )


class ClusterFailed(Exception):
    """A command on the cluster failed; the message carries what it said."""


def binaries() -> Path:
    """The folder of initdb and pg_ctl: PATH first, else Debian's newest.

    Raises PostgresMissing.
    """
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path for path in DEBIAN_BINARIES.glob("*") if path.name.isdigit()]
    for version in sorted(versions, key=lambda path: int(path.name), reverse=True):
        if (version / "bin" / "initdb").exists():
            return version / "bin"
    raise PostgresMissing


def unprivileged() -> pwd.struct_passwd | None:
    """Whom the server must run as, or None to stay who we are."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Cluster:
    """One server in a folder of its own, from `with` to its end.

    `durable=False` makes it faster and forgetful: right for a plain test run, wrong
    for a test that kills something and asks what survived.
    """

    def __init__(self, *, durable: bool = True) -> None:
        self.durable = durable
        self.binaries = binaries()
        self.owner = unprivileged()
        self.password = secrets.token_urlsafe(24)
        self.port = 0
        self.folder = Path()

    @property
    def url(self) -> str:
        return f"postgres://{OWNER}:{self.password}@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="rebond-pg-"))
        try:
            self._make()
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.stop()
        finally:
            self.remove()

    def start(self) -> None:
        """Start on the port it had, or on a free one the first time."""
        if not self.port:
            self.port = free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            "timezone": "UTC",
            **({} if self.durable else FORGETFUL),
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", self._data, "-l", log, "-o", options, "-w", "start")

    def stop(self, *, abruptly: bool = False) -> None:
        """Stop; `abruptly` as a power cut would, leaving recovery to the next start."""
        mode = "immediate" if abruptly else "fast"
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def remove(self) -> None:
        shutil.rmtree(self.folder)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _make(self) -> None:
        word = self.folder / "password"
        word.write_text(self.password)
        if self.owner:
            for path in (self.folder, word):
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid)
        access = [f"--username={OWNER}", "--auth=scram-sha-256", f"--pwfile={word}"]
        text = ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run("initdb", "-D", self._data, *access, *text)

    def _run(self, program: str, *arguments: str) -> None:
        owner = self.owner
        done = subprocess.run(
            [str(self.binaries / program), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=CLUSTER_TIMEOUT,
            cwd=self.folder,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            check=False,
        )
        if done.returncode:
            log = self.folder / "log"
            said = [done.stdout, done.stderr, log.read_text() if log.exists() else ""]
            raise ClusterFailed(f"{program} ended with {done.returncode}: {said}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="postgres", description=__doc__)
    parser.add_argument("--no-fsync", action="store_true", help="faster, forgetful")
    parser.add_argument("command", nargs="+", help="what to run, after --")
    wanted = parser.parse_args(arguments)
    # Told to end, it still stops its server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with Cluster(durable=not wanted.no_fsync) as cluster:
            environment = {**os.environ, "DATABASE_URL": cluster.url}
            return subprocess.call(wanted.command, env=environment)
    except (PostgresMissing, ClusterFailed) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
