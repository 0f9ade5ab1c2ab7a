"""From a signed document as it was frozen to what its paper and its page say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils import translation

from backoffice.core.models import Document, DocumentKind
from backoffice.core.paper import DocumentSpec
from inventory.documents.certificate import certificate_spec
from inventory.documents.destruction import destruction_spec
from inventory.documents.lot import lot_spec
from inventory.documents.machine import machine_spec

Drawn = Callable[[Document], DocumentSpec]
# Raised when a layout or a wording changes; an old one stays as long as its documents.
VERSION = 3
# Which template drew which version.
TEMPLATES: Mapping[tuple[str, int], Drawn] = {
    (kind, version): drawn
    for kind, drawn in (
        (DocumentKind.ERASURE_CERTIFICATE, certificate_spec),
        (DocumentKind.FAILURE_REPORT, certificate_spec),
        (DocumentKind.DESTRUCTION_RECORD, destruction_spec),
        (DocumentKind.MACHINE_SHEET, machine_spec),
        (DocumentKind.LOT_SUMMARY, lot_spec),
    )
    # Each has more rows than the one before, and leaves them out where the content is
    # of an older one.
    for version in (1, 2, 3)
}


def spec_of(document: Document) -> DocumentSpec:
    """What a document says, in its own language."""
    with translation.override(document.language):
        return TEMPLATES[document.kind, document.template_version](document)
