"""A bad network: a relay that cuts connections in the middle of what they carry.

    python -m tests.load.cutting PORT PERCENT

relays to PORT on this machine, prints its own port, and cuts so many percent of the
exchanges, on the way there or on the way back, until a line comes on its input.
"""

from __future__ import annotations

import asyncio
import random
import sys
from asyncio import StreamReader, StreamWriter

CHUNK = 65536


class Relay:
    """`share` of the exchanges, each one there and back, are cut."""

    def __init__(self, port: int, share: float) -> None:
        self._port = port
        self._share = share
        self._random = random.Random(5)

    def mend(self) -> None:
        self._share = 0.0

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", self._port)
        ways = [
            asyncio.ensure_future(self._carry(reader, there[1])),
            asyncio.ensure_future(self._carry(there[0], writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for end in (writer, there[1]):
            end.transport.abort()

    async def _carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Half of what is cut is cut on each way, with a part of it already there."""
        while chunk := await reader.read(CHUNK):
            if self._random.random() < self._share / 2:
                writer.write(chunk[: self._random.randrange(len(chunk))])
                await writer.drain()
                return
            writer.write(chunk)
            await writer.drain()


async def relay(port: int, share: float) -> None:
    cutting = Relay(port, share)
    server = await asyncio.start_server(cutting.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await asyncio.to_thread(sys.stdin.readline)
    cutting.mend()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(relay(int(sys.argv[1]), float(sys.argv[2]) / 100))
