"""Merged content becomes exactly what a machine may be asked."""

from typing import Any

import pytest

from agent.profile import read
from agent.profile.steps import StepKind, TextStep
from agent.profile.variables import wanted
from provisioning.environments.compiling import compile_profile
from provisioning.environments.content import LayerContent
from provisioning.environments.lacking import Incomplete
from provisioning.environments.library import NotHeld, NotPacked
from tests.provisioning.environments.library import (
    FACTS,
    LIBRARY,
    PDF,
    ZIM,
    whole,
)


def test_every_kind_of_step_comes_of_a_content_and_is_read_by_the_agent() -> None:
    profile = compile_profile(whole(), LIBRARY, FACTS)
    assert {step.kind for step in profile.steps} == set(StepKind)
    assert read(profile.to_bytes()) == profile


def test_files_are_named_once_with_hash_size_licence_and_source() -> None:
    profile = compile_profile(whole(), LIBRARY, FACTS)
    sheet = next(blob for blob in profile.blobs if blob.sha256 == PDF)
    assert (sheet.size_bytes, sheet.licence) == (800_000, "CC-BY-SA-4.0")
    assert sheet.name == f"mail-{PDF[:8]}.pdf"
    assert len(profile.blobs) == len(LIBRARY)


def test_the_room_for_files_is_computed_where_nobody_says_more() -> None:
    no_books: dict[str, Any] = {"encyclopaedias": [], "kiwix": {}}
    little = compile_profile(whole(**no_books), LIBRARY, FACTS)
    assert little.requires.disk_free_mb == 500 + 10
    much = compile_profile(whole(needs={"disk_free_mb": 9000}), LIBRARY, FACTS)
    assert much.requires.disk_free_mb == 9000


def test_what_a_step_needs_of_debian_is_installed_before_it() -> None:
    steps = compile_profile(whole(), LIBRARY, FACTS).steps
    programs = next(step for step in steps if step.id == "programs")
    asked = {"orca", "dconf-cli", "cups", "kiwix-tools", "modemmanager"}
    asked |= {"locales", "tzdata"}
    assert asked <= set(programs.to_json()["present"])
    ids = [step.id for step in steps]
    assert ids.index("programs") < ids.index("locale") < ids.index("access")
    assert ids.index("access") < ids.index("account")
    assert ids.index("e-portfolio") < ids.index("account")


def test_only_the_values_that_the_words_name_are_wanted() -> None:
    asked = wanted(compile_profile(whole(), LIBRARY, FACTS))
    assert asked == {
        *("user.login", "user.name", "user.password_hash"),
        *("contact.name", "contact.phone"),
    }
    fixed = whole(account={"login": "personne", "first_login": "autologin"}, blocks=[])
    assert wanted(compile_profile(fixed, LIBRARY, FACTS)) == frozenset()


def test_what_people_write_is_never_markup() -> None:
    steps = compile_profile(whole(), LIBRARY, FACTS).steps
    page = next(step for step in steps if step.id == "home-1")
    assert isinstance(page, TextStep)
    assert "{{contact.phone}} &lt;b&gt;" in page.content


def test_an_english_machine_reads_english_where_there_is_any() -> None:
    region = {"lang": "en_GB.UTF-8", "keyboard": "gb", "timezone": "Europe/London"}
    steps = compile_profile(whole(region=region), LIBRARY, FACTS).steps
    page = next(step for step in steps if step.id == "home-1").to_json()["content"]
    assert '<html lang="en">' in page
    assert "Welcome" in page
    assert "Écrire un mail" in page


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"region": {"lang": "fr_FR.UTF-8"}}, "region.keyboard"),
        ({"kolibri": {}}, "kolibri.source"),
        ({"portfolio": {"on": True}}, "portfolio.archive"),
    ],
)
def test_a_part_that_lacks_something_is_refused_by_its_name(
    changes: dict[str, Any], part: str
) -> None:
    with pytest.raises(Incomplete) as refused:
        compile_profile(whole(**changes), LIBRARY, FACTS)
    assert refused.value.part == part


def test_bookmarks_without_any_home_page_are_refused() -> None:
    said = LayerContent.from_json(
        {"bookmarks": [{"title": "PIX", "url": "https://pix.fr/"}]}
    )
    with pytest.raises(Incomplete):
        compile_profile(said, {}, FACTS)


def test_a_resource_that_the_library_does_not_offer_is_refused() -> None:
    rest = {sha256: held for sha256, held in LIBRARY.items() if sha256 != ZIM}
    with pytest.raises(NotHeld) as refused:
        compile_profile(whole(), rest, FACTS)
    assert refused.value.sha256 == ZIM


def test_a_sheet_is_no_archive() -> None:
    with pytest.raises(NotPacked):
        compile_profile(whole(portfolio={"on": True, "archive": PDF}), LIBRARY, FACTS)
