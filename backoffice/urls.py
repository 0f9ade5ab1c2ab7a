"""The composition root: which app answers where."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from backoffice.core.views.server import set_language

urlpatterns = [
    path("", include("backoffice.core.urls")),
    path("", include("inventory.urls")),
    path("", include("provisioning.urls")),
    path("", include("lending.urls")),
    path("api/v1/", include("inventory.api_urls")),
    path("api/v1/", include("provisioning.workshop_urls")),
    path("api/v1/", include("lending.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/agent/v1/", include("provisioning.api_urls")),
    path("api/agent/v1/", include("lending.agent_urls")),
    path("language/", set_language, name="set_language"),
    path("account/", include("backoffice.core.urls_account")),
]

handler400 = "backoffice.core.views.errors.bad_request"
handler403 = "backoffice.core.views.errors.forbidden"
handler404 = "backoffice.core.views.errors.not_found"
handler500 = "backoffice.core.views.errors.server_error"
