"""What can be typed after `agent`, one module a group of commands.

None of them loads what it stands for: that is left to the command that is chosen.
"""

from __future__ import annotations

import argparse
from typing import TypeAlias

Doing: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
