"""A workshop for tests: a server that signs and serves, a machine that joined it."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

from agent import identity, wire
from agent.collect import Around
from agent.identity import Identity
from agent.marks import look
from agent.provision import command
from agent.provision.room import Asked, Room
from agent.spool import Spool
from tests.agent.profile.profiles import raw
from tests.agent.profile.signing import Signer
from tests.agent.server import TOKEN, Server

KEY = bytes(range(32))
AGENT = uuid.UUID(int=1)
OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\n'


def text(number: int, content: str | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "type": "text",
        "id": f"step-{number}",
        "path": f"/srv/rebond/{number}.txt",
        "content": f"text {number}" if content is None else content,
        "title": {"fr": f"Texte {number}", "en": f"Text {number}"},
    } | changes


def sheet(content: bytes, number: int = 9) -> dict[str, Any]:
    return {
        "type": "blob",
        "id": f"sheet-{number}",
        "blob": f"sheet-{number}.pdf",
        "path": f"/srv/rebond/sheet-{number}.pdf",
    }


class Workshop:
    """What it publishes can be ordered from the machine under `folder`."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server = server
        self.root = folder / "root"
        self.state = folder / "state"
        for path, content in (
            ("etc/os-release", OS_RELEASE),
            ("proc/meminfo", "MemTotal:        4000000 kB\n"),
            ("srv/.keep", ""),
        ):
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(content)
        self.state.mkdir(mode=0o700)
        self.signers = (Signer(1), Signer(2))
        self.counter = 1
        public = server.time_key.public_key().public_bytes_raw()
        self.known = Identity(
            server=identity.Server(address=server.address),
            agent_id=AGENT,
            token=TOKEN,
            private_key=KEY,
            server_key=public,
            marks=look(Around()),
        )
        identity.save(self.state, self.known)
        self.tell_keys()

    @property
    def room(self) -> Room:
        return Room(self.state)

    def keys(self, *signers: Signer, counter: int | None = None) -> wire.ProfileKeys:
        keys = tuple(str(each.key) for each in signers or self.signers)
        told = wire.ProfileKeys(
            counter=counter or self.counter, keys=keys, signature="A" * 86 + "=="
        )
        signature = base64.b64encode(self.server.time_key.sign(told.signed)).decode()
        return told.but(signature=signature)

    def tell_keys(self, told: wire.ProfileKeys | None = None) -> None:
        self.server.files[wire.PROFILE_KEYS_PATH] = (told or self.keys()).to_bytes()

    def publish(
        self,
        *steps: dict[str, Any],
        blobs: dict[str, bytes] | None = None,
        signer: Signer | None = None,
        **changes: Any,
    ) -> wire.ProfileOrder:
        """What the server orders of this machine from now on."""
        listed = []
        for name, content in (blobs or {}).items():
            sha256 = hashlib.sha256(content).hexdigest()
            path = f"{wire.BLOBS_PATH}{sha256[:2]}/{sha256}"
            self.server.files[path] = content
            size, media = len(content), "application/pdf"
            listed.append(
                {"name": name, "sha256": sha256, "size_bytes": size, "media": media}
            )
        whole = raw(*steps, blobs=listed) | changes
        body = json.dumps(whole).encode()
        return self.put(body, (signer or self.signers[0]).sign(body))

    def put(self, body: bytes, signature: str) -> wire.ProfileOrder:
        said = json.loads(body)
        sha256 = hashlib.sha256(body).hexdigest()
        path = f"{wire.PROFILES_PATH}{said['slug']}/{said['version']}/{sha256}.json"
        self.path = path
        self.server.files |= {path: body, f"{path}.minisig": signature.encode()}
        return wire.ProfileOrder(
            slug=said["slug"], version=said["version"], sha256=sha256
        )

    def do(self, order: wire.ProfileOrder, **changes: Any) -> int:
        """As a job does it: the order is on the disk, and the runner takes it up."""
        self.room.ask(Asked(order=order.but(**changes), language="en"))
        return self.resume()

    def resume(self) -> int:
        return self.run("--resume")

    def run(self, *words: str) -> int:
        """The command, on the machine under the folder."""
        from agent.parser import parser_for
        from agent.words import Words

        english = Words(is_french=False)
        given = ["--state", str(self.state), "provision", *words]
        asked = parser_for(english).parse_args(given)
        return int(command.provision(asked, english, self.root))

    def reports(self) -> list[wire.Installed]:
        spool = Spool(self.state / "spool", AGENT, self.known.seal)
        found = [each.report().installed for each in spool.envelopes(99)]
        return [each for each in found if each]

    def read(self, name: str) -> str:
        return (self.root / "srv/rebond" / name).read_text()

    def tree(self) -> dict[str, bytes]:
        """Every file of the machine, and of what the agent keeps of itself."""
        return {
            str(path.relative_to(self.root.parent)): path.read_bytes()
            for path in sorted(self.root.parent.rglob("*"))
            if path.is_file()
        }
