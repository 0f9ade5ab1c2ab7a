"""What the fields of the wire's messages may hold, under the names they have there."""

from __future__ import annotations

from typing import Annotated, Final

from agent.kinds import Bytes, Measures, Number, Shape, Text

# The largest payload still fits into the largest body once it grew by a third in
# base64.
MAX_PAYLOAD_BYTES: Final = 3_000_000

Tag = Annotated[str, Text(24)]  # a tool, a driver, a bus address: short by nature
Word = Annotated[str, Text(64)]
Name = Annotated[str, Text(80)]
Line = Annotated[str, Text(128)]
Sentence = Annotated[str, Text(300)]
Byte = Annotated[int, Number(0, 255)]
Count = Annotated[int, Number(0, 2**63 - 1)]
Size = Count
Celsius = Annotated[int, Number(-273, 1000)]
Seconds = Annotated[int, Number(-(2**63), 2**63 - 1)]
Digest = Annotated[str, Shape("[0-9a-f]{64}", "a SHA-256 in lower-case hexadecimal")]
Previous = Annotated[
    str, Shape("(?:[0-9a-f]{64})?", "a SHA-256 in lower-case hexadecimal, or nothing")
]
Nonce = Annotated[str, Shape("[A-Za-z0-9_-]{16,64}", "16 to 64 URL-safe characters")]
Token = Annotated[
    str, Shape("[!-~]{16,256}", "16 to 256 visible ASCII characters", is_secret=True)
]
PublicKey = Annotated[bytes, Bytes(32, 32)]
Signature = Annotated[bytes, Bytes(64, 64)]
Payload = Annotated[bytes, Bytes(2, MAX_PAYLOAD_BYTES)]
Percent = Annotated[int, Number(0, 100)]
Numbers = Annotated[dict[str, float], Measures(32)]
