"""What is promised, and whether the figures keep it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.measure import Figures, Sample

FLAT = 1.2  # what is called the same: less than the noise of a small machine


@dataclass(frozen=True)
class Verdict:
    what: str
    figure: str
    bound: str
    kept: bool


def verdicts(figures: Figures, small: str, large: str) -> Iterator[Verdict]:
    samples = {name: by_stock[large] for name, by_stock in figures.samples.items()}
    empty, written = (
        samples["empty authenticated view"],
        samples["one-row durable write"],
    )
    yield _times("scan: look-up / empty view", samples["scan: look-up"], empty, 2.5)
    yield _times("scan: act / one-row write", samples["scan: act"], written, 2.0)
    for name, by_stock in figures.samples.items():
        if name.startswith(("list:", "API:")):
            yield _times(
                f"{name}, {large} / {small}", by_stock[large], by_stock[small], 1.5
            )
            yield _at_most(f"{name}, statements", by_stock[large].queries, 12)
    for name in ("device page", "its machine"):
        once, often = samples[f"{name}: 1 report"], samples[f"{name}: 60 reports"]
        yield from _same(f"{name}, 60 reports / 1", often, once)
    first, last = samples["report: 1st to 10th"], samples["report: 51st to 60th"]
    yield from _same("report, the last ten / the first ten", last, first)
    yield _at_most("report, statements", last.queries, 15)
    for stock, rate in figures.reports_per_core.items():
        yield _at_least(f"reports per second of one core ({stock})", rate, 30)
    erasing = samples["erasures: 80 drives at work"]
    yield _at_most("80 erasures refreshed, statements", erasing.queries, 6)
    labels = samples["100 labels"]
    yield _at_most("100 labels, ms", labels.p50, 300)
    yield _at_most("100 labels, statements", labels.queries, 5)
    for stock, resident in figures.resident.items():
        yield _at_most(f"server process after the bench ({stock}), MiB", resident, 200)


def _times(what: str, one: Sample, other: Sample, bound: float) -> Verdict:
    ratio = one.p50 / other.p50
    return Verdict(what, f"{ratio:.2f}×", f"≤ {bound:g}×", ratio <= bound)


def _at_most(what: str, figure: float, bound: float) -> Verdict:
    return Verdict(what, f"{figure:.0f}", f"≤ {bound:g}", figure <= bound)


def _at_least(what: str, figure: float, bound: float) -> Verdict:
    return Verdict(what, f"{figure:.0f}", f"≥ {bound:g}", figure >= bound)


def _same(what: str, one: Sample, other: Sample) -> Iterator[Verdict]:
    yield _times(what, one, other, FLAT)
    counted = f"{one.queries} / {other.queries}"
    yield Verdict(f"{what}, statements", counted, "equal", one.queries == other.queries)
