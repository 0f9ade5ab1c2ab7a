"""What administrators and the server itself do."""

from backoffice.core.actions.checkpoint import sign_checkpoint

__all__ = ["sign_checkpoint"]
