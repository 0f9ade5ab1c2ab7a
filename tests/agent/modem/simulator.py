"""A modem with a card in it, by what it says: its state, its manners, its mishaps.

It stands behind a pty, so that what talks to it opens a real serial port.
"""

from __future__ import annotations

import dataclasses
import os
import pty
import re
import select
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.modem.parse.iccid import swapped

ICCID = "89330100000000000012"
ANOTHER_S = "89320100000000000021"
IMEI = "861107030000003"


@dataclasses.dataclass(frozen=True)
class Make:
    """What tells one maker's modems from another's: how they are asked and answer."""

    maker: str
    model: str
    iccid: str = ""  # the question that is understood; none: only +CRSM
    says_iccid: str = "+CCID: {iccid}"
    tries: str = ""
    says_tries: str = ""
    end: str = "\r\n"
    unknown: str = "ERROR"
    ends_pin_question: bool = True
    splits: bool = False  # says something unasked in the middle of a line
    by_name: bool = False  # ATI with a name before each line


HUAWEI = Make(
    "huawei",
    "E3372",
    iccid="^ICCID?",
    says_iccid="^ICCID: {swapped}",
    tries="^CPIN?",
    says_tries="^CPIN: {lock},{pin},{puk},{pin},10,3",
    unknown="COMMAND NOT SUPPORT",
    splits=True,
    by_name=True,
)
QUECTEL = Make(
    "Quectel",
    "EC25",
    iccid="+QCCID",
    says_iccid="+QCCID: {iccid}",
    tries="+QPINC?",
    says_tries='+QPINC: "SC",{pin},{puk}{end}+QPINC: "P2",3,10',
)
SIERRA = Make(
    "Sierra Wireless, Incorporated",
    "MC7455",
    iccid="!ICCID?",
    says_iccid="!ICCID: {iccid}",
    tries="+CPINC?",
    says_tries="+CPINC: {pin},3,{puk},10",
    by_name=True,
)
UBLOX = Make(
    "u-blox",
    "LISA-U200",
    iccid="+CCID",
    says_iccid='+CCID: "{iccid}"',
    tries="+UPINCNT",
    says_tries="+UPINCNT: {pin},3,{puk},10",
)
STANDARD = Make(
    "Fibocom",
    "L830-EB",
    tries="+CPINR",
    says_tries="+CPINR: SIM PIN,{pin},3{end}+CPINR: SIM PUK,{puk},10",
    end="\n",
)
WAVECOM = Make(
    "WAVECOM MODEM", "MULTIBAND  900E  1800", ends_pin_question=False, by_name=False
)
MAKES = (HUAWEI, QUECTEL, SIERRA, UBLOX, STANDARD, WAVECOM)

# What clients set and this modem takes without a change of what it tells.
TAKEN = re.compile(
    r"|Z|&F0?|H|&[CD]\d|X\d|S0=0|V1|Q0|\^(?:CURC|PORTSEL)=\d|\+(?:CMEE|CSCS|CFUN|CRC|CMER"
    r"|CMGF|CNMI|COPS|CLIP|CPMS|CSMP|CVHU|CSCA|CRLP|WIND|CSDH|CGACT|CGATT)=[^?]*",
)
FIXED = {
    "+GCAP": "+GCAP: +CGSM",
    "+CIMI": "208010000000001",
    "+CSQ": "+CSQ: 20,99",
    "+CESQ": "+CESQ: 99,99,255,255,20,60",
    "+CREG?": "+CREG: {n},{stat}{place}",
    "+CGREG?": "+CGREG: {n},{stat}{place}",
    "+CEREG?": "+CEREG: {n},{stat}{place}",
    "+CSCA?": '+CSCA: "+33689004000",145',
    "+CFUN?": "+CFUN: 1",
    "+CNUM": '+CNUM: ,"+33639980001",145',
    "+CPMS=?": '+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")',
    "+CPMS?": '+CPMS: "SM",0,20,"SM",0,20,"SM",0,20',
    "+CSCS=?": '+CSCS: ("GSM","IRA","UCS2")',
    "+CSCS?": '+CSCS: "IRA"',
    "+CMGF?": "+CMGF: 0",
    "+COPS?": '+COPS: 0,0,"Orange F",7',
    "+CGACT?": "+CGACT: {context},0",
    "+CGATT?": "+CGATT: 1",
    "+CGDCONT?": '+CGDCONT: {context},"IP","{apn}",,0,0',
    "+CGDCONT=?": '+CGDCONT: (1-16),"IP",,,(0-2),(0-4)',
    "+CLCK=?": '+CLCK: ("SC","PN")',
    '+CLCK="SC",2': "+CLCK: 1",
}
WITHOUT_PIN = frozenset({"+GCAP", "+CFUN?", "+CSCS?", "+CSCS=?", "+CMGF?", "+CREG?"})


