from django.urls import include, path

from backoffice.core.views import accounts, me, outgoing, server, sites

app_name = "core"

of_account = [
    path("", accounts.account_detail, name="account-detail"),
    path("amend/", accounts.account_amend, name="account-amend"),
    path("invite/", accounts.account_invite, name="account-invite"),
    path("roles/give/", accounts.role_give, name="role-give"),
    path("roles/take/", accounts.role_take, name="role-take"),
    path("close/", accounts.account_close, name="account-close"),
    path("reopen/", accounts.account_reopen, name="account-reopen"),
    path(
        "second-factor/remove/",
        accounts.second_factor_remove,
        name="second-factor-remove",
    ),
]

urlpatterns = [
    path("health/", server.health, name="health"),
    path("accounts/", accounts.account_list, name="account-list"),
    path("accounts/new/", accounts.account_open, name="account-open"),
    path("accounts/<uuid:account>/", include(of_account)),
    path("sites/", sites.site_list, name="site-list"),
    path("sites/new/", sites.site_open, name="site-open"),
    path("sites/<uuid:site>/", sites.site_amend, name="site-amend"),
    path("outgoing/", outgoing.outgoing_list, name="outgoing-list"),
    path("outgoing/<uuid:message>/send/", outgoing.outgoing_send, name="outgoing-send"),
    path(
        "outgoing/<uuid:message>/give-up/",
        outgoing.outgoing_give_up,
        name="outgoing-give-up",
    ),
    path("me/", me.profile, name="me"),
    path("me/keys/", me.token_list, name="tokens"),
    path("me/keys/<uuid:token>/revoke/", me.token_revoke, name="token-revoke"),
]
