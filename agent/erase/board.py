"""What a terminal shows of drives that are to be erased, are being, and were."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from agent.erase.case import Order
from agent.erase.names import result, why
from agent.erase.names import technique as name_of
from agent.erase.news import News
from agent.methods import Ended
from agent.proofs import ErasureRecord
from agent.words import Words

MINUTE, HOUR = 60, 3600


class Board:
    """The drives of one order, a line for each, redrawn where the terminal can.

    Where it cannot, a line is printed for each new step. Nothing of a drive's texts is
    taken for the terminal's own markup.
    """

    def __init__(self, console: Console, words: Words, orders: Sequence[Order]) -> None:
        self._console = console
        self._words = words
        self._orders = orders
        self._last: dict[str, News] = {}
        self._live = Live(console=console, refresh_per_second=2, transient=True)

    def __enter__(self) -> Board:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self._live.stop()

    def __call__(self, news: News) -> None:
        is_new = news.step != self._step(news.name)
        self._last[news.name] = news
        if self._console.is_terminal:
            self._live.update(self._table())
        elif is_new:
            (order,) = [each for each in self._orders if each.name == news.name]
            row = " · ".join(self._row(order)[:3])
            self._console.print(row, markup=False, highlight=False)

    def _step(self, name: str) -> str:
        return self._last[name].step if name in self._last else ""

    def _table(self) -> Table:
        words = self._words
        table = Table(box=SIMPLE)
        for name in (words("Drive"), words("Serial number"), words("Step")):
            table.add_column(name, overflow="fold")
        for name in ("%", words("Rate"), words("Time left"), "°C"):
            table.add_column(name, justify="right", no_wrap=True)
        for order in self._orders:
            table.add_row(*map(Text, self._row(order)))
        return table

    def _row(self, order: Order) -> list[str]:
        news = self._last.get(order.name)
        start = [order.drive.path or "–", order.drive.serial or "–"]
        if news is None:
            return [*start, "", "", "", "", ""]
        stride = news.stride
        rate = stride.bytes_per_second
        return [
            *start,
            step(self._words, news.step),
            "" if news.percent is None else f"{news.percent}",
            "" if not rate else f"{self._words.size(rate)}/s",
            "" if news.seconds_left is None else duration(news.seconds_left),
            "" if stride.celsius is None else f"{stride.celsius}",
        ]


def plan_table(console: Console, words: Words, plans: Sequence[Sequence[str]]) -> None:
    """The plan of each drive, as it was made."""
    for lines in plans:
        head, *rest = lines or ("",)
        console.print(head, markup=False, highlight=False, style="bold")
        for line in rest:
            console.print(f"   {line}", markup=False, highlight=False, soft_wrap=True)
        console.print()


def results(console: Console, words: Words, records: Sequence[ErasureRecord]) -> None:
    table = Table(title=words("What came of it"), title_justify="left")
    for name in ("Drive", "Serial number", "Method", "Result", "Reason"):
        table.add_column(words(name), overflow="fold")
    for record in records:
        row = (
            record.drive.path,
            record.drive.serial,
            name_of(words, record.technique),
            result(words, record.ended),
            why(words, record),
        )
        table.add_row(*map(Text, row))
    console.print(table)


def step(words: Words, name: str) -> str:
    """A step in the person's language; one that has no word is said as it is."""
    known = {
        "waiting": "waiting for another process that is erasing it",
        "look": "looking",
        "markers": "planting markers",
        "overwrite": "overwriting",
        "areas": "overwriting",
        "verify": "reading back",
        "sanitize": "erasing itself",
        "security_erase": "erasing itself",
        "format": "erasing itself",
        "emmc": "erasing itself",
        "sleep": "the machine sleeps for ten seconds",
        "replug": "unplug it and plug it in again",
    }
    if name in list(Ended):
        return result(words, Ended(name))
    return words(known[name]) if name in known else name


def duration(seconds: int) -> str:
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    return f"{hours}\u202fh\u202f{minutes:02d}" if hours else f"{minutes}:{left:02d}"
