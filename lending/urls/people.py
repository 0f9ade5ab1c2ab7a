"""People, for both sides."""

from django.urls import path

from lending.views import (
    people,
    person_acts,
)

urlpatterns = [
    path("people/", people.person_list, name="person-list"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/<uuid:person>/", people.person_detail, name="person-detail"),
    path("people/<uuid:person>/change/", people.person_amend, name="person-amend"),
    path("people/<uuid:person>/told/", person_acts.person_notice, name="person-notice"),
    path(
        "people/<uuid:person>/consents/<str:purpose>/",
        person_acts.person_consent,
        name="person-consent",
    ),
    path(
        "people/<uuid:person>/consents/<str:purpose>/withdraw/",
        person_acts.person_withdraw_consent,
        name="person-consent-withdraw",
    ),
    path(
        "people/<uuid:person>/contact/",
        person_acts.person_contact,
        name="person-contact",
    ),
    path(
        "people/<uuid:person>/referent/",
        person_acts.person_referent,
        name="person-referent",
    ),
    path("people/<uuid:person>/merge/", person_acts.person_merge, name="person-merge"),
    path(
        "people/<uuid:merged_person>/part/",
        person_acts.person_part,
        name="person-part",
    ),
]
