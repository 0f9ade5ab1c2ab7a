"""Orders to erase, and the machines that are devices, in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from agent.proofs import MAX_RUNS
from inventory.models import Device, StorageDrive
from inventory.serializers.fields import PublicIdField
from provisioning.actions import Terms
from provisioning.models import Agent, ErasureRun


class DeviceField(PublicIdField):
    """A device by its tag."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="tag", queryset=Device.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Device]:
        return Device.objects.visible_to(self.asking())


class RunSerializer(serializers.ModelSerializer[ErasureRun]):
    """One drive of an order (`order` is the same for those ordered at once).

    The device is named by its tag, the drive and people by UUID. `percent` is the
    machine’s word; the proof is the erasure.
    """

    device = serializers.SlugRelatedField[Device](slug_field="tag", read_only=True)
    drive = serializers.SlugRelatedField[StorageDrive](
        slug_field="uuid", read_only=True
    )
    erasure = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)
    asked_by = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)
    approved_by = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)
    confirmed_by = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)

    class Meta:
        model = ErasureRun
        fields = (
            *("uuid", "order", "device", "drive", "cycle", "state", "fall", "result"),
            *("refused", "erasure", "least", "verify", "not_below", "may_sleep"),
            *("by_two", "asked_by", "asked_at", "approved_by", "approved_at"),
            *("confirmed_by", "confirmed_at", "stop_asked_at", "ended_at"),
            *("percent", "last_news_at"),
        )
        read_only_fields = fields


class OrderSerializer(serializers.Serializer[Any]):
    """Drives of one device, to be erased by its machine."""

    device = DeviceField()
    drives = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MAX_RUNS
    )
    not_below = serializers.BooleanField(
        default=False,
        help_text="Leave a drive as it is where nothing on it reaches its donor’s class.",
    )
    may_sleep = serializers.BooleanField(
        default=False,
        help_text="The machine may be put to sleep, which thaws frozen drives.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wanted = set(attrs["drives"])
        asking = self.fields["device"].asking()  # type: ignore[attr-defined]
        found = list(StorageDrive.objects.visible_to(asking).filter(uuid__in=wanted))
        if len(found) != len(wanted):
            raise serializers.ValidationError(
                {"drives": _("A drive of these does not exist.")}, code="does_not_exist"
            )
        return {**attrs, "drives": found}

    def facts(self) -> dict[str, Any]:
        said = self.validated_data
        terms = Terms(not_below=said["not_below"], may_sleep=said["may_sleep"])
        return {"device": said["device"], "drives": said["drives"], "terms": terms}


class HowFarSerializer(serializers.Serializer[Any]):
    """Whether it is for this drive alone, or for all of the order."""

    alone = serializers.BooleanField(default=False)

    def facts(self) -> dict[str, Any]:
        return {"alone": self.validated_data["alone"]}


class MachineSerializer(serializers.ModelSerializer[Agent]):
    """A machine that joined, and the device that it is."""

    device = serializers.SlugRelatedField[Device](slug_field="tag", read_only=True)

    class Meta:
        model = Agent
        fields = ("uuid", "device", "make", "model", "serial", "bound_at")
        read_only_fields = fields


class BindSerializer(serializers.Serializer[Any]):
    """Which device a machine is."""

    device = DeviceField()
    sure = serializers.BooleanField(
        default=False,
        help_text="Somebody looked at both where they contradict each other.",
    )

    def facts(self) -> dict[str, Any]:
        return dict(self.validated_data)
