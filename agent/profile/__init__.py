"""What a learning environment is made of, for the one who signs and the one who obeys.

Standard library only, apart from the Ed25519 of `minisign`, which loads `cryptography`.
"""

from agent.profile.document import MAX_BYTES, Blob, Profile, Requires, read
from agent.profile.strict import Title

__all__ = ["MAX_BYTES", "Blob", "Profile", "Requires", "Title", "read"]
