"""A document as PDF: who, what, which version, which page, and always the same bytes."""

import dataclasses
import datetime as dt
import io

import pypdf
import pypdfium2
import pytest
import zxingcpp
from reportlab.platypus import Paragraph as Flow

from backoffice.core.fonts import register_fonts
from backoffice.core.paper import (
    DocumentSpec,
    Facts,
    Organisation,
    Paragraph,
    Signatures,
    Table,
    Verdict,
)
from backoffice.core.pdf import render
from backoffice.core.pdf_blocks import flow, style

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
WORKSHOP = Organisation(
    name="Rebond & Cie",
    registration="SIREN 000 100 016",
    address="12 rue des Acacias",
    contact="contact@exemple.test",
)


def table(rows, **more):
    cells = tuple((f"PC-{row:06d}", "Latitude 5480") for row in range(rows))
    return Table("Annex", ("Tag", "Model"), cells, (1, 2), **more)


def document(*blocks, language="fr"):
    return DocumentSpec(
        organisation=WORKSHOP,
        title="Attestation",
        number="ARD-2026-00012",
        issued_on=dt.date(2026, 11, 23),
        language=language,
        template_version=3,
        sha256=HASH,
        verification="https://rebond.exemple.test/documents/12",
        blocks=blocks,
    )


def pages(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_each_cell_of_a_table_knows_its_column():
    twin = Table(
        "", ("French", "Arabic"), (("a", "b"),), (1, 1), from_right=frozenset({1})
    )
    assert not twin.is_wide
    (first, second) = twin.cells[0]
    assert (first.label, first.text, first.is_from_right) == ("French", "a", False)
    assert (second.label, second.is_from_right) == ("Arabic", True)


def test_the_first_page_says_who_issued_what_and_when():
    (page,) = pages(render(document(Paragraph("Bonjour"))))
    expected = [*dataclasses.astuple(WORKSHOP), "Attestation", "N° ARD-2026-00012"]
    assert [text for text in [*expected, "Bonjour"] if text not in page] == []


@pytest.mark.parametrize(
    ("language", "date"), [("fr", "23 novembre 2026"), ("en", "23 November 2026")]
)
def test_the_date_is_written_in_the_language_of_the_document(language, date):
    pdf = render(document(language=language))
    assert date in pages(pdf)[0]
    assert pypdf.PdfReader(io.BytesIO(pdf)).root_object["/Lang"] == language


def test_every_page_says_its_number_hash_and_version():
    texts = pages(render(document(table(120), language="en")))
    assert len(texts) > 2
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert "Template version 3" in text
        assert "https://rebond.exemple.test/documents/12" in text
        assert HASH in text


def test_a_table_repeats_its_header_and_loses_no_row():
    texts = pages(render(document(table(120))))
    assert all("Model" in text for text in texts)
    assert all(f"PC-{row:06d}" in "".join(texts) for row in range(120))


def test_an_annex_starts_on_a_page_of_its_own():
    texts = pages(render(document(Paragraph("Bonjour"), table(2, on_new_page=True))))
    assert ["Annex" in text for text in texts] == [False, True]


def test_the_total_stands_in_the_last_row():
    block = Table(
        "", ("Nature", "Quantity"), (("PC", "2"),), (4, 1), total=("Sum", "2")
    )
    assert "Sum" in pages(render(document(block)))[0]


def test_empty_facts_are_left_out():
    facts = Facts("Donor", (("Name", "Mairie"), ("Telephone", "")))
    (page,) = pages(render(document(facts)))
    assert "Mairie" in page
    assert "Telephone" not in page


def test_facts_in_two_columns_lose_none():
    rows = tuple((f"label{row}", f"value{row}") for row in range(7))
    (page,) = pages(render(document(Facts("Drive", rows, columns=2))))
    assert [text for row in rows for text in row if text not in page] == []


@pytest.mark.parametrize(("is_good", "sign"), [(True, "✓"), (False, "✗")])
def test_a_verdict_is_said_in_words_beside_its_sign(is_good, sign):
    (page,) = pages(render(document(Verdict("Erased", ("Class: Clear",), is_good))))
    assert f"{sign} Erased" in page
    assert "Class: Clear" in page


def test_the_code_of_a_verdict_is_read_back_from_the_paper():
    address = "https://rebond.exemple.test/v/0123456789abcdef0123456789abcdef"
    pdf = render(document(Verdict("Erased", (), is_good=True, address=address)))
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [address]


def test_the_hash_of_the_content_stands_in_the_file_s_own_description():
    information = pypdf.PdfReader(io.BytesIO(render(document()))).metadata
    assert information
    assert str(information["/Keywords"]) == HASH


@pytest.mark.parametrize("parties", [("Giver",), ("Giver", "Receiver")])
def test_each_party_has_a_box_to_sign_in(parties):
    (page,) = pages(render(document(Signatures(parties, hint="Date"))))
    assert all(party in page for party in parties)
    assert page.count("Date") == len(parties)


@pytest.mark.parametrize("rows", range(1, 45))
def test_nobody_signs_a_page_that_says_nothing_else(rows):
    facts = Facts("Good to know", (("Help", "is free"),))
    boxes = Signatures(("Giver", "Receiver"), hint="Date")
    texts = pages(render(document(table(rows), facts, Paragraph("Thanks"), boxes)))
    (signed,) = (text for text in texts if "Receiver" in text)
    assert all(text in signed for text in ("Good to know", "is free", "Thanks"))


@pytest.mark.parametrize(("rows", "count"), [(14, 1), (21, 1), (22, 2)])
def test_a_paper_to_sign_is_set_closer_where_that_saves_a_page(rows, count):
    facts = Facts("Good to know", (("Help", "is free"),) * 6)
    boxes = Signatures(("Giver", "Receiver"), hint="Date")
    assert len(pages(render(document(table(rows), facts, boxes)))) == count


def test_what_a_text_lists_is_drawn_line_by_line():
    (page,) = pages(render(document(Paragraph("• one\n• two", heading="Agreed"))))
    assert page.index("Agreed") < page.index("• one") < page.index("• two")


def test_signs_of_markup_are_printed_as_they_are():
    (page,) = pages(render(document(Paragraph("<b>A & B</b> <br/> &amp;"))))
    assert "<b>A & B</b> <br/> &amp;" in page


def test_a_cell_longer_than_its_column_is_wrapped_and_not_cut():
    words = " ".join(f"word{number}" for number in range(60))
    block = Table("", ("A", "B"), ((words, "x"),), (1, 1))
    assert "word59" in pages(render(document(block)))[0]


@pytest.mark.parametrize("width", range(60, 260, 8))
def test_no_line_breaks_at_a_narrow_no_break_space(width):
    register_fonts()
    text = "Nous attestons avoir reçu ceci\u202f: «\u202fun\u202f» poste\u202f!"
    paragraph: Flow = flow(text, style(10))
    paragraph.wrap(width, 1000)
    lines = [_text_of(line) for line in vars(paragraph)["blPara"].lines]
    assert not [line for line in lines if line[0] in ":!»" or line[-1] == "«"]


def _text_of(line):
    return "".join(word.text for word in line.words).strip()


def test_the_same_document_is_the_same_bytes():
    spec = document(Paragraph("Bonjour"), table(60))
    assert render(spec) == render(spec)
