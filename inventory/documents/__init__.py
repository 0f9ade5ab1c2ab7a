"""What the documents of the inventory say: facts in, a specification out."""

from inventory.documents.receipt import (
    DeviceFacts,
    DonorFacts,
    ReceiptFacts,
    receipt_spec,
)

__all__ = ["DeviceFacts", "DonorFacts", "ReceiptFacts", "receipt_spec"]
