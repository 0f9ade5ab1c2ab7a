"""Pages about machines."""

from django.urls import path

from provisioning.views import machines

app_name = "provisioning"
urlpatterns = [
    path("machines/", machines.machine_list, name="machine-list"),
    path("machines/join/", machines.join_code_create, name="join-code-create"),
    path("machines/<uuid:agent>/", machines.machine_detail, name="machine-detail"),
    path("machines/<uuid:agent>/bind/", machines.machine_bind, name="machine-bind"),
    path(
        "machines/<uuid:agent>/unbind/", machines.machine_unbind, name="machine-unbind"
    ),
    path(
        "machines/<uuid:agent>/revoke/", machines.machine_revoke, name="machine-revoke"
    ),
    path("reports/<uuid:report>.json", machines.report_raw, name="report-raw"),
    path("d/<tag:tag>/machine/", machines.device_machine, name="device-machine"),
]
