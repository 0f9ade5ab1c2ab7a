"""ModemManager on a bus of its own, as python-dbusmock plays it: one modem, one card.

A template of dbusmock: loaded by the system's Python, which has dbus.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dbus  # type: ignore[import-not-found]
from dbusmock import OBJECT_MANAGER_IFACE, mockobject  # type: ignore[import-not-found]

BUS_NAME = "org.freedesktop.ModemManager1"
MAIN_OBJ = "/org/freedesktop/ModemManager1"
MAIN_IFACE = BUS_NAME
SYSTEM_BUS = True
IS_OBJECT_MANAGER = False

MODEM, GPP, SIM = f"{BUS_NAME}.Modem", f"{BUS_NAME}.Modem.Modem3gpp", f"{BUS_NAME}.Sim"
MODEM_PATH, SIM_PATH = f"{MAIN_OBJ}/Modem/0", f"{MAIN_OBJ}/SIM/0"
NONE, PIN, PUK = 1, 2, 4  # MMModemLock
AT, NET = 3, 2  # MMModemPortType
LOCKED, REGISTERED = 2, 8  # MMModemState
WRONG = f"{BUS_NAME}.Error.MobileEquipment.IncorrectPassword"

# Each wrong PIN is counted; the right one opens the card.
SEND_PIN = f"""
modem = objects["{MODEM_PATH}"]
left = dict(modem.Get("{MODEM}", "UnlockRetries"))
if args[0] != "{{pin}}":
    left[dbus.UInt32({PIN})] = dbus.UInt32(max(0, int(left[{PIN}]) - 1))
    modem.props["{MODEM}"]["UnlockRetries"] = dbus.Dictionary(left, signature="uu")
    raise dbus.exceptions.DBusException("incorrect password", name="{WRONG}")
changed = {{{{"UnlockRequired": dbus.UInt32({NONE}), "State": dbus.Int32({REGISTERED})}}}}
modem.UpdateProperties("{MODEM}", changed)
"""


def load(mock: Any, parameters: dict[str, Any]) -> None:
    """`parameters`: the file `card`, with its iccid, pin ("" for none) and tries."""
    parameters = json.loads(Path(parameters["card"]).read_text())
    mock.AddProperties(MAIN_IFACE, dbus.Dictionary({"Version": "1.20.4"}, "sv"))
    mock.AddMethods(MAIN_IFACE, [("InhibitDevice", "sb", "", "")])
    paths = f"[p for p in objects if p.startswith('{MAIN_OBJ}/Modem/')]"
    listed = f"ret = {{dbus.ObjectPath(p): objects[p].props for p in {paths}}}"
    mock.AddMethod(
        OBJECT_MANAGER_IFACE, "GetManagedObjects", "", "a{oa{sa{sv}}}", listed
    )
    pin = str(parameters.get("pin", ""))
    mock.AddObject(MODEM_PATH, MODEM, _modem(bool(pin), parameters), [])
    mockobject.objects[MODEM_PATH].AddProperties(GPP, _network())
    card = dbus.Dictionary(
        {
            "Active": True,
            "SimIdentifier": str(parameters.get("iccid", "")),
            "Imsi": "",
            "OperatorIdentifier": "20801",
            "OperatorName": "Orange F",
        },
        signature="sv",
    )
    mock.AddObject(
        SIM_PATH, SIM, card, [("SendPin", "s", "", SEND_PIN.format(pin=pin))]
    )


def _modem(is_locked: bool, parameters: dict[str, Any]) -> Any:
    tries = dbus.UInt32(parameters.get("tries", 3))
    left = {dbus.UInt32(PIN): tries, dbus.UInt32(PUK): dbus.UInt32(10)}
    return dbus.Dictionary(
        {
            "State": dbus.Int32(LOCKED if is_locked else REGISTERED),
            "Manufacturer": "huawei",
            "Model": "E3372",
            "Revision": "21.200.07.00.00",
            "EquipmentIdentifier": "861107030000003",
            "Device": "/sys/devices/pci0000:00/usb1/1-2",
            "Sim": dbus.ObjectPath(SIM_PATH),
            "UnlockRequired": dbus.UInt32(PIN if is_locked else NONE),
            "UnlockRetries": dbus.Dictionary(left, signature="uu"),
            "AccessTechnologies": dbus.UInt32(0 if is_locked else 1 << 14),
            "SignalQuality": dbus.Struct((dbus.UInt32(64), True), signature="ub"),
            "PowerState": dbus.UInt32(3),
            "OwnNumbers": dbus.Array([], signature="s"),
            "Ports": dbus.Array(
                [("ttyUSB0", dbus.UInt32(AT)), ("wwan0", dbus.UInt32(NET))],
                signature="(su)",
            ),
        },
        signature="sv",
    )


def _network() -> Any:
    return dbus.Dictionary(
        {
            "Imei": "861107030000003",
            "RegistrationState": dbus.UInt32(1),
            "OperatorName": "Orange F",
            "OperatorCode": "20801",
            "Pco": dbus.Array([], signature="(ubay)"),
        },
        signature="sv",
    )
