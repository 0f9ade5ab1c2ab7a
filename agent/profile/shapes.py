"""The forms of what a step names: packages, paths, groups, units, programs."""

from __future__ import annotations

from typing import Annotated

from agent.kinds import Number, Shape
from agent.profile.places import Place
from agent.profile.variables import LOGIN, Filled

StepId = Annotated[str, Shape("[a-z0-9][a-z0-9-]{0,39}", "the short name of a step")]
BlobName = Annotated[str, Shape("[a-z0-9][a-z0-9._-]{0,79}", "the name of a file")]
Package = Annotated[
    str,
    # apt would take a last dash for the wish to remove it
    Shape(
        r"[a-z0-9][a-z0-9+.-]{0,61}[a-z0-9+.](?::[a-z0-9]{2,10})?",
        "the name of a package",
    ),
]
Ref = Annotated[
    str, Shape(r"[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+){2,6}", "a Flatpak’s name")
]
Path = Annotated[str, Place()]
FileMode = Annotated[str, Shape("0[0-7]{3}", "a mode as 0644")]
Login = Annotated[str, Filled(LOGIN, "the name of an account", "user.login")]
Hash = Annotated[
    str, Filled("(?!)", "the value user.password_hash", "user.password_hash")
]
Group = Annotated[
    str,
    # who is in one of these reads every drive, or is root by another name
    Shape(
        r"(?!(?:root|shadow|disk|kmem|docker|lxd|libvirt|staff)\Z)[a-z][a-z0-9-]{0,30}",
        "the name of a group for people",
    ),
]
Unit = Annotated[
    str,
    Shape(
        r"[A-Za-z0-9_][A-Za-z0-9@_.-]{0,60}\.(?:service|timer|socket|path)",
        "the name of a unit",
    ),
]
Program = Annotated[
    str,
    Shape(
        r"(?:/(?!\.)[A-Za-z0-9._+-]+)+|[A-Za-z0-9][A-Za-z0-9._+-]{0,59}", "a program"
    ),
]
Argument = Annotated[str, Shape(r"[!-~À-ÿ]{1,200}", "one argument without blanks")]
Port = Annotated[int, Number(1024, 65_535)]
Megabytes = Annotated[int, Number(0, 100_000_000)]
Release = Annotated[
    str, Shape(r"[a-z]{2,20}(?::[0-9.]{1,8})?", "a system as debian:12")
]
Architecture = Annotated[str, Shape("[a-z0-9]{3,10}", "an architecture as amd64")]
