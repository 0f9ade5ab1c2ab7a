from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from tools.extraction import Message, NotLiteral, messages_of
from tools.messages import catalogue_of, check, compile_all, extract, read, translations


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house with one Python file and one template."""
    (tmp_path / "inventory" / "templates").mkdir(parents=True)
    write(tmp_path, "actions.py", "from x import gettext as _\n_('Move it')\n")
    write(tmp_path, "templates/page.html", "{% translate 'Device' %}")
    return tmp_path


def write(house: Path, name: str, text: str) -> None:
    (house / "inventory" / name).write_text(text, encoding="utf-8")


def translate(house: Path, **words: str) -> None:
    path = catalogue_of("inventory", house)
    text = path.read_text(encoding="utf-8")
    for english, french in words.items():
        message = english.replace("_", " ")
        text = text.replace(
            f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{french}"'
        )
    path.write_text(text, encoding="utf-8")


def test_templates_speak_with_plural_context_and_trimming(house: Path) -> None:
    write(
        house,
        "templates/page.html",
        """{# Translators: it's the dock's word #}
        {% translate "Lot" context "donation" %} {{ _("Tag")|upper }}
        {% url 'x' as y %}{% if a == _("Yes") %}{% endif %}
        {% blocktranslate trimmed count n=devices|length with 'it' as b %}
          {{ n }} device’s
          waiting
        {% plural %}
          {{ n }} devices waiting, 10% of all
        {% endblocktranslate %}""",
    )
    assert messages_of(house / "inventory" / "templates") == {
        Message("Lot", context="donation"),
        Message("Tag"),
        Message("Yes"),
        Message("%(n)s device’s waiting", "%(n)s devices waiting, 10%% of all"),
    }


def test_python_speaks_through_every_gettext_function(house: Path) -> None:
    write(
        house,
        "words.py",
        "ngettext_lazy('one', 'many', n); pgettext('c', 'a' 'b'); t.gettext('x')",
    )
    assert messages_of(house / "inventory") >= {
        Message("one", "many"),
        Message("ab", context="c"),
        Message("x"),
    }


def test_a_text_put_together_at_run_time_is_refused(house: Path) -> None:
    write(house, "words.py", "_(f'{name} moved')")
    with pytest.raises(NotLiteral, match=r"words.py:1"):
        messages_of(house / "inventory")


def test_extracting_keeps_translations_and_drops_what_nobody_says(house: Path) -> None:
    extract(house)
    translate(house, Move_it="Déplacer", Device="Appareil")
    write(house, "templates/page.html", "{% translate 'Screen' %}")
    said = extract(house)
    known = translations(read(catalogue_of("inventory", house)))
    assert known == {Message("Move it"): ("Déplacer",), Message("Screen"): ("",)}
    assert said == [
        "inventory: new “Screen”",
        "inventory: dropped “Device” = ('Appareil',)",
    ]


def test_a_message_that_moves_to_another_app_keeps_its_translation(house: Path) -> None:
    extract(house)
    translate(house, Move_it="Déplacer")
    (house / "lending").mkdir()
    (house / "inventory" / "actions.py").rename(house / "lending" / "actions.py")
    extract(house)
    assert translations(read(catalogue_of("lending", house))) == {
        Message("Move it"): ("Déplacer",)
    }


def test_extracting_twice_changes_nothing(house: Path) -> None:
    extract(house)
    before = catalogue_of("inventory", house).stat()
    assert extract(house) == []
    assert catalogue_of("inventory", house).stat().st_mtime_ns == before.st_mtime_ns


def test_a_complete_catalogue_has_no_fault(house: Path) -> None:
    extract(house)
    translate(house, Move_it="Déplacer", Device="Appareil")
    assert check(house) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ('msgid "Device"\nmsgstr ""', "“Device”: not translated"),
        ('#, fuzzy\nmsgid "Device"\nmsgstr "Appareil"', "fuzzy “Device”"),
        ('msgid "Device"\nmsgstr "Appareil %(n)s"', "should carry no placeholder"),
        ('msgid "Device"\nmsgstr "Appareil !"', "no narrow space (U+202F) before “!”"),
        ('msgid "Old"\nmsgstr "Vieux"', "obsolete “Old”"),
        ('#~ msgid "Old"\n#~ msgstr "Vieux"', "obsolete “Old”"),
    ],
)
def test_a_fault_of_a_catalogue_is_named(house: Path, found: str, said: str) -> None:
    extract(house)
    translate(house, Move_it="Déplacer")
    path = catalogue_of("inventory", house)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('msgid "Device"\nmsgstr ""', found), encoding="utf-8")
    assert any(said in fault for fault in check(house))


def test_a_message_missing_from_its_catalogue_is_named(house: Path) -> None:
    assert "inventory: missing “Device”" in check(house)


def test_one_message_is_translated_the_same_everywhere(house: Path) -> None:
    (house / "lending").mkdir()
    (house / "lending" / "views.py").write_text("_('Device')")
    extract(house)
    translate(house, Move_it="Déplacer", Device="Appareil")
    other = catalogue_of("lending", house)
    other.write_text(other.read_text().replace('msgstr ""\n', 'msgstr "Machine"\n'))
    assert "lending: “Device” is translated otherwise in inventory" in check(house)


def test_what_is_compiled_speaks_french_and_only_changes_are_compiled(
    house: Path,
) -> None:
    write(house, "words.py", "ngettext('one pack', '%(n)s packs', 2)")
    extract(house)
    path = catalogue_of("inventory", house)
    text = path.read_text(encoding="utf-8")
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s pack"')
    path.write_text(text.replace('msgstr[1] ""', 'msgstr[1] "%(n)s packs"'))
    (made,) = compile_all(house)
    with made.open("rb") as file:
        french = gettext.GNUTranslations(file)
    assert french.ngettext("one pack", "%(n)s packs", 0) == "%(n)s pack"
    assert compile_all(house) == []
