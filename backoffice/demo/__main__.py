"""`make demo`: the demo world, the server, and this machine as its first real device."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after django.setup()
from django.db import OperationalError, connection  # noqa: E402

from backoffice.core.actions import sign_checkpoint  # noqa: E402
from backoffice.core.errors import DomainError  # noqa: E402
from backoffice.core.models import Site, User  # noqa: E402
from backoffice.core.sending import send_outgoing  # noqa: E402
from backoffice.demo import bench, history, people  # noqa: E402
from provisioning.actions import create_join_code  # noqa: E402

ROOT = Path(settings.BASE_DIR)
START_SECONDS = 90.0  # an old machine that does something else too
TURN_SECONDS = 5.0


def main() -> int:
    listen = where_to_listen(sys.argv[1:])
    address = f"http://{listen}"
    if not User.objects.exists():
        make_world()
    server = subprocess.Popen(  # noqa: S603 - our own server
        [sys.executable, "manage.py", "serve", "--listen", listen], cwd=ROOT
    )
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    # A shell that starts us in the background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if not wait_for(address, server):
            print("The server did not start: see its messages above.")  # noqa: T201
            return 1
        report_this_machine(address)
        print(welcome(address), flush=True)  # noqa: T201
        return attend(server)
    except KeyboardInterrupt:
        return 0
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait(timeout=START_SECONDS)


def where_to_listen(arguments: Sequence[str]) -> str:
    """As it was typed; else on this machine alone, on PORT where that is set."""
    return arguments[0] if arguments else f"127.0.0.1:{os.environ.get('PORT', '8000')}"


def make_world() -> None:
    print("Making the demo world (once)…", flush=True)  # noqa: T201
    if connection.vendor == "sqlite":
        # Nothing here is worth a disk flush per act; the server's own
        # connections keep the setting that survives a power cut.
        connection.cursor().execute("PRAGMA synchronous=OFF")
    bench.tell(history.tell(until=bench.OPEN_FOR))
    post_to_nobody()
    sign_checkpoint()


def post_to_nobody() -> None:
    """Six weeks of mail are not printed before the first word to who looks."""
    nowhere = "django.core.mail.backends.dummy.EmailBackend"
    with mock.patch.object(settings, "EMAIL_BACKEND", nowhere):
        while send_outgoing():
            pass


def wait_for(address: str, server: subprocess.Popen[bytes]) -> bool:
    """Whether the server answers, asked until it does or gives up."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=2) as answer:  # noqa: S310
                return bool(json.load(answer)["status"] == "ok")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    return False


