"""Access points as they are published: our small list, and mobile-broadband-provider-info.

The list is `apns.json` beside this module. The other is a file of the Debian package of
that name, in the public domain; it knows most networks of the world and little of their
plans, so that people choose among what it says.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from xml.etree import ElementTree

SHIPPED = Path(__file__).with_name("apns.json")
PACKAGED = Path("/usr/share/mobile-broadband-provider-info/serviceproviders.xml")


@dataclasses.dataclass(frozen=True)
class Published:
    """One access point. `is_usual`: the one to take where nothing else is said."""

    operator: str
    name: str
    apn: str
    network: str = ""
    username: str = ""
    password: str = dataclasses.field(default="", repr=False)
    is_usual: bool = False


def shipped() -> list[Published]:
    """The usual access points of networks of France and Belgium."""
    return [Published(**each) for each in json.loads(SHIPPED.read_text())]


def packaged(file: Path, countries: Collection[str]) -> Iterator[Published]:
    """The internet access points of these countries (`fr`, `be`); none is the usual one.

    Raises OSError and ElementTree.ParseError.
    """
    tree = ElementTree.parse(file)  # noqa: S314  # of the system, or of who may run this
    for country in tree.getroot().iter("country"):
        if country.get("code") in countries:
            for provider in country.iter("provider"):
                yield from _of(provider)


def _of(provider: ElementTree.Element) -> Iterator[Published]:
    operator = (provider.findtext("name") or "").strip()
    for gsm in provider.findall("gsm"):
        ids = gsm.find("network-id")
        network = f"{ids.get('mcc', '')}{ids.get('mnc', '')}" if ids is not None else ""
        for point in gsm.findall("apn"):
            uses = {use.get("type") for use in point.findall("usage")}
            value = (point.get("value") or "").strip()
            if "internet" in uses and value and operator:
                yield Published(
                    operator=operator[:40],
                    name=_name(point, value)[:80],
                    apn=value[:64],
                    network=network,
                    username=(point.findtext("username") or "").strip()[:64],
                    password=(point.findtext("password") or "").strip()[:64],
                )


def _name(point: ElementTree.Element, value: str) -> str:
    """Told apart by the access point itself: an operator has several “Internet”."""
    name = (point.findtext("name") or "").strip()
    return f"{name} ({value})" if name else value
