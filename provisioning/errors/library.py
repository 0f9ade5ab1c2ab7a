"""Resources of the library, and the store that holds them."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class ResourceMistyped(DomainError):
    """The file is not what its kind says, or not whole."""

    code = "resource_mistyped"
    status = 415


class ResourceTooLarge(DomainError):
    """The file is larger than one of its kind may be, or empty."""

    code = "resource_too_large"
    status = 413


class ResourceUnsafe(DomainError):
    """An archive that would write outside its folder, or a picture that says where it was taken."""

    code = "resource_unsafe"


class ResourceKnown(DomainError):
    """The library has these very bytes, offered or withdrawn."""

    code = "resource_known"


class ResourceWithdrawn(DomainError):
    """The resource is withdrawn already, or is not."""

    code = "resource_withdrawn"


class SourceMissing(DomainError):
    """What others wrote says where it comes from."""

    code = "source_missing"


class DiskFull(DomainError):
    """The server has no room for the file."""

    code = "disk_full"
    status = 507


class StoreAway(DomainError):
    """The service that keeps the files is not reached, or has enough to do."""

    code = "store_away"
    status = 503


class ImportFailed(DomainError):
    """The address did not give the file."""

    code = "import_failed"
    status = 502


class UploadElsewhere(DomainError):
    """The file on its way in is not where the sender believes it is; `received` says where."""

    code = "upload_elsewhere"


class UploadTorn(DomainError):
    """The file is not all here, or is not the one that was announced."""

    code = "upload_torn"
