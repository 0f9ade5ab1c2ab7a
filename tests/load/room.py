"""A room full of laptops in one process: `python -m tests.load.room < orders`.

Orders are one line of JSON; a second line ends the reporting. Prints what was made,
what was asked and what is left, as JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.load.laptop import Laptop

EMPTY_WITHIN = 120.0


def main() -> None:
    orders = json.loads(sys.stdin.readline())
    ending = threading.Event()
    laptops = [
        Laptop(number, orders["address"], Path(orders["folder"]) / str(number))
        for number in orders["numbers"]
    ]
    with ThreadPoolExecutor(len(laptops)) as pool:
        list(pool.map(Laptop.join, laptops, orders["codes"]))
        print("joined", flush=True)  # noqa: T201
        served = [pool.submit(laptop.serve, ending) for laptop in laptops]
        sys.stdin.readline()
        ending.set()
        for each in served:
            each.result()
        deadline = time.monotonic() + EMPTY_WITHIN
        for laptop in laptops:
            pool.submit(laptop.empty_the_spool, deadline)
    told = {
        "made": [name for laptop in laptops for name in laptop.made],
        "asked": [asked for laptop in laptops for asked in laptop.asked],
        "left": sum(laptop.left for laptop in laptops),
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
