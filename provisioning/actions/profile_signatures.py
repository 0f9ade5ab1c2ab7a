"""Signatures of environments, and the change of the key that makes them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from agent.profile.minisign import Key
from backoffice.core.actors import Actor, permit
from backoffice.core.transactions import require_transaction
from provisioning import profile_keys
from provisioning.environments.minisigning import public_of, signed
from provisioning.models import (
    EnvironmentProfile,
    EnvironmentVersion,
    ProfileKey,
    ProfileKeyEvent,
    ProfileSignature,
)


def sign_profile(
    profile: EnvironmentProfile, version: EnvironmentVersion
) -> ProfileSignature:
    """Sign exact bytes with the current key: a step."""
    require_transaction()
    key = profile_keys.ring().current
    comment = f"profile={version.environment.slug} version={version.number}"
    made, _is_new = ProfileSignature.objects.get_or_create(
        profile=profile,
        key=public_of(key).number.hex(),
        defaults={
            "text": signed(bytes(profile.body), key, comment),
            "made_at": timezone.now(),
        },
    )
    return made


def profile_named(slug: str, number: str, sha256: str) -> EnvironmentProfile | None:
    """The bytes with this hash, if they are of this environment and version."""
    found = (
        EnvironmentProfile.objects.filter(sha256=sha256)
        .select_related("version__environment")
        .first()
    )
    named = found and (found.version.environment.slug, str(found.version.number))
    return found if named == (slug, number) else None


@transaction.atomic(durable=True)
def signature_of(*, profile: EnvironmentProfile) -> ProfileSignature:
    """By the current key: after a change of keys it is made when somebody asks."""
    number = public_of(profile_keys.ring().current).number.hex()
    known = ProfileSignature.objects.filter(profile=profile, key=number).first()
    return known or sign_profile(profile, profile.version)


@transaction.atomic(durable=True)
def rotate_profile_key(*, by: Actor) -> ProfileKey:
    """Let the next key be the current one, for good: the former one is removed.

    Machines that did not hear of it trust the new one already; what it replaces is
    trusted by none that asks for the keys again.
    """
    permit(by, "provisioning.rotate_profile_key")
    before = profile_keys.ring()
    after = profile_keys.rotate()
    old, new = _known(public_of(before.current)), _known(public_of(after.current))
    data = {"counter": after.counter}
    ProfileKeyEvent.append(old, "key_replaced", by=by, data=data)
    ProfileKeyEvent.append(new, "key_current", by=by, data=data)
    return new


def _known(key: Key) -> ProfileKey:
    """The row of a public key: a step."""
    require_transaction()
    row, _is_new = ProfileKey.objects.get_or_create(
        number=key.number.hex(),
        defaults={"public": str(key), "known_at": timezone.now()},
    )
    return row
