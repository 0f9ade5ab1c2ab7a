"""Learning environments: written, published, given to a machine."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class AlreadyAssigned(DomainError):
    """Another pack has said what this machine must be."""

    code = "already_assigned"


class EnvironmentUnknown(DomainError):
    """No pack asks for this learning environment on this machine."""

    code = "environment_unknown"


class LayerUnfit(DomainError):
    """What a layer says is not what a layer may say; `where` names the field."""

    code = "layer_unfit"
    status = 422


class LayerCyclic(DomainError):
    """A layer would build on itself."""

    code = "layer_cyclic"


class LayerMisplaced(DomainError):
    """A layer stands where one of its kind does not belong."""

    code = "layer_misplaced"


class LayerChanged(DomainError):
    """Somebody changed the layer since it was read."""

    code = "layer_changed"


class SlugTaken(DomainError):
    """Another layer or environment has this short name."""

    code = "slug_taken"


class EnvironmentUnfit(DomainError):
    """What the layers say together cannot be asked of a machine."""

    code = "environment_unfit"


class VersionUnchanged(DomainError):
    """Nothing changed since the last version."""

    code = "version_unchanged"


class VersionElsewhere(DomainError):
    """The version is not at the step from which this act takes it on."""

    code = "version_elsewhere"


class NothingPublished(DomainError):
    """No version of this environment is there to install."""

    code = "nothing_published"


class ValuesMissing(DomainError):
    """The environment asks for values that nobody gave; `values` names them."""

    code = "values_missing"


class DowngradeUnasked(DomainError):
    """The machine has a later version, and nobody said to go back."""

    code = "downgrade_unasked"


class MachineProves(DomainError):
    """A machine proves this environment itself: no person says so in its place."""

    code = "machine_proves"
