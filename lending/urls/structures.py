"""Structures and their members."""

from django.urls import path

from lending.views import (
    members,
    structures,
)

urlpatterns = [
    path("structures/", structures.structure_list, name="structure-list"),
    path("structures/new/", structures.structure_new, name="structure-new"),
    path(
        "structures/<uuid:structure>/",
        structures.structure_detail,
        name="structure-detail",
    ),
    path(
        "structures/<uuid:structure>/change/",
        structures.structure_amend,
        name="structure-amend",
    ),
    path(
        "structures/<uuid:structure>/authorise/",
        structures.structure_authorise,
        name="structure-authorise",
    ),
    path(
        "structures/<uuid:structure>/close/",
        structures.structure_close,
        name="structure-close",
    ),
    path(
        "structures/<uuid:structure>/reopen/",
        structures.structure_reopen,
        name="structure-reopen",
    ),
    path(
        "structures/<uuid:structure>/invite/",
        members.member_invite,
        name="member-invite",
    ),
    path("members/<uuid:membership>/end/", members.member_end, name="member-end"),
    path(
        "members/<uuid:membership>/administrator/",
        members.member_promote,
        name="member-promote",
    ),
    path(
        "members/<uuid:membership>/plain/",
        members.member_demote,
        name="member-demote",
    ),
    path(
        "invitations/<uuid:invited>/cancel/",
        members.invitation_cancel,
        name="invitation-cancel",
    ),
]
