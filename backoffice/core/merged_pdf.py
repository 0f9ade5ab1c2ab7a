"""Several PDFs as one, to print: the signatures stay with the single files."""

from __future__ import annotations

import io
from collections.abc import Iterable

from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter


def merged(files: Iterable[bytes]) -> bytes:
    """The pages of all files (of `backoffice.core.pdf`), one after the other."""
    writer = PdfFileWriter(stream_xrefs=True)  # type: ignore[no-untyped-call]
    for file in files:
        reader = PdfFileReader(io.BytesIO(file))
        for page in reader.root["/Pages"]["/Kids"]:
            own = _own(writer, page.get_object())
            writer.insert_page(own)  # type: ignore[no-untyped-call]
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def _own(writer: PdfFileWriter, page: DictionaryObject) -> PdfObject:
    """A page without its parent and fields, which would bring all the rest along."""
    for name in ("/Parent", "/Annots"):
        page.pop(name, None)
    return writer.import_object(page)
