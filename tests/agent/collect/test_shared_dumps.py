"""Dumps of real machines, read to the facts that were checked by eye."""

from __future__ import annotations

import sys

import pytest

from tests.agent.collect.dumps import READERS, wrong
from tests.agent.test_shared_data import index


@pytest.mark.parametrize("kind", sorted(READERS))
def test_every_dump_of_a_kind_is_read_to_its_facts(shared_data, record_property, kind):
    dumps = index(shared_data, kind)
    faults = {
        path.name: found for path, facts in dumps if (found := wrong(kind, path, facts))
    }
    sys.stdout.write(f"{kind}: {len(dumps) - len(faults)}/{len(dumps)}\n")
    assert dumps
    assert faults == {}, f"{kind}: {len(dumps) - len(faults)} of {len(dumps)} read"


def test_no_kind_of_dump_is_left_out(shared_data):
    everything = index(shared_data)
    # Logs of another tool are the server’s to read: tests/inventory/imports.
    kinds = [*READERS, "nwipe-log"]
    by_kind = sum(len(index(shared_data, kind)) for kind in kinds)
    assert by_kind == len(everything)
