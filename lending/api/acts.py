"""What every endpoint of lending does: find the row, do one act, show the row anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.db.models import Model
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.core.api_auth import signed_in
from inventory.api.acts import told

M = TypeVar("M", bound=Model)
PORTAL = "lending.use_portal"


class LendingViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[M]
):
    """Rows by uuid, newest first, as far as whoever asks may see them."""

    # The name by which acts call the row.
    SUBJECT: ClassVar[str]
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def act(
        self,
        request: Request,
        act: Callable[..., object],
        body: type[Any] | None = None,
        **facts: object,
    ) -> Response:
        """Do an act on the row that is asked for, and show it as it is then."""
        row = self.get_object()
        asked = told(body, request) if body is not None else {}
        act(**{self.SUBJECT: row}, **asked, **facts, by=signed_in(request))
        return self.show(row)

    def show(self, row: Model, status: int = 200) -> Response:
        """A row as it is now; one that is no longer to be seen, as it was."""
        fresh = self.get_queryset().filter(pk=row.pk).first() or row
        return Response(self.get_serializer(fresh).data, status=status)
