"""Pages about machines."""

from django.urls import path

from provisioning.views import arrivals, bench, jobs, machines

app_name = "provisioning"
urlpatterns = [
    path("machines/", machines.machine_list, name="machine-list"),
    path("bench/", bench.bench, name="bench"),
    path("bench/live/", bench.bench_live, name="bench-live"),
    path("jobs/<uuid:job>/cancel/", jobs.job_cancel, name="job-cancel"),
    path("machines/import/", arrivals.reports_import, name="reports-import"),
    path(
        "machines/approval/<uuid:site>/", arrivals.site_approval, name="site-approval"
    ),
    path("machines/join/", machines.join_code_create, name="join-code-create"),
    path("machines/<uuid:agent>/", machines.machine_detail, name="machine-detail"),
    path("machines/<uuid:agent>/ask/", jobs.job_ask, name="job-ask"),
    path(
        "machines/<uuid:agent>/approve/",
        arrivals.machine_approve,
        name="machine-approve",
    ),
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