def attend(server: subprocess.Popen[bytes]) -> int:
    """Let the machines of the bench go on while the server runs; its exit status."""
    while True:
        # what people decide meanwhile, or a busy database, is not the bench's end
        with contextlib.suppress(DomainError, OperationalError):
            bench.turn()
        try:
            return server.wait(timeout=TURN_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def report_this_machine(address: str) -> None:
    """Enrol the agent on this very machine (once) and send its real report."""
    state = Path(settings.STATE_DIR) / "agent"
    if not state.exists():
        technician = User.objects.get(email=people.PEOPLE[0].email)
        site = Site.objects.get(name="Les Acacias")
        _row, code = create_join_code(site=site, by=technician)
        agent("--state", str(state), "enrol", code, "--server", address)
    agent("--state", str(state), "report")


def agent(*arguments: str) -> None:
    subprocess.run(  # noqa: S603 - our own agent
        [sys.executable, "-m", "agent", *arguments], cwd=ROOT, check=False
    )


def welcome(address: str) -> str:
    logins = "\n".join(
        f"    {person.email:<28} {person.role.label}" for person in people.PEOPLE
    )
    return f"""
  Rebond · démonstration / demonstration

  {address}/

  Mot de passe de tous / everybody’s password: {people.PASSWORD}
{logins}

  À essayer, comme technicien@exemple.test (en images : docs/fr/technicien.md)
    1. Réception : choisissez le lot ouvert, recevez deux PC (tapez ou scannez un numéro de
       série), notez le disque du second, imprimez leurs étiquettes.
    2. Machines vues : cette machine-ci vient d’envoyer son rapport. Associez-la au premier PC,
       en scannant son étiquette.
    3. Poste de scan, mode Réception : scannez chaque PC deux fois (tri, puis réemploi). Mode
       Contrôle qualité : scannez le premier, encore, puis XXOK. Il est refusé : son disque
       est en usage.
    4. Mode Effacement : scannez le second, enregistrez l’effacement. Mode Contrôle qualité :
       jusqu’à « Prêt ». Sa fiche dit « L’historique tient ».
    5. Établi : une vingtaine de machines y sont depuis deux heures. Demandez des tests à l’une : sa barre
       avance. D’autres attendent quelqu’un : une identité pour deux machines, un PC déjà connu ?
    6. Effacements : un ordre à chaque étape. Confirmez celui qui attend : un SSD simulé
       s’efface en une minute. Comme donnees@exemple.test, Approbations ; comme
       coordination@…, Attestations.

  Et le prêt, d’un bout à l’autre :
    7. Comme partenaire@exemple.test : Demander un pack, six questions. La même personne est
       membre de deux structures : elle en change dans le menu.
    8. Comme coordination@… : Demandes, acceptez, puis prenez la machine proposée.
    9. Comme technicien@… : Packs, scannez (ou tapez) ce que demande chaque ligne, fermez, rangez.
   10. Comme mediation@… : Remises, le rendez-vous du jour, jusqu’à la signature ; puis Prêts :
       l’un est en retard. Retours : la machine rendue est de nouveau à effacer.

  Et ce qui est dans la machine :
   11. Comme coordination@… : Plus, Environnements. Ouvrez « Recherche d’emploi », sa page
       d’accueil, ce qui diffère entre ses deux versions ; puis écrivez dans une couche.
   12. Environnements, Quelle machine a lequel : l’une a changé depuis, l’autre a le disque
       plein. Ce que la machine elle-même a écrit est à côté.
   13. Équiper, Connexions : cartes SIM, forfaits et recharges. Une carte se trouve par les
       chiffres qui y sont imprimés.
   14. Poste de scan, Lecteurs sur port série : un lecteur branché sur n’importe quelle machine
       écrit dans la page du poste, par « python -m agent scanner ».

  What to try, as technicien@exemple.test (with pictures: docs/en/technician.md)
    1. Reception: choose the open lot, receive two PCs (type or scan a serial number), write
       down the second one’s drive, print their labels.
    2. Machines seen: this very machine has just reported. Bind it to the first PC by scanning
       its label.
    3. Scan station, mode Reception: scan each PC twice (triage, then reuse). Mode Quality check:
       scan the first, again, then XXOK. It is refused: its drive is in use.
    4. Mode Erasure: scan the second, record the erasure. Mode Quality check, up to “Ready”.
       Its page says “History holds”.
    5. Bench: some twenty machines have been there for two hours. Ask one for tests: its bar moves.
       Others wait for somebody: one identity on two machines, a PC that may be known already.
    6. Erasures: an order at every step. Confirm the one that waits: a simulated SSD erases itself
       within a minute. As donnees@exemple.test, Approvals; as coordination@…, Certificates.

  And lending, from one end to the other:
    7. As partenaire@exemple.test: Ask for a pack, six questions. The same person belongs to two
       structures, and changes between them in the menu.
    8. As coordination@…: Requests, accept, then take the machine that is proposed.
    9. As technicien@…: Packs, scan (or type) what each line asks for, close, put away.
   10. As mediation@…: Hand-overs, today’s appointment, up to the signature; then Loans: one is
       late. Returns: the machine that comes back is to be erased again.

  And what is in the machine:
   11. As coordination@…: More, Environments. Open “Recherche d’emploi”, its home page, what is
       different between its two versions; then write in a layer.
   12. Environments, Which machine has which: one has changed since, another has a full disk.
       What the machine itself wrote stands beside it.
   13. Lending, Connections: SIM cards, plans and top-ups. A card is found by the digits that are
       printed on it.
   14. Scan station, Scanners by serial port: a scanner that hangs on any machine writes into
       the page of the station, by “python -m agent scanner”.

  Ctrl-C pour arrêter / to stop.
"""


if __name__ == "__main__":
    sys.exit(main())
