"""Lending’s API."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from lending.api.handovers import HandOverViewSet, LoanViewSet
from lending.api.packs import PackViewSet
from lending.api.people import (
    PersonViewSet,
    ProgrammeViewSet,
    QuotaViewSet,
    StructureViewSet,
)
from lending.api.requests import RequestViewSet
from lending.api.stock import CountedViewSet, PlanViewSet, SimViewSet

app_name = "lending-api"
router = SimpleRouter(use_regex_path=False)
router.register("structures", StructureViewSet, basename="structure")
router.register("people", PersonViewSet, basename="person")
router.register("programmes", ProgrammeViewSet, basename="programme")
router.register("quotas", QuotaViewSet, basename="quota")
router.register("requests", RequestViewSet, basename="request")
router.register("packs", PackViewSet, basename="pack")
router.register("handovers", HandOverViewSet, basename="handover")
router.register("loans", LoanViewSet, basename="loan")
router.register("sims", SimViewSet, basename="sim")
router.register("plans", PlanViewSet, basename="plan")
router.register("counted", CountedViewSet, basename="counted")
urlpatterns = router.urls
