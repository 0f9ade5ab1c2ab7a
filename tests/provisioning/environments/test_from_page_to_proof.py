"""The agent and the server, over real HTTP: published here, put in place there, proven.

Real bytes, a real signature, real files under a folder that stands for the machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from agent import wire
from agent.parser import parser_for
from agent.provision import command
from agent.provision.job import Provision
from agent.run import never
from agent.sending import Sender
from agent.words import Words
from agent.work import End
from provisioning import actions
from provisioning.models import (
    Environment,
    EnvironmentCheck,
    EnvironmentRun,
    RunAim,
)
from tests.provisioning.assigned import assigned
from tests.provisioning.environments.world import published, say
from tests.provisioning.files import in_library, pdf
from tests.provisioning.test_agent_in_service import Machine
from tests.world import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "usr/share/rebond/accueil/index.html"


class Packed(Machine):
    """A machine for which a pack waits; what it installs goes under `root`."""

    def __init__(self, folder: Path, address: str, world: World) -> None:
        super().__init__(folder, address, world)
        self.report()
        self.root = folder / "machine"
        for path, content in (
            ("etc/os-release", 'ID=debian\nVERSION_ID="12"\n'),
            ("proc/meminfo", "MemTotal:        4000000 kB\n"),
        ):
            (self.root / path).parent.mkdir(parents=True)
            (self.root / path).write_text(content)
        self.device = world.ready()
        actions.bind_agent(
            agent=self.agent, device=self.device, sure=True, by=world.lead
        )
        assigned(world, self.device, "emploi-fr")
        self.provision = Provision(self.state, lambda: self.run("--resume"))

    def obey(self) -> End:
        """Do what the server asks now, and send what there is to say of it."""
        answer = self.session.assignment("")
        assert answer is not None
        job = answer[0].job
        assert job is not None
        end = self.provision(job, lambda *_told: None, never)
        self.place.jobs.take(job)
        self.place.jobs.end(job.job_id, end.state, end.message)
        for _hears_then_tells in range(2):
            self.resident.turn()
        assert Sender(self.place.spool, self.session.report, print).send().stop is None
        return end

    def run(self, *words: str) -> None:
        english = Words(is_french=False)
        given = ["--state", str(self.state), "provision", *words]
        command.provision(parser_for(english).parse_args(given), english, self.root)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def machine(tmp_path: Path, live_server: LiveServer, world: World) -> Packed:
    sheet = in_library(world.lead)
    parts: dict[str, Any] = {
        "home_title": {"fr": "Bienvenue"},
        "sheets": [
            {"slug": "courriel", "resource": sheet.blob.sha256, "title": {"fr": "Mail"}}
        ],
        "bookmarks": [{"title": "Pix", "url": "https://pix.example/"}],
    }
    published(world.lead, **parts)
    return Packed(tmp_path, live_server.url, world)


def test_what_is_published_is_put_in_place_and_proven(machine: Packed) -> None:
    assert not actions.environment_verified(machine.device, "emploi-fr")
    end = machine.obey()
    assert end.state is wire.Stage.DONE
    assert (machine.root / HOME).read_text().count("Pix") == 1
    assert next(machine.root.rglob("*.pdf")).read_bytes() == pdf()
    assert EnvironmentRun.objects.get().outcome == wire.Outcome.WHOLE
    assert EnvironmentCheck.objects.get().device == machine.device
    assert actions.environment_verified(machine.device, "emploi-fr")


def test_a_file_that_was_altered_is_named_and_proves_nothing(
    machine: Packed, world: World
) -> None:
    machine.obey()
    (machine.root / HOME).write_text("something else")
    actions.install_environment(
        device=machine.device, aim=RunAim.VERIFY, by=world.technician
    )
    machine.obey()
    run = EnvironmentRun.objects.latest("pk")
    drifted = run.steps.filter(state=wire.StepState.DRIFT)
    assert [row.step for row in drifted] == ["home-1"]
    assert not actions.environment_verified(machine.device, "emploi-fr")
    assert (machine.root / HOME).read_text() == "something else"


def test_a_later_version_takes_the_proof_away_until_it_is_there(
    machine: Packed, world: World
) -> None:
    machine.obey()
    made = Environment.objects.get()
    say(world.lead, made, home_title={"fr": "Une autre page"})
    version = actions.publish_version(environment=made, by=world.lead)
    actions.promote_version(version=version, by=world.lead)
    assert not actions.environment_verified(machine.device, "emploi-fr")
    actions.install_environment(device=machine.device, by=world.technician)
    assert machine.obey().state is wire.Stage.DONE
    assert "Une autre page" in (machine.root / HOME).read_text()
    assert actions.environment_verified(machine.device, "emploi-fr")