@dataclasses.dataclass
class Modem:
    """The modem's state. `heard` is every command that it was told, in order."""

    make: Make = QUECTEL
    iccid: str = ICCID
    pin: str | None = None  # None: the card asks for none
    tries: int = 3
    puk: int = 10
    stat: int = 1
    is_silent: bool = False
    counts: bool = True
    seconds: float = 0.0  # how long it thinks before each answer
    chatter: str = ""  # what it says unasked before each answer
    answers: bool = True  # False: hears a PIN and says nothing of it
    n: int = 0  # what a client asked to be told with each registration
    is_echoing: bool = True
    context: int = 1  # what a client wrote down of its connection
    apn: str = "internet"
    is_dialled: bool = False
    is_locked: bool = dataclasses.field(init=False)
    heard: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        self.is_locked = self.pin is not None

    @property
    def lock(self) -> str:
        if not self.is_locked:
            return "READY"
        return "SIM PIN" if self.tries else "SIM PUK"

    @property
    def pins_heard(self) -> list[str]:
        return [each for each in self.heard if each.upper().startswith("AT+CPIN=")]

    def hear(self, line: str) -> str:
        """What it says to one line."""
        self.heard.append(line)
        if self.is_silent or not line.upper().startswith("AT"):
            return "" if self.is_silent else self._framed(["ERROR"])
        said: list[str] = []
        for part in _parts(line[2:]):
            if part.upper().startswith("D"):
                return self._framed([self._dial(part)])
            lines = self._one(part)
            if part.upper().startswith("+CPIN=") and not self.answers:
                return ""
            if lines is None:
                return self._framed([*said, self.make.unknown])
            if lines and lines[-1].startswith("+CME ERROR"):
                return self._framed([*said, *lines])
            said += lines
            if part.upper() == "+CPIN?" and not self.make.ends_pin_question:
                return self._framed(said)
        return self._framed([*said, "OK"])

    def _framed(self, lines: list[str]) -> str:
        end = self.make.end
        if self.chatter:
            lines = [*self.chatter.splitlines(), *lines]
        said = [self._cut(line) for line in lines]
        return "".join(f"{end}{line}{end}" for line in said)

    def _cut(self, line: str) -> str:
        tag, colon, _rest = line.partition(":")
        if not (self.make.splits and colon and len(tag) > 4 and tag.startswith("^")):
            return line
        end = self.make.end
        return f'{line[:3]}{end}+CMTI: "SM",26{end}{line[3:]}'

    def _one(self, part: str) -> list[str] | None:
        """The lines that answer one command; None where it is not known."""
        asked = part.upper()
        if asked in ("E0", "E1"):
            self.is_echoing = asked == "E1"
            return []
        if asked.startswith("+CPIN="):
            return self._enter(part[6:].strip('"').split('"')[0])
        if asked == "+CPIN?":
            return [f"+CPIN: {self.lock}"]
        if told := re.fullmatch(r"\+C(?:G|E)?REG=(\d)", asked):
            self.n = int(told[1])
            return []
        if told := re.fullmatch(
            r'\+CGDCONT=(\d),"IP","([^"]*)".*', part, re.IGNORECASE
        ):
            self.context, self.apn = int(told[1]), told[2]
            return []
        if TAKEN.fullmatch(asked):
            return []
        named = self._named(asked)
        if named is not None:
            return named
        return self._of_the_card(asked) or self._fixed(asked)

    def _named(self, asked: str) -> list[str] | None:
        make = self.make
        if asked in ("I", "I0"):
            if make.by_name:
                return [
                    f"Manufacturer: {make.maker}",
                    f"Model: {make.model}",
                    "Revision: 21.200.07",
                    f"IMEI: {IMEI}",
                    "+GCAP: +CGSM",
                ]
            return [make.maker, make.model, "Revision: 21.200.07"]
        said = {"MI": make.maker, "MM": make.model, "MR": "21.200.07", "SN": IMEI}
        found = re.fullmatch(r"\+C?G(MI|MM|MR|SN)", asked)
        return [said[found[1]]] if found else None

    def _of_the_card(self, asked: str) -> list[str] | None:
        facts = {
            "iccid": self.iccid,
            "swapped": swapped(self.iccid.ljust(20, "F")),
            "lock": self.lock,
            "pin": self.tries,
            "puk": self.puk,
            "end": self.make.end,
        }
        if asked == self.make.iccid:
            return [self.make.says_iccid.format(**facts)]
        if asked == self.make.tries and self.counts:
            return self.make.says_tries.format(**facts).split(self.make.end)
        if asked == "+CRSM=176,12258,0,0,10":
            return [f'+CRSM: 144,0,"{facts["swapped"]}"']
        return None

    def _fixed(self, asked: str) -> list[str] | None:
        if asked not in FIXED:
            return None
        if self.is_locked and asked not in WITHOUT_PIN:
            return ["+CME ERROR: 11"]
        facts = {
            "n": self.n,
            "stat": 0 if self.is_locked else self.stat,
            "place": ',"5E25","0081DE45"' if self.n == 2 else "",
            "context": self.context,
            "apn": self.apn,
        }
        return [FIXED[asked].format(**facts)]

    def _dial(self, part: str) -> str:
        """Where it says CONNECT, all that comes after is the network's."""
        is_ours = re.fullmatch(r"DT?\*99(?:\*\*\*\d)?#", part.upper())
        self.is_dialled = is_ours is not None and not self.is_locked
        return "CONNECT" if self.is_dialled else "NO CARRIER"

    def _enter(self, pin: str) -> list[str]:
        """Each wrong one is gone for good; after the third only a PUK helps."""
        if not self.is_locked:
            return ["+CME ERROR: 3"]
        if not self.tries:
            return ["+CME ERROR: 12"]
        if pin != self.pin:
            self.tries -= 1
            return ["+CME ERROR: 16" if self.tries else "+CME ERROR: 12"]
        self.is_locked, self.tries = False, 3
        return []


