"""Labels are proved by reading them: rasterised to a printer's dots, then scanned."""

import io

import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.utils import translation

from backoffice.core.fonts import FontsMissing, register_fonts
from backoffice.core.symbols import qr
from inventory.labels import (
    AVERY_L7160,
    AddressTooLong,
    Label,
    LabelTooSmall,
    command_sheet_pdf,
    sheet_pdf,
    tag_label,
    tape_pdf,
)
from inventory.scanner import Command
from inventory.tags import TagKind, format_tag

BASE = "https://rebond.exemple.test"
LONG = "https://parc.rebond-numerique-aquitaine.collectivite.exemple.test/reemploi"
LAST_CELL = AVERY_L7160.cells - 1
on_every_printer = pytest.mark.parametrize("dpi", [203, 300])


def label(number, base_url=BASE):
    tag = format_tag(TagKind.COMPUTER, number)
    return tag_label(tag, base_url=base_url, subtitle="Latitude 5480")


def dots(pdf, dpi, page=0):
    """One page as the printer's head sees it: black or nothing."""
    image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True)
    return image.to_pil().point(lambda grey: 255 if grey > 127 else 0)


def scanned(pdf, dpi, page=0):
    codes = zxingcpp.read_barcodes(dots(pdf, dpi, page))
    return {(str(code.format), code.text) for code in codes}


def both_codes(label):
    return {("Code 128", label.tag), ("QR Code", label.address)}


def text(pdf, page=0):
    return pypdf.PdfReader(io.BytesIO(pdf)).pages[page].extract_text()


@on_every_printer
@pytest.mark.parametrize("first_cell", [0, 1, LAST_CELL - 1, LAST_CELL])
def test_both_codes_are_read_from_any_cell_of_the_sheet(dpi, first_cell):
    pdf = sheet_pdf([label(4217)], first_cell=first_cell)
    assert scanned(pdf, dpi) == both_codes(label(4217))


@on_every_printer
@pytest.mark.parametrize("number", [1, 4217, 999_999, 1_000_000, 12_345_678, 10**9 - 1])
@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000", BASE, LONG])
def test_both_codes_are_read_whatever_the_tag_and_address(dpi, number, base_url):
    printed = label(number, base_url)
    assert scanned(tape_pdf([printed]), dpi) == both_codes(printed)
    assert scanned(sheet_pdf([printed]), dpi) == both_codes(printed)


@on_every_printer
def test_every_code_of_a_full_sheet_is_read(dpi):
    labels = [label(number) for number in range(4217, 4217 + AVERY_L7160.cells)]
    assert scanned(sheet_pdf(labels), dpi) == set().union(*map(both_codes, labels))


@on_every_printer
@pytest.mark.parametrize("kind", TagKind)
def test_both_codes_are_read_for_every_kind_of_tag(dpi, kind):
    printed = tag_label(format_tag(kind, 12), base_url=BASE)
    assert scanned(tape_pdf([printed]), dpi) == both_codes(printed)


def test_labels_continue_on_the_next_sheet():
    labels = [label(number) for number in (1, 2, 3)]
    pdf = sheet_pdf(labels, first_cell=LAST_CELL)
    assert len(pypdfium2.PdfDocument(pdf)) == 2
    assert scanned(pdf, 203, page=0) == both_codes(labels[0])
    assert scanned(pdf, 203, page=1) == both_codes(labels[1]) | both_codes(labels[2])


def test_a_full_sheet_leaves_no_blank_page():
    labels = [label(number) for number in range(1, AVERY_L7160.cells + 1)]
    assert len(pypdfium2.PdfDocument(sheet_pdf(labels))) == 1


@pytest.mark.parametrize("cell", [-1, AVERY_L7160.cells])
def test_a_cell_that_the_sheet_does_not_have_is_refused(cell):
    with pytest.raises(ValueError, match="the sheet has the cells 0 to 20"):
        sheet_pdf([label(1)], first_cell=cell)


def test_the_cells_lie_on_the_page_and_not_on_each_other():
    boxes = [AVERY_L7160.box(cell) for cell in range(AVERY_L7160.cells)]
    assert min(box.bottom for box in boxes) > 0
    assert max(box.left + box.width for box in boxes) < AVERY_L7160.page[0]
    assert len({(round(box.left), round(box.bottom)) for box in boxes}) == len(boxes)


def test_tape_has_one_page_of_62_mm_for_each_label():
    reader = pypdf.PdfReader(io.BytesIO(tape_pdf([label(1), label(2)])))
    assert len(reader.pages) == 2
    assert float(reader.pages[0].mediabox.width) == pytest.approx(62 / 25.4 * 72)


@pytest.mark.parametrize("pages", [sheet_pdf, tape_pdf])
def test_nothing_to_print_is_refused(pages):
    with pytest.raises(ValueError, match="no label"):
        pages([])


@pytest.mark.parametrize("pages", [sheet_pdf, tape_pdf])
@pytest.mark.parametrize(
    ("length", "refusal"), [(900, LabelTooSmall), (4000, AddressTooLong)]
)
def test_an_address_too_long_to_be_read_is_refused(pages, length, refusal):
    with pytest.raises(refusal):
        pages([label(4217, "https://exemple.test/" + "x" * length)])


@pytest.mark.parametrize("pages", [sheet_pdf, tape_pdf])
def test_the_same_labels_are_the_same_bytes(pages):
    assert pages([label(1), label(2)]) == pages([label(1), label(2)])


def test_a_label_says_its_tag_as_people_read_it():
    assert "PC-004217-W" in text(tape_pdf([label(4217)]))
    assert "Latitude 5480" in text(tape_pdf([label(4217)]))


def test_a_place_is_known_by_its_name_and_its_tag():
    shelf = tag_label(format_tag(TagKind.PLACE, 12), base_url=BASE, title="Étagère B-3")
    assert {"Étagère B-3", "PL-000012-6"} <= set(text(tape_pdf([shelf])).splitlines())


def test_a_name_too_long_for_the_label_is_cut_and_says_so():
    shelf = Label("PL0000126", "Étagère " * 20, "à côté de la porte " * 20, BASE)
    pdf = tape_pdf([shelf])
    assert text(pdf).count("…") == 2
    assert scanned(pdf, 203) == both_codes(shelf)


def test_the_qr_rectangles_cover_each_dark_module_once():
    symbol = qr(BASE)
    cells = [
        (x + dx, y + dy)
        for x, y, width, height in symbol.rectangles
        for dx in range(width)
        for dy in range(height)
    ]
    assert len(cells) == len(set(cells))
    assert {(0, 0), (6, 6), (symbol.width - 1, 0)} <= set(cells)


@on_every_printer
def test_every_command_of_the_sheet_is_read(dpi):
    found = scanned(command_sheet_pdf(language="fr"), dpi)
    printed = set(Command) - {Command.ERASE}
    assert found == {("Code 128", command.value) for command in printed}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_sheet_of_commands_speaks_the_language_asked_for(language):
    pdf = command_sheet_pdf(language=language)
    with translation.override(language):
        assert str(Command.MODE_QUALITY_CHECK.label) in text(pdf)
    assert pypdf.PdfReader(io.BytesIO(pdf)).root_object["/Lang"] == language


def test_the_sheet_of_commands_is_one_page():
    assert len(pypdfium2.PdfDocument(command_sheet_pdf())) == 1


def test_missing_fonts_are_said_in_a_sentence(tmp_path):
    with pytest.raises(FontsMissing, match=r"run “make assets” first\."):
        register_fonts(tmp_path)
