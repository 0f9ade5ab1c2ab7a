"""Versions: compiled, signed and never changed; on trial, published, withdrawn."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agent.kinds import Malformed
from agent.profile import Profile, Title, read
from backoffice.core.actors import Actor, permit
from backoffice.core.models import Site
from backoffice.core.transactions import require_transaction
from provisioning.actions.layers import layer_unfit, merged
from provisioning.actions.profile_signatures import sign_profile
from provisioning.environments.compiling import Facts, compile_profile
from provisioning.environments.content import LayerContent
from provisioning.environments.lacking import Incomplete
from provisioning.environments.library import Held, NotHeld, NotPacked
from provisioning.errors import EnvironmentUnfit, VersionElsewhere, VersionUnchanged
from provisioning.models import (
    Channel,
    Environment,
    EnvironmentEvent,
    EnvironmentProfile,
    EnvironmentVersion,
    Layer,
    ProfileFile,
    Resource,
)
from provisioning.models.recalled import recalled_in

PUBLISH = "provisioning.publish_environment"


@transaction.atomic(durable=True)
def publish_version(
    *, environment: Environment, notes: str = "", by: Actor
) -> EnvironmentVersion:
    """Freeze what an environment says now, for every site, and let it be tried.

    Refuses what cannot be asked of a machine, and what the last version says already.
    """
    user = permit(by, PUBLISH)
    environment = Environment.objects.lock(environment.pk)
    last = environment.versions.order_by("-number").first()
    number = last.number + 1 if last else 1
    compiled = {
        site: compiled_for(environment, site, number=number) for site in _sites()
    }
    _refuse_unchanged(last, compiled)
    version = EnvironmentVersion.objects.create(
        environment=environment,
        number=number,
        content=merged(environment, None).to_json(),
        notes=notes,
        published_at=timezone.now(),
        published_by=user,
    )
    for site, profile in compiled.items():
        _keep(version, site, profile)
    data = {"version": number}
    EnvironmentEvent.append(environment, "version_published", by=by, data=data)
    return version


@transaction.atomic(durable=True)
def promote_version(*, version: EnvironmentVersion, by: Actor) -> EnvironmentVersion:
    """Let every machine that is to have the environment get this version."""
    user = permit(by, PUBLISH)
    environment = Environment.objects.lock(version.environment_id)
    version = EnvironmentVersion.objects.lock(version.pk)
    if version.channel != Channel.TEST:
        raise VersionElsewhere(
            _("Version %(number)s is “%(channel)s”, not on trial.")
            % {
                "number": version.number,
                "channel": version.get_channel_display(),
            }
        )
    newest = EnvironmentVersion.objects.newest(environment.slug, Channel.STABLE)
    if newest is not None and newest.number > version.number:
        raise VersionElsewhere(
            _("Version %(number)s, which is later, is published already.")
            % {"number": newest.number},
            advice=_("Publish what this one says as a version of its own."),
        )
    if (gone := recalled_in(version).first()) is not None:
        raise _resource_unfit(NotHeld(gone.blob.sha256))
    version.channel = Channel.STABLE
    version.promoted_at, version.promoted_by = timezone.now(), user
    version.save(update_fields=["channel", "promoted_at", "promoted_by"])
    for tried in version.profiles.filter(channel=Channel.TEST).select_related("site"):
        stable = read(bytes(tried.body)).but(channel=Channel.STABLE.value)
        _keep(version, tried.site, stable)
    data = {"version": version.number}
    EnvironmentEvent.append(environment, "version_promoted", by=by, data=data)
    return version


@transaction.atomic(durable=True)
def withdraw_version(
    *, version: EnvironmentVersion, because: str, by: Actor
) -> EnvironmentVersion:
    """Let no machine get this version any more; those that have it are found."""
    user = permit(by, PUBLISH)
    environment = Environment.objects.lock(version.environment_id)
    version = EnvironmentVersion.objects.lock(version.pk)
    if version.channel == Channel.WITHDRAWN:
        raise VersionElsewhere(_("This version is withdrawn already."))
    if not because.strip():
        raise VersionElsewhere(_("Say why: whoever has this version will read it."))
    version.channel = Channel.WITHDRAWN
    version.withdrawn_at, version.withdrawn_by = timezone.now(), user
    version.withdrawn_because = because.strip()[:300]
    version.save(
        update_fields=[
            *("channel", "withdrawn_at", "withdrawn_by", "withdrawn_because"),
        ]
    )
    data = {"version": version.number}
    EnvironmentEvent.append(environment, "version_withdrawn", by=by, data=data)
    return version


def compiled_for(
    environment: Environment,
    site: Site | None,
    *,
    number: int,
    typed: Layer | None = None,
) -> Profile:
    """What machines of a site would be asked, now; refuses in words what cannot be.

    The live checks of the editor ask the same, of a layer as it is `typed`.
    """
    content = merged(environment, site, typed)
    facts = Facts(
        slug=environment.slug,
        version=number,
        channel=Channel.TEST.value,
        title=Title(
            fr=environment.title_fr, en=environment.title_en or environment.title_fr
        ),
        site=site.name[:60] if site else "",
    )
    try:
        return compile_profile(content, library_of(content), facts)
    except Malformed as unfit:
        raise layer_unfit(unfit) from unfit
    except Incomplete as lacking:
        raise EnvironmentUnfit(
            _("Something is missing: %(part)s.") % {"part": lacking.part},
            where=lacking.part,
        ) from lacking
    except (NotHeld, NotPacked) as wrong:
        raise _resource_unfit(wrong) from wrong


def library_of(content: LayerContent) -> dict[str, Held]:
    """The resources that a content names, as far as the library offers them."""
    offered = Resource.objects.offered().filter(blob__sha256__in=content.resources)
    return {
        each.blob.sha256: Held(
            each.blob.sha256,
            each.blob.size,
            each.blob.media,
            each.licence,
            each.source_url,
        )
        for each in offered.select_related("blob")
    }


def _resource_unfit(wrong: NotHeld | NotPacked) -> EnvironmentUnfit:
    known = Resource.objects.filter(blob__sha256=wrong.sha256).first()
    title = known.title if known else wrong.sha256[:12]
    if isinstance(wrong, NotPacked):
        said = _("“%(title)s” is to be unpacked, and is no archive.")
    elif known is not None:
        said = _("“%(title)s” was withdrawn from the library.")
    else:
        said = _("The library does not have the file %(title)s.")
    return EnvironmentUnfit(said % {"title": title}, resource=wrong.sha256)


def _sites() -> list[Site | None]:
    """Those that have a layer of their own, and all others together."""
    layered = Layer.objects.filter(site__is_active=True).select_related("site")
    return [None, *(layer.site for layer in layered.order_by("pk"))]


def _refuse_unchanged(
    last: EnvironmentVersion | None, compiled: dict[Site | None, Profile]
) -> None:
    if last is None or last.channel == Channel.WITHDRAWN:
        return
    before = {
        each.site_id: read(bytes(each.body)).but(version=1)
        for each in last.profiles.filter(channel=Channel.TEST)
    }
    now = {
        site.pk if site else None: profile.but(version=1)
        for site, profile in compiled.items()
    }
    if before == now:
        raise VersionUnchanged(
            _("Version %(number)s says all this already.") % {"number": last.number}
        )


def _keep(
    version: EnvironmentVersion, site: Site | None, profile: Profile
) -> EnvironmentProfile:
    """The exact bytes, their files and their signature: a step."""
    require_transaction()
    body = profile.to_bytes()
    read(body)
    kept = EnvironmentProfile.objects.create(
        version=version,
        site=site,
        channel=profile.channel,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        files_bytes=profile.blobs_bytes,
        made_at=timezone.now(),
    )
    ProfileFile.objects.bulk_create(
        ProfileFile(
            profile=kept, sha256=blob.sha256, name=blob.name, size=blob.size_bytes
        )
        for blob in profile.blobs
    )
    sign_profile(kept, version)
    return kept
