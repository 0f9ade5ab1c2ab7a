"""The demo's fleet: machines that were given a learning environment this morning."""

from __future__ import annotations

from agent import wire
from agent.profile import read
from agent.profile.steps import StepKind
from backoffice.demo.morning import Morning
from backoffice.demo.seats import FAILING, GIVES, MUTE, SOUND, TAKES, WEAK, Seat
from provisioning.models import Channel, EnvironmentProfile

# In the middle of which kind of step something went wrong, or changed since.
DRIFTED, FAILED = StepKind.BLOB, StepKind.APT
SECONDS = 1240
FULL = "Le disque est plein."
ANOTHER = "Cet environnement est fait pour Debian 12 ; cette machine a Ubuntu 20.04."


def tell(morning: Morning) -> None:
    """Three are whole, one of them on trial; one drifted, one failed, one was refused."""
    _whole(morning, SOUND, "emploi", 84)
    _whole(morning, TAKES, "emploi", 40, Channel.TEST)
    _whole(morning, MUTE, "connexion", 25)
    _whole(morning, WEAK, "famille", 75)
    _drifted(morning, WEAK, "famille", 33)
    _failed(morning, FAILING, "seniors", 61)
    _refused(morning, GIVES, "connexion", 60)


def _whole(
    morning: Morning,
    seat: Seat,
    slug: str,
    minutes: int,
    channel: Channel = Channel.STABLE,
) -> None:
    profile = _latest(slug, channel)
    said = _steps(profile, wire.StepState.CHANGED)
    _tells(morning, seat, minutes, _pass(profile, steps=said))


def _drifted(morning: Morning, seat: Seat, slug: str, minutes: int) -> None:
    """Somebody wrote into a file that the environment had put there."""
    profile = _latest(slug)
    at = _first(profile, DRIFTED)
    steps = tuple(
        each.but(state=wire.StepState.DRIFT) if each.id == at else each
        for each in _steps(profile, wire.StepState.OK)
    )
    told = _pass(profile, wire.Outcome.PARTIAL, steps, aim=wire.Pass.VERIFY)
    _tells(morning, seat, minutes, told)


def _failed(morning: Morning, seat: Seat, slug: str, minutes: int) -> None:
    """The disk is full in the middle of the programs; what follows waits."""
    profile, steps, is_over = _latest(slug), [], False
    at = _first(profile, FAILED)
    for each in _steps(profile, wire.StepState.CHANGED):
        if each.id == at:
            steps.append(each.but(state=wire.StepState.FAILED, code="disk_full"))
        else:
            not_reached = each.but(state=wire.StepState.NOT_REACHED)
            steps.append(not_reached if is_over else each)
        is_over = is_over or each.id == at
    told = _pass(profile, wire.Outcome.PARTIAL, tuple(steps), message=FULL)
    _tells(morning, seat, minutes, told)


def _refused(morning: Morning, seat: Seat, slug: str, minutes: int) -> None:
    """Another system than the environment is made for."""
    told = _pass(_latest(slug), wire.Outcome.REFUSED, message=ANOTHER)
    _tells(morning, seat, minutes, told)


def _tells(morning: Morning, seat: Seat, minutes: int, told: wire.Installed) -> None:
    device = seat.machine.joined.device
    assert device is not None  # noqa: S101 – it was bound when it joined
    with morning.minutes_ago(minutes):
        seat.machine.send(wire.Kind.PROVISION, seat.box(device).machine, installed=told)


def _latest(slug: str, channel: Channel = Channel.STABLE) -> EnvironmentProfile:
    """What machines of every site are given."""
    profiles = EnvironmentProfile.objects.filter(
        version__environment__slug=slug, channel=channel, site=None
    )
    return profiles.order_by("-version__number")[0]


def _pass(
    profile: EnvironmentProfile,
    outcome: wire.Outcome = wire.Outcome.WHOLE,
    steps: tuple[wire.StepResult, ...] = (),
    *,
    aim: wire.Pass = wire.Pass.INSTALL,
    message: str = "",
) -> wire.Installed:
    return wire.Installed(
        slug=profile.version.environment.slug,
        version=profile.version.number,
        sha256=profile.sha256,
        aim=aim,
        outcome=outcome,
        message=message,
        steps=steps,
        seconds=SECONDS if steps else 2,
    )


def _steps(
    profile: EnvironmentProfile, state: wire.StepState
) -> tuple[wire.StepResult, ...]:
    return tuple(
        wire.StepResult(id=step.id, kind=step.kind.value, state=state)
        for step in read(bytes(profile.body)).steps
    )


def _first(profile: EnvironmentProfile, kind: StepKind) -> str:
    return next(
        step.id for step in read(bytes(profile.body)).steps if step.kind is kind
    )
