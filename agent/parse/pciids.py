"""Read pci.ids: the names behind the numbers of what sits on PCI.

`lspci` reads all of it to name a few; it is searched here instead.
"""

from __future__ import annotations

import re
from typing import NamedTuple

NEXT_SECTION = re.compile(rb"\n(?![\t#])")


class Ids(NamedTuple):
    """The file as it is; an empty one names nothing."""

    content: bytes = b""

    def named(self, vendor: str, device: str) -> tuple[str, str]:
        """Maker and model of four hexadecimal digits each; "" for what is not listed.

        A vendor's line begins a section, its devices follow with one tab.
        """
        start = self._line(f"{vendor.lower()}  ", 0, len(self.content))
        if len(vendor) != 4 or start < 0:
            return "", ""
        own = self._line(f"\t{device.lower()}  ", start, self._end(start))
        return self._name(start + 6), self._name(own + 7) if own >= 0 else ""

    def _line(self, begin: str, start: int, end: int) -> int:
        """Where the first line after `start` is that begins so, or -1."""
        wanted = b"\n" + begin.encode(errors="replace")
        found = self.content.find(wanted, start, end)
        return found + 1 if found >= 0 else -1

    def _end(self, start: int) -> int:
        """Where the section ends: at the next line without a tab."""
        found = NEXT_SECTION.search(self.content, start)
        return found.end() if found else len(self.content)

    def _name(self, start: int) -> str:
        end = self.content.find(b"\n", start)
        name = self.content[start : end if end >= 0 else None]
        return name.decode(errors="replace").strip()
