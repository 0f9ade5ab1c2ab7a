"""Where the pages of a document may end: what has to stay together stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, PageBreak

from backoffice.core.paper import (
    Block,
    Facts,
    Picture,
    Signatures,
    Signed,
    Table,
    Verdict,
)
from backoffice.core.pdf_blocks import Spacing, parts

TO_SIGN = (Signed, Signatures)
_WITH_HEADING = 32 * mm


def laid_out(blocks: Sequence[Block], spacing: Spacing) -> Iterator[Flowable]:
    """A document’s blocks; signatures stay on the page of what stands above them.

    That is all since the last heading, with it: nobody signs a page that says nothing.
    """
    above: list[Block] = []
    for block in blocks:
        if isinstance(block, TO_SIGN):
            together = [*above, block]
            yield KeepTogether(
                [part for each in together for part in parts(each, spacing)]
            )
            above = []
            continue
        if _begins(block):
            yield from _apart(above, spacing)
            above = []
        above.append(block)
    yield from _apart(above, spacing)


def _begins(block: Block) -> bool:
    return isinstance(block, Verdict) or bool(getattr(block, "heading", ""))


def _apart(blocks: Sequence[Block], spacing: Spacing) -> Iterator[Flowable]:
    for block in blocks:
        drawn = parts(block, spacing)
        match block:
            case Facts(columns=1) | Picture():
                yield KeepTogether(drawn)
            case Table(on_new_page=True):
                yield from (PageBreak(), *drawn)
            case _ if _begins(block):
                # A heading never stands alone at the foot of a page.
                yield from (CondPageBreak(_WITH_HEADING), *drawn)
            case _:
                yield from drawn