def _parts(line: str) -> list[str]:
    """The commands of one line; what stands in quotes is not divided."""
    return [line] if '"' in line else line.split(";")


def listened(port: int, modem: Modem, heard: bytes) -> bytes:
    """Answer what came on a port; what is no whole line yet is heard with the next."""
    chunk = os.read(port, 512)
    if modem.is_echoing and not modem.is_silent:
        os.write(port, chunk)
    *lines, rest = re.split(rb"[\r\n]", heard + chunk)
    for line in filter(None, (each.strip() for each in lines)):
        answer = modem.hear(line.decode("latin-1"))
        time.sleep(modem.seconds)
        os.write(port, answer.encode("latin-1"))
    return rest


class Plugged:
    """Something on a pty, until it is pulled out. `path` is what its user opens."""

    def __init__(self, modem: Modem) -> None:
        self.modem = modem
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.path = Path(os.ttyname(self._slave))
        self._waker, self._alarm = os.pipe()
        self._out = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def say(self, words: str) -> None:
        os.write(self._master, words.encode("latin-1"))

    def unplug(self) -> None:
        if not self._out.is_set():
            self._out.set()
            os.write(self._alarm, b"!")
            self._thread.join(5)
            for each in (self._slave, self._master, self._waker, self._alarm):
                os.close(each)

    def _serve(self) -> None:
        heard = b""
        while True:
            ready = select.select([self._master, self._waker], [], [])[0]
            if self._waker in ready:
                return
            heard = listened(self._master, self.modem, heard)


@contextmanager
def plugged(modem: Modem) -> Iterator[Plugged]:
    """A modem on a port of this machine, as long as it is used."""
    port = Plugged(modem)
    try:
        yield port
    finally:
        port.unplug()
