"""Pages about machines."""

from django.urls import path

from provisioning.views import (
    arrivals,
    assignments,
    bench,
    corrections,
    erasures,
    jobs,
    likeness,
    machines,
    resources,
    uploads,
)
from provisioning.views.environments.routes import ROUTES as ENVIRONMENTS

app_name = "provisioning"
urlpatterns = [
    path("machines/", machines.machine_list, name="machine-list"),
    path("bench/", bench.bench, name="bench"),
    path("bench/live/", bench.bench_live, name="bench-live"),
    path("erasures/", erasures.erasures, name="erasures"),
    path("erasures/station/", erasures.erasures_station, name="erasures-station"),
    path("erasures/live/", erasures.erasures_live, name="erasures-live"),
    path(
        "erasures/orders/<uuid:run>/approve/",
        erasures.order_approve,
        name="order-approve",
    ),
    path(
        "erasures/orders/<uuid:run>/cancel/",
        erasures.order_cancel,
        name="order-cancel",
    ),
    path(
        "erasures/drives/<uuid:run>/confirm/",
        erasures.drive_confirm,
        name="drive-confirm",
    ),
    path(
        "erasures/drives/<uuid:run>/cancel/",
        erasures.drive_cancel,
        name="drive-cancel",
    ),
    path(
        "erasures/orders/<uuid:run>/export/",
        erasures.order_export,
        name="order-export",
    ),
    path("d/<tag:tag>/erase/", erasures.erasure_order, name="erasure-order"),
    path("d/<tag:tag>/erase/confirm/", erasures.order_confirm, name="order-confirm"),
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
    path(
        "likenesses/<uuid:likeness>/same/",
        likeness.likeness_same,
        name="likeness-same",
    ),
    path("likenesses/<uuid:likeness>/new/", likeness.likeness_new, name="likeness-new"),
    path("corrections/", corrections.correction_list, name="correction-list"),
    path(
        "corrections/<uuid:correction>/confirm/",
        corrections.correction_confirm,
        name="correction-confirm",
    ),
    path(
        "corrections/<uuid:correction>/refuse/",
        corrections.correction_refuse,
        name="correction-refuse",
    ),
    path(
        "corrections/<uuid:correction>/undo/",
        corrections.correction_undo,
        name="correction-undo",
    ),
    path("d/<tag:tag>/merge/", corrections.merge_propose, name="merge-propose"),
    path("d/<tag:tag>/split/", corrections.split_propose, name="split-propose"),
    path("machines/<uuid:agent>/bind/", machines.machine_bind, name="machine-bind"),
    path(
        "machines/<uuid:agent>/unbind/", machines.machine_unbind, name="machine-unbind"
    ),
    path(
        "machines/<uuid:agent>/revoke/", machines.machine_revoke, name="machine-revoke"
    ),
    path("reports/<uuid:report>.json", machines.report_raw, name="report-raw"),
    path(
        "d/<tag:tag>/environment/checked/",
        assignments.environment_check,
        name="environment-check",
    ),
    path(
        "d/<tag:tag>/system/",
        assignments.system_note,
        name="system-note",
    ),
    path(
        "d/<tag:tag>/environment/install/",
        assignments.environment_install,
        name="environment-install",
    ),
    path(
        "differences/<uuid:difference>/settle/",
        assignments.difference_settle,
        name="difference-settle",
    ),
    *ENVIRONMENTS,
    path("resources/", resources.resource_list, name="resource-list"),
    path("resources/new/", uploads.resource_new, name="resource-new"),
    path("resources/uploads/", uploads.upload_begin, name="upload-begin"),
    path("resources/uploads/<uuid:upload>/", uploads.upload_part, name="upload-part"),
    path("resources/uploads/<uuid:upload>/end/", uploads.upload_end, name="upload-end"),
    path(
        "resources/<uuid:resource>/", resources.resource_detail, name="resource-detail"
    ),
    path(
        "resources/<uuid:resource>/change/",
        resources.resource_amend,
        name="resource-amend",
    ),
    path(
        "resources/<uuid:resource>/withdraw/",
        resources.resource_withdraw,
        name="resource-withdraw",
    ),
    path(
        "resources/<uuid:resource>/bring-back/",
        resources.resource_bring_back,
        name="resource-bring-back",
    ),
    path("d/<tag:tag>/machine/", machines.device_machine, name="device-machine"),
]
