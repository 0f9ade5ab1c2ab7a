"""Code 128 and QR as rectangles, counted in modules of the symbol.

Drawn as vectors, so a printer rounds once, to its own dots.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import segno
from barcode.codex import Code128
from barcode.writer import BaseWriter
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

Rectangle = tuple[int, int, int, int]
QR_QUIET = 4
# Trying all eight masks takes four fifths of the time; a reader takes any of them.
_QR_MASK = 2


@dataclass(frozen=True, slots=True)
class Symbol:
    """Dark rectangles (left, top, width, height) in a field of `width` × `height`.

    All in modules, from the top left corner, without the quiet zone.
    """

    width: int
    height: int
    rectangles: tuple[Rectangle, ...]

    def draw(
        self, canvas: Canvas, left: float, top: float, module: float, line: float = 0
    ) -> None:
        """Fill the rectangles, in points; a module is `module` wide, `line` high."""
        canvas.saveState()
        canvas.translate(left, top)
        canvas.scale(module, -(line or module))
        # Whole numbers need no formatting: a sheet has tens of thousands of them.
        code = [f"{x} {y} {w} {h} re" for x, y, w, h in self.rectangles]
        canvas.drawPath(PDFPathObject(code=code), stroke=0, fill=1)
        canvas.restoreState()


class AddressTooLong(ValueError):
    """No QR code holds this address."""


class _Bars(BaseWriter):
    """python-barcode's extension point: collects the bars instead of drawing them."""

    def __init__(self) -> None:
        super().__init__(
            initialize=None,
            paint_module=self._keep,
            paint_text=None,
            finish=lambda: self.bars,
        )
        self.bars: list[tuple[int, int]] = []

    def _keep(self, left: float, _top: float, width: float, colour: str) -> None:
        if colour == self.foreground:
            self.bars.append((round(left), round(width)))


def code128(text: str) -> Symbol:
    """The bars of `text` (printable ASCII), one module high."""
    options = {"module_width": 1, "quiet_zone": 0, "write_text": False}
    bars: list[tuple[int, int]] = Code128(text, writer=_Bars()).render(options)
    width = bars[-1][0] + bars[-1][1]
    return Symbol(width, 1, tuple((left, 0, bar, 1) for left, bar in bars))


def qr(address: str) -> Symbol:
    """The QR code of `address`, error level M or better. Raises AddressTooLong."""
    try:
        matrix = segno.make_qr(address, error="m", mask=_QR_MASK).matrix
    except segno.DataOverflowError as error:
        raise AddressTooLong(address[:80]) from error
    return Symbol(len(matrix), len(matrix), tuple(_merged(matrix)))


def _merged(matrix: Sequence[Iterable[int]]) -> Iterator[Rectangle]:
    """Runs of dark modules, joined with the same run in the rows below."""
    growing: dict[tuple[int, int], int] = {}
    for row, modules in enumerate([*matrix, ()]):
        runs = dict.fromkeys(_runs(modules))
        for left, width in [run for run in growing if run not in runs]:
            top = growing.pop((left, width))
            yield left, top, width, row - top
        for run in runs:
            growing.setdefault(run, row)


def _runs(modules: Iterable[int]) -> Iterator[tuple[int, int]]:
    start = None
    place = -1
    for place, dark in enumerate(modules):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None
    if start is not None:
        yield start, place + 1 - start
