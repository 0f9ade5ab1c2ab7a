"""Addresses of the pages of environments."""

from __future__ import annotations

from django.urls import path

from provisioning.views.environments import (
    fleet,
    keys,
    layers,
    one,
    passphrase,
    preview,
    signed,
    versions,
)

_ONE = "environments/<uuid:environment>/"
_VERSION = f"{_ONE}<slug:number>/"
_LAYER = "environments/layers/<uuid:layer>/"
ROUTES = [
    path(
        "d/<tag:tag>/environment/passphrase/",
        passphrase.passphrase_label,
        name="passphrase-label",
    ),
    path("environments/", one.environment_list, name="environment-list"),
    path("environments/new/", one.environment_new, name="environment-new"),
    path("environments/machines/", fleet.machines, name="environment-machines"),
    path("environments/keys/", keys.key_page, name="profile-keys"),
    path("environments/keys/rotate/", keys.key_rotate, name="profile-key-rotate"),
    path("environments/layers/new/", layers.layer_new, name="layer-new"),
    path(_LAYER, layers.layer_detail, name="layer-detail"),
    path(f"{_LAYER}title/", layers.layer_rename, name="layer-rename"),
    path(f"{_LAYER}<slug:section>/", layers.layer_section, name="layer-section"),
    path(f"{_LAYER}<slug:section>/check/", layers.section_check, name="section-check"),
    path(_ONE, one.environment_detail, name="environment-detail"),
    path(f"{_ONE}change/", one.environment_change, name="environment-change"),
    path(f"{_ONE}preview/", preview.home_preview, name="home-preview"),
    path(f"{_ONE}home/", preview.home_shown, name="home-shown"),
    path(f"{_ONE}home/accueil.css", preview.home_style, name="home-style"),
    path(f"{_ONE}publish/", versions.version_publish, name="version-publish"),
    path(_VERSION, versions.version_detail, name="version-detail"),
    path(f"{_VERSION}promote/", versions.version_promote, name="version-promote"),
    path(f"{_VERSION}withdraw/", versions.version_withdraw, name="version-withdraw"),
    path(
        f"{_VERSION}signed/<str:profile_sha256>.zip",
        signed.version_signed,
        name="version-signed",
    ),
    path(f"{_VERSION}home/", preview.version_home, name="version-home"),
    path(
        f"{_VERSION}home/accueil.css",
        preview.version_home_style,
        name="version-home-style",
    ),
]
