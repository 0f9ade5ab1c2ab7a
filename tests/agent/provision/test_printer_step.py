"""A printer that speaks IPP Everywhere (ippeveprinter), and a CUPS of its own."""

from __future__ import annotations

import pytest

from agent.profile.steps import PrinterStep
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.printer import Printer
from agent.run import run
from tests import needs
from tests.agent.provision.machines import Folder
from tests.agent.provision.printing import TOOLS as SIMULATED
from tests.agent.provision.printing import simulated, started, wait
from tools.postgres import free_port

TOOLS = ("cupsd", "lpadmin", *SIMULATED)
pytestmark = [
    pytest.mark.root,
    pytest.mark.slow,
    needs.root(),
    needs.programs(*TOOLS, packages="cups cups-ipp-utils avahi-daemon"),
]
FILES = """\
ServerRoot {root}/etc
StateDir {root}/run
CacheDir {root}/cache
RequestRoot {root}/spool
TempDir {root}/spool/tmp
AccessLog {root}/access
ErrorLog {root}/errors
PageLog {root}/pages
SystemGroup root
ServerBin /usr/lib/cups
DataDir /usr/share/cups
"""
SETTINGS = """\
Listen {root}/run/cups.sock
LogLevel debug
Browsing Off
WebInterface No
DefaultAuthType None
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""


class WithCups(Folder):
    """Programs of this machine, which ask a CUPS that only these tests know."""

    def run(self, argv, timeout_seconds, given=b""):
        asked = f"CUPS_SERVER={self.root}/run/cups.sock"
        return run(["env", asked, *argv], timeout_seconds)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    root = tmp_path_factory.mktemp("cups")
    root.chmod(0o755)
    for name in ("etc", "run", "cache", "spool", "spool/tmp"):
        (root / name).mkdir()
    (root / "etc/cups-files.conf").write_text(FILES.format(root=root))
    (root / "etc/cupsd.conf").write_text(SETTINGS.format(root=root))
    words = ("-f", "-c", root / "etc/cupsd.conf", "-s", root / "etc/cups-files.conf")
    with started(needs.program("cupsd", "cups"), *words, folder=root):
        wait((root / "run/cups.sock").exists)
        yield root


@pytest.fixture(scope="module")
def printer(tmp_path_factory):
    """The address of a simulated printer."""
    with simulated(tmp_path_factory.mktemp("printer"), "Atelier") as port:
        yield f"ipp://localhost:{port}/ipp/print"


@pytest.fixture
def machine(scheduler):
    return WithCups(scheduler)


def step(uri, name="Atelier", **more):
    return PrinterStep(id="p", name=name, uri=uri, **more)


def test_a_printer_is_added_without_a_driver_and_made_the_default(machine, printer):
    wanted = step(printer, location="Salle 2", is_default=True)
    assert Printer().check(wanted, machine).standing is Standing.MISSING
    Printer().apply(wanted, machine)
    found = Printer().check(wanted, machine)
    assert (found.standing, found.evidence["default"]) == (Standing.OK, "Atelier")
    machine.run(["lpadmin", "-x", "Atelier"], 10)
    assert Printer().check(wanted, machine).standing is Standing.DRIFT


def test_a_printer_that_is_switched_off_is_said(machine):
    away = step(f"ipp://localhost:{free_port()}/ipp/print", name="Absente")
    with pytest.raises(StepFailed) as refused:
        Printer(answer_seconds=2).apply(away, machine)
    assert refused.value.code == "printer_unreachable"
    assert machine.run(["lpstat", "-v", "Absente"], 10).exit_code != 0
    assert Printer().check(away, machine).standing is Standing.MISSING


def test_going_back_takes_away_only_a_printer_that_came_with_it(machine, printer):
    Printer().apply(step(printer, name="Neuve"), machine)
    assert Printer().undo(step(printer, name="Neuve"), machine) == ""
    assert Printer().check(step(printer, name="Neuve"), machine).evidence["uri"] == ""


def test_a_machine_without_cups_says_so(tmp_path):
    with pytest.raises(StepFailed, match="lpadmin") as refused:
        Printer().apply(step("ipp://localhost/ipp/print"), Folder(tmp_path))
    assert refused.value.code == "not_offered_here"
