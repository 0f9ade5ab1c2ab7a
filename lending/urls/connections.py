"""Cards, hotspots, plans and top-ups."""

from django.urls import path

from lending.views.connections import apns, modems, plans
from lending.views.connections import card_acts as sim_acts
from lending.views.connections import cards as sim_cards
from lending.views.connections import holders as sim_holders

urlpatterns = [
    path("sims/", sim_cards.sim_list, name="sim-list"),
    path("sims/ending/", sim_cards.sim_ending, name="sim-ending"),
    path("sims/receive/", sim_cards.sim_receive, name="sim-receive"),
    path("sims/holders/", sim_holders.sim_holders, name="sim-holders"),
    path(
        "sims/holders/export/",
        sim_holders.sim_holders_export,
        name="sim-holders-export",
    ),
    path("sims/<tag:sim_tag>/", sim_cards.sim_detail, name="sim-detail"),
    path("sims/<tag:sim_tag>/change/", sim_cards.sim_amend, name="sim-amend"),
    path("sims/<tag:sim_tag>/codes/", sim_cards.sim_codes, name="sim-codes"),
    path("sims/<tag:sim_tag>/follow/", sim_acts.sim_follow, name="sim-follow"),
    path("sims/<tag:sim_tag>/pin/", sim_acts.sim_pin, name="sim-pin"),
    path("sims/<tag:sim_tag>/plan/", sim_acts.sim_plan, name="sim-plan"),
    path("sims/<tag:sim_tag>/top-up/", sim_acts.sim_top_up, name="sim-top-up"),
    path("sims/<tag:sim_tag>/renew/", sim_acts.sim_renew, name="sim-renew"),
    path("sims/<tag:sim_tag>/shelve/", sim_acts.sim_shelve, name="sim-shelve"),
    path("modems/", modems.modem_list, name="modem-list"),
    path("modems/receive/", modems.modem_receive, name="modem-receive"),
    path("modems/<tag:modem_tag>/", modems.modem_detail, name="modem-detail"),
    path("modems/<tag:modem_tag>/card/", modems.modem_card_in, name="modem-card-in"),
    path(
        "modems/<tag:modem_tag>/card/out/", modems.modem_card_out, name="modem-card-out"
    ),
    path("modems/<tag:modem_tag>/follow/", modems.modem_follow, name="modem-follow"),
    path("modems/<tag:modem_tag>/paper/", modems.modem_paper, name="modem-paper"),
    path(
        "modems/<tag:modem_tag>/passphrase/",
        modems.modem_passphrase,
        name="modem-passphrase",
    ),
    path("modems/<tag:modem_tag>/shelve/", modems.modem_shelve, name="modem-shelve"),
    path("access-points/", apns.apn_list, name="apn-list"),
    path("access-points/new/", apns.apn_add, name="apn-add"),
    path("access-points/<uuid:apn>/", apns.apn_amend, name="apn-amend"),
    path("access-points/<uuid:apn>/retire/", apns.apn_retire, name="apn-retire"),
    path("plans/", plans.plan_list, name="plan-list"),
    path("plans/new/", plans.plan_add, name="plan-add"),
    path("plans/rules/", plans.top_up_rules, name="top-up-rules"),
    path(
        "plans/rules/<str:country>/",
        plans.top_up_rules_change,
        name="top-up-rules-change",
    ),
    path("plans/<uuid:plan>/", plans.plan_amend, name="plan-amend"),
    path("plans/<uuid:plan>/retire/", plans.plan_retire, name="plan-retire"),
]
