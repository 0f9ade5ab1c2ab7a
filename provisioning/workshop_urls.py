"""What the workshop's own API says about machines, beside that of the inventory."""

from rest_framework.routers import SimpleRouter

from provisioning.api.corrections import CorrectionViewSet

app_name = "provisioning-workshop"
router = SimpleRouter(use_regex_path=False)
router.register("corrections", CorrectionViewSet, basename="correction")
urlpatterns = router.urls
