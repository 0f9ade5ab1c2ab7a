"""Sites: the addresses of the association."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backoffice.core.actions.account import administer
from backoffice.core.actors import Actor
from backoffice.core.countries import Country
from backoffice.core.errors import SiteNameTaken
from backoffice.core.models import Site, SiteEvent


@transaction.atomic(durable=True)
def open_site(
    *, name: str, address: str = "", country: Country = Country.FRANCE, by: Actor
) -> Site:
    """Write down a new address of the association."""
    administer(by)
    _refuse_taken(name)
    try:
        site = Site.objects.create(name=name, address=address, country=country)
    except IntegrityError as twice:  # pressed twice at the same moment
        raise _name_taken() from twice
    SiteEvent.append(site, "opened", by=by, data={"name": name})
    return site


@transaction.atomic(durable=True)
def amend_site(
    *,
    site: Site,
    name: str,
    address: str = "",
    country: Country | None = None,
    by: Actor,
) -> Site:
    """Change what a site is called, or where it is; no country leaves the one it has."""
    administer(by)
    site = Site.objects.lock(site.pk)
    if name != site.name:
        _refuse_taken(name)
    wanted = (name, address, country or Country(site.country))
    if wanted == (site.name, site.address, site.country):
        return site
    site.name, site.address, site.country = wanted
    try:
        site.save(update_fields=["name", "address", "country"])
    except IntegrityError as twice:  # somebody else took it at the same moment
        raise _name_taken() from twice
    SiteEvent.append(site, "amended", by=by, data={"name": name})
    return site


def _refuse_taken(name: str) -> None:
    """A clear word; the unique name in the database is what holds."""
    if Site.objects.filter(name=name).exists():
        raise _name_taken()


def _name_taken() -> SiteNameTaken:
    return SiteNameTaken(_("There is already a site with this name."))
