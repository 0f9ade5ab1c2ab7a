"""Lending’s pages."""

from django.urls import path

from lending.views import joining

app_name = "lending"
urlpatterns = [
    path("join/<str:invitation>/", joining.join, name="join"),
]
