"""Labels with bars and a QR code, as PDF: pure functions of what stands on them."""

from backoffice.core.symbols import AddressTooLong
from inventory.labels.commands import command_sheet_pdf
from inventory.labels.label import Label, LabelTooSmall, tag_label
from inventory.labels.pages import AVERY_L7160, TAPE, Sheet, sheet_pdf, tape_pdf

__all__ = [
    "AVERY_L7160",
    "TAPE",
    "AddressTooLong",
    "Label",
    "LabelTooSmall",
    "Sheet",
    "command_sheet_pdf",
    "sheet_pdf",
    "tag_label",
    "tape_pdf",
]
