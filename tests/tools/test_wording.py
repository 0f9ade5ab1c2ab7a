from __future__ import annotations

import pytest

from tools.wording import lost, typography


@pytest.mark.parametrize(
    "sentence",
    [
        "Prêt\u202f? Oui\u202f!",
        "Dit-il\u202f: «\u202fvoilà\u202f»\u202f; quoi\u202f?!",
        "Reçu à 14:05:09 sur https://exemple.test/t/PC1?x=1",
        '<a href="%(url)s">Voir l’appareil</a>&nbsp;%(tag)s',
        "Lancez `manage.py verify_journal: oui`…",
        "{count:d} disques",
    ],
)
def test_a_well_set_french_sentence_has_no_fault(sentence: str) -> None:
    assert typography(sentence, "fr") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Prêt ?",
        "Prêt?",
        "Prêt\u00a0: oui",
        "« voilà\u202f»",
        "«\u202fvoilà »",
        "L'appareil",
        "Chargement...",
        'Dites "oui"',
        "%(tag)s!",
    ],
)
def test_a_badly_set_french_sentence_is_found(sentence: str) -> None:
    assert typography(sentence, "fr")


def test_english_wants_its_apostrophe_and_no_narrow_space() -> None:
    assert typography("It’s ready: go! Really?", "en") == []
    assert typography("It's ready", "en") == ["straight apostrophe “'”: write ’"]


@pytest.mark.parametrize(
    ("ids", "strings"),
    [
        (("%(tag)s moved",), ("%(tag)s déplacé",)),
        (("one drive", "%(n)s drives"), ("%(n)s disque", "%(n)s disques")),
        (("%(n)s drive", "%(n)s drives"), ("%(n)s disque", "%(n)s disques")),
        (("<b>%(a)s</b> and {b}",), ("{b} et <b>%(a)s</b>",)),
    ],
)
def test_placeholders_kept_are_no_fault(
    ids: tuple[str, ...], strings: tuple[str, ...]
) -> None:
    assert lost(ids, strings) == []


@pytest.mark.parametrize(
    ("ids", "strings"),
    [
        (("%(tag)s moved",), ("déplacé",)),
        (("%(tag)s moved",), ("%(étiquette)s déplacé",)),
        (("%s of %s",), ("%s",)),
        (("one drive", "%(n)s drives"), ("un disque", "des disques")),
        (("%(n)s drive", "%(n)s drives"), ("un disque", "%(n)s disques")),
        (("<b>Stop</b>",), ("Halte",)),
    ],
)
def test_a_lost_placeholder_is_found(
    ids: tuple[str, ...], strings: tuple[str, ...]
) -> None:
    assert len(lost(ids, strings)) == 1
