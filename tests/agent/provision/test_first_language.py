"""A Debian that was never asked for a language has not even what builds one."""

from __future__ import annotations

import pytest

from agent.profile.steps import AptStep, LocaleStep
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.apt import AptPackages
from agent.provision.steps.locale import LanguageAndPlace
from provisioning.environments.compiling import compile_profile
from provisioning.environments.content import LayerContent
from tests.agent.provision.debian import needs_chroot
from tests.provisioning.environments.library import FACTS

pytestmark = [pytest.mark.root, pytest.mark.slow, needs_chroot]

FRENCH = {
    "region": {"lang": "fr_FR.UTF-8", "keyboard": "fr", "timezone": "Europe/Paris"}
}


@pytest.fixture
def bare(chroot):
    """As Debian’s smallest systems are: without a package for languages or zones.

    The mirror of this machine, as it is reached from inside.
    """
    names = ["locales", "tzdata"]
    chroot.run(["apt-get", "--yes", "--quiet", "update"], 120)
    chroot.run(
        ["apt-get", "--download-only", "--reinstall", "-y", "install", *names], 120
    )
    assert chroot.run(["dpkg", "--purge", "--force-depends", *names], 60).exit_code == 0
    return chroot


def test_the_steps_of_a_language_bring_what_builds_it_first(bare):
    content = LayerContent.from_json(FRENCH)
    programs, language = compile_profile(content, {}, FACTS).steps
    assert isinstance(programs, AptStep)
    assert isinstance(language, LocaleStep)
    with pytest.raises(StepFailed) as refused:
        LanguageAndPlace().apply(language, bare)
    assert refused.value.code == "not_offered_here"
    AptPackages().apply(programs, bare)
    LanguageAndPlace().apply(language, bare)
    assert LanguageAndPlace().check(language, bare).standing is Standing.OK
