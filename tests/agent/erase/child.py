"""The process that erases, on a machine of files: `child ROOT plan|erase STATE`."""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path

from agent.erase.apart import main
from tests.agent.trees import around

if __name__ == "__main__":
    here = around(Path(sys.argv[1]))._replace(new_id=uuid.uuid4)
    os._exit(main(sys.argv[2:], here))
