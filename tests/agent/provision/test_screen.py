"""The screen before the machine: n of N in both languages, green or red at the end."""

from __future__ import annotations

import re

from agent.installed import Outcome, Pass
from agent.provision.room import News, Over
from agent.provision.screen import drawn

NEWS = News(
    slug="emploi-fr",
    phase="step",
    number=3,
    total=12,
    title_fr="Imprimante de l’atelier",
    title_en="The workshop’s printer",
    percent=25,
    seconds_left=200,
)


def over(outcome):
    return Over(
        slug="emploi-fr",
        aim=Pass.INSTALL,
        outcome=outcome,
        fr="Les 12 étapes sont en place.",
        en="All 12 steps are in place.",
    )


def plain(text):
    return re.sub("\x1b\\[[0-9;]*[A-Za-z]", "", text).replace("\u00a0", " ")


def test_it_says_where_it_is_in_both_languages_with_the_time():
    said = plain(drawn(NEWS, None))
    assert "Étape 3 sur 12 : Imprimante de l'atelier" in said
    assert "Step 3 of 12: The workshop's printer" in said
    assert "encore 3 min" in said
    assert "3 min left" in said
    assert " 25 %" in said


def test_it_says_when_files_are_fetched_and_when_it_only_looks():
    assert "Récupération des fichiers : 25 %" in plain(
        drawn(NEWS.but(phase="fetch"), None)
    )
    assert "Looking: 3 of 12" in plain(drawn(NEWS.but(phase="look"), None))
    assert "less than a minute" in plain(drawn(NEWS.but(seconds_left=20), None))


def test_the_end_is_green_where_all_is_in_place_and_red_elsewhere():
    green, red = (drawn(NEWS, over(each)) for each in (Outcome.WHOLE, Outcome.PARTIAL))
    assert "\x1b[42;" in green
    assert "\x1b[41;" not in green
    assert "\x1b[41;" in red
    assert "Les 12 étapes sont en place." in plain(green)
    assert "All 12 steps are in place." in plain(green)


def test_it_fits_eighty_columns_whatever_it_says():
    long = NEWS.but(title_fr="é" * 120, title_en="W " * 60)
    for text in (
        drawn(long, None),
        drawn(None, over(Outcome.BLOCKED).but(fr="a " * 150)),
    ):
        assert max(map(len, plain(text).splitlines())) <= 80
