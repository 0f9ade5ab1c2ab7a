"""The workshop's API."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from inventory.api.devices import DeviceViewSet
from inventory.api.drives import DriveViewSet, ErasureViewSet
from inventory.api.health import HealthRulesViewSet
from inventory.api.places import LotViewSet, PlaceViewSet
from inventory.api.results import ResultViewSet

app_name = "inventory-api"
router = SimpleRouter()
router.register("devices", DeviceViewSet, basename="device")
router.register("drives", DriveViewSet, basename="drive")
router.register("erasures", ErasureViewSet, basename="erasure")
router.register("health-rules", HealthRulesViewSet, basename="health-rules")
router.register("lots", LotViewSet, basename="lot")
router.register("places", PlaceViewSet, basename="place")
router.register("results", ResultViewSet, basename="result")
urlpatterns = router.urls
