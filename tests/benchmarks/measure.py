"""Ask everything in turns, on both stocks, and keep what each answer took."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.benchmarks.installation import Stock
from tests.benchmarks.scenarios import (
    Asked,
    Connection,
    Machine,
    Request,
    look_up,
    move,
    page,
    write,
)

WARM_UP = 3
REPORTS = 60
CROWD_OF, CROWD = 4, 30  # machines that report at once, and how often each
ENDS = 10  # the first and the last reports of a machine, as compared


@dataclass
class Sample:
    """The times of one thing asked of one stock, and the statements it cost."""

    milliseconds: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def p50(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.milliseconds, n=20)[-1]


@dataclass
class Figures:
    """What one database was measured at: by name of what was asked, then by stock."""

    samples: dict[str, dict[str, Sample]] = field(default_factory=dict)
    resident: dict[str, float] = field(default_factory=dict)
    seeded: dict[str, float] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    report_kibibytes: float = 0.0
    # Reports that one server process took in a second, asked as fast as it answers;
    # and in a second of one processor.
    reports_per_second: dict[str, float] = field(default_factory=dict)
    reports_per_core: dict[str, float] = field(default_factory=dict)

    def sample(self, name: str, stock: str) -> Sample:
        return self.samples.setdefault(name, {}).setdefault(stock, Sample())


def asked_of(stock: Stock) -> Mapping[str, Asked]:
    world = stock.installation.world
    reported, once = world["machines"][0]["tag"], world["machines"][4]["tag"]
    tags = ",".join(world["tags"])
    return {
        "empty authenticated view": page(world, "/bench/empty/"),
        "one-row durable write": write(world),
        "scan: look-up": look_up(world),
        "scan: act": move(world),
        "list: first page": page(world, "/devices/"),
        "list: one state": page(world, "/devices/", state="ready"),
        "list: two states and a kind": page(
            world, "/devices/", state=["ready", "to_process"], kind="laptop"
        ),
        "list: a donor": page(world, "/devices/", donor=world["donor"]),
        "list: a lot": page(world, "/devices/", lot=world["lot"]),
        "list: a place": page(world, "/devices/", place=world["place"]),
        "list: on hold (none)": page(world, "/devices/", held="yes"),
        "list: 90 days in its state": page(world, "/devices/", days="90"),
        "list: a common word": page(world, "/devices/", q="thinkpad"),
        "list: two common words": page(world, "/devices/", q="dell latitude"),
        "list: a serial": page(world, "/devices/", q=world["serial"]),
        "list: a word nobody has": page(world, "/devices/", q="introuvable"),
        "API: first page": page(world, "/api/v1/devices/"),
        "today page": page(world, "/"),
        "device page: 1 report": page(world, f"/d/{once}/"),
        "device page: 60 reports": page(world, f"/d/{reported}/"),
        "its machine: 1 report": page(world, f"/d/{once}/machine/"),
        "its machine: 60 reports": page(world, f"/d/{reported}/machine/"),
        "erasures: 80 drives at work": page(world, "/erasures/live/"),
        "100 labels": page(world, "/labels/", tags=tags),
    }


def measure(stocks: list[Stock], rounds: int) -> Figures:
    figures = Figures()
    connections = {s.name: Connection(s.installation.port) for s in stocks}
    for stock in stocks:
        figures.seeded[stock.name] = stock.seconds
        figures.events[stock.name] = stock.installation.world["events"]
    _ingest(figures, stocks, connections)
    for stock in stocks:
        _crowd(figures, stock)
    asked = {stock.name: asked_of(stock) for stock in stocks}
    for turn in range(WARM_UP + rounds):
        for name in asked[stocks[0].name]:
            for stock in stocks:
                request = asked[stock.name][name]()
                took = connections[stock.name].milliseconds(request)
                if turn >= WARM_UP:
                    figures.sample(name, stock.name).milliseconds.append(took)
    for stock in stocks:
        for name, ask in asked[stock.name].items():
            counted = connections[stock.name].queries(ask())
            figures.sample(name, stock.name).queries = counted
        figures.resident[stock.name] = stock.installation.resident_mebibytes
        connections[stock.name].connection.close()
    return figures


def _ingest(
    figures: Figures, stocks: list[Stock], connections: Mapping[str, Connection]
) -> None:
    """Machines that reported fifty times and new ones, ten reports each, in turns."""
    for stock in stocks:
        connection = connections[stock.name]
        machines = [Machine(known) for known in stock.installation.world["machines"]]
        old, new, once = machines[:2], machines[2:4], machines[4]
        connection.milliseconds(once.report())
        for machine in old * (REPORTS - ENDS):
            connection.milliseconds(machine.report())
        first = figures.sample("report: 1st to 10th", stock.name)
        last = figures.sample("report: 51st to 60th", stock.name)
        for _turn in range(ENDS):
            for aged, fresh in zip(old, new, strict=True):
                last.milliseconds.append(connection.milliseconds(aged.report()))
                first.milliseconds.append(connection.milliseconds(fresh.report()))
        # A machine's very first report also makes its drives known.
        first.queries = connection.queries(new[0].report())
        last.queries = connection.queries(old[1].report())
        figures.report_kibibytes = once.payload_bytes / 1024


def _crowd(figures: Figures, stock: Stock) -> None:
    """Machines that report all at once; their reports are made and signed before."""
    installation = stock.installation
    known = installation.world["machines"][-CROWD_OF:]
    machines = [Machine(each) for each in known]
    asked = [[machine.report() for _ in range(CROWD)] for machine in machines]
    used, begun = installation.processor_seconds, time.perf_counter()
    with ThreadPoolExecutor(len(machines)) as pool:
        list(pool.map(lambda each: _sent(installation.port, each), asked))
    took = time.perf_counter() - begun
    sent = CROWD * len(machines)
    figures.reports_per_second[stock.name] = sent / took
    used = installation.processor_seconds - used
    figures.reports_per_core[stock.name] = sent / used


def _sent(port: int, asked: Sequence[Request]) -> None:
    connection = Connection(port)
    for request in asked:
        connection.milliseconds(request)
    connection.connection.close()
