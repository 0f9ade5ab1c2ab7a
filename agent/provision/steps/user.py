"""The person's account: who it is for, in which groups, and how one gets in first.

Looked at in the system's own files. A hash goes to chpasswd by its input, where no
other account of the machine can read it; nothing of it is noted but its hash.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

from agent.profile.parts import FirstLogin
from agent.profile.steps import UserStep
from agent.provision import files
from agent.provision.files import File, Files
from agent.provision.reasons import came_to_nothing, failed
from agent.provision.step import Found, Ground, Standing
from agent.provision.steps.text import filled
from agent.run import Ran

_SECONDS: Final = 120.0
_PEOPLE: Final = range(1000, 60_000)  # other numbers are the system's own
_NO_PASSWORD: Final = ("!", "*", "!!", "!*")


class _Account(NamedTuple):
    """What the system's files say of an account."""

    number: int
    full_name: str
    password: str
    is_expired: bool
    groups: frozenset[str]


class Account:
    def check(self, step: UserStep, ground: Ground) -> Found:
        login = filled(step.login, ground.values)
        account = _account(login, ground)
        if account is None:
            was_done = bool(ground.kept.noted("done"))
            standing = Standing.DRIFT if was_done else Standing.MISSING
            return Found(standing, {"login": login}, f"no account: {login}")
        evidence = {
            "login": login,
            "number": str(account.number),
            "groups": " ".join(sorted(account.groups)),
            "first_login": step.first_login.value,
        }
        wrong = _wrong(step, account, ground)
        seen = files.look(_autologin(step, login, ground), ground)
        if not wrong and seen.standing is Standing.OK:
            return Found(Standing.OK, evidence)
        was_done = bool(ground.kept.noted("done"))
        standing = Standing.DRIFT if was_done else Standing.MISSING
        return Found(standing, evidence, wrong or seen.why)

    def apply(self, step: UserStep, ground: Ground) -> None:
        login = filled(step.login, ground.values)
        full_name = filled(step.full_name, ground.values)
        account = _account(login, ground)
        if account is not None and account.number not in _PEOPLE:
            raise failed("account_taken", login)
        password = _password(step, ground)
        _demand_groups(step, ground)
        autologin = _autologin(step, login, ground)
        if account is None:
            create = ["useradd", "--create-home", "--shell", "/bin/bash"]
            _do(ground, [*create, "--comment", full_name, "--", login])
        elif account.full_name != full_name:
            _do(ground, ["usermod", "--comment", full_name, "--", login])
        if step.groups:
            groups = ",".join(step.groups)
            _do(ground, ["usermod", "--append", "--groups", groups, "--", login])
        _let_in(step, login, password, ground)
        files.bring(autologin, ground)
        ground.kept.note("done", True)

    def undo(self, step: UserStep, ground: Ground) -> str:
        return f"the account and its home stay: {filled(step.login, ground.values)}"


def _wrong(step: UserStep, account: _Account, ground: Ground) -> str:
    """What of the account is another way than it is to be; "" where nothing is."""
    if account.number not in _PEOPLE:
        return "the account is one of the system’s own"
    if account.full_name != filled(step.full_name, ground.values):
        return "the full name is another"
    if missing := sorted(set(step.groups) - account.groups):
        return f"not in these groups: {' '.join(missing)}"
    return _wrong_way_in(step, account, ground)


def _wrong_way_in(step: UserStep, account: _Account, ground: Ground) -> str:
    if step.first_login is FirstLogin.SET_AT_HANDOVER:
        # Once the person chose one, it is theirs.
        was_done = bool(ground.kept.noted("done"))
        is_chosen = was_done and _is_usable(account.password)
        is_open = not account.password and account.is_expired
        return "" if is_chosen or is_open else "no passphrase is asked for at hand-over"
    password = _password(step, ground)
    if password and account.password != password:
        return "the passphrase is not the printed one"
    return ""


def _password(step: UserStep, ground: Ground) -> str:
    """The hash that the account gets, "" for none; raises StepFailed."""
    if step.password_hash:
        return filled(step.password_hash, ground.values)
    if step.first_login is FirstLogin.PRINTED_PASSPHRASE:
        raise failed("value_missing", "user.password_hash")
    return ""


def _let_in(step: UserStep, login: str, password: str, ground: Ground) -> None:
    if password:
        line = f"{login}:{password}\n".encode()
        _do(ground, ["chpasswd", "--encrypted"], line)
        digest = hashlib.sha256(password.encode()).hexdigest()
        ground.kept.note("password", digest)
    elif step.first_login is FirstLogin.SET_AT_HANDOVER:
        _do(ground, ["passwd", "--delete", "--", login])
        _do(ground, ["passwd", "--expire", "--", login])


def _autologin(step: UserStep, login: str, ground: Ground) -> Files:
    """The display manager's file that opens the session by itself, if it is to."""
    if step.first_login is not FirstLogin.AUTOLOGIN:
        return {}
    if ground.at("/etc/lightdm").is_dir():
        said = f"[Seat:*]\nautologin-user={login}\nautologin-user-timeout=0\n"
        path = "/etc/lightdm/lightdm.conf.d/60-rebond-autologin.conf"
        return {path: File(said.encode())}
    for path in ("/etc/gdm3/daemon.conf", "/etc/gdm3/custom.conf"):
        if (at := ground.at(path)).is_file():
            return {path: File(_gdm(at.read_text(errors="replace"), login).encode())}
    raise failed("not_offered_here", "lightdm, gdm3")


def _gdm(said: str, login: str) -> str:
    """gdm's file as it was, with the two lines of its [daemon] section."""
    ours = ("AutomaticLoginEnable", "AutomaticLogin")
    lines = [
        line for line in said.splitlines() if line.split("=")[0].strip() not in ours
    ]
    if "[daemon]" not in lines:
        lines = [*lines, "[daemon]"]
    place = lines.index("[daemon]") + 1
    lines[place:place] = ["AutomaticLoginEnable=true", f"AutomaticLogin={login}"]
    return "\n".join(lines) + "\n"


def _demand_groups(step: UserStep, ground: Ground) -> None:
    known = {line[0] for line in _lines("/etc/group", ground)}
    if missing := sorted(set(step.groups) - known):
        raise failed("not_offered_here", " ".join(missing))


def _account(login: str, ground: Ground) -> _Account | None:
    people = {line[0]: line for line in _lines("/etc/passwd", ground)}
    if login not in people:
        return None
    number, full_name = int(people[login][2]), people[login][4]
    secrets = {line[0]: line for line in _lines("/etc/shadow", ground)}
    password, changed = secrets.get(login, ["", "!", ""])[1:3]
    groups = frozenset(
        line[0]
        for line in _lines("/etc/group", ground)
        if login in line[3].split(",") or line[2] == people[login][3]
    )
    return _Account(number, full_name, password, changed == "0", groups)


def _lines(path: str, ground: Ground) -> list[list[str]]:
    said = ground.at(path).read_text(errors="replace")
    return [line.split(":") for line in said.splitlines() if line.count(":") >= 3]


def _is_usable(password: str) -> bool:
    return bool(password) and not password.startswith(_NO_PASSWORD)


def _do(ground: Ground, argv: list[str], given: bytes = b"") -> Ran:
    ran = ground.run(argv, _SECONDS, given)
    if ran.exit_code != 0:
        raise came_to_nothing(ran)
    return ran
