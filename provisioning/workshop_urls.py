"""What the workshop's own API says about machines, beside that of the inventory."""

from rest_framework.routers import SimpleRouter

from provisioning.api.corrections import CorrectionViewSet
from provisioning.api.machines import MachineViewSet
from provisioning.api.orders import OrderViewSet

app_name = "provisioning-workshop"
router = SimpleRouter(use_regex_path=False)
router.register("corrections", CorrectionViewSet, basename="correction")
router.register("erasure-orders", OrderViewSet, basename="erasure-order")
router.register("machines", MachineViewSet, basename="machine")
urlpatterns = router.urls
