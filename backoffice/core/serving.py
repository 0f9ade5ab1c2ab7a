"""The one-process server: waitress, in which no line keeps the others waiting."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

from backoffice.core.strays import MOST_BYTES

# What one line is sent before the others have their turn: a page is less.
TURN_BYTES = 256 * 1024


class Line(HTTPChannel):
    """A line to one client, which is sent a large file turn by turn.

    waitress sends for as long as a line takes more. On a quick network that is until the
    end of the file: meanwhile its loop would hear nobody else.
    """

    # What waitress sends at once; it takes that of the line's own buffer.
    sendbuf_len: int

    def __init__(self, *made_of: Any, **also: Any) -> None:
        super().__init__(*made_of, **also)
        self.left = TURN_BYTES
        self.sendbuf_len = min(self.sendbuf_len, TURN_BYTES)

    def handle_write(self) -> None:
        """A turn of the loop."""
        self.left = TURN_BYTES
        super().handle_write()

    def service(self) -> None:
        """The turn of a thread, which begins an answer."""
        self.left = TURN_BYTES
        super().service()

    def send(self, data: bytes, do_close: bool = True) -> int:
        """How many bytes went out; none once its turn is over, as if it took no more."""
        if self.left <= 0:
            return 0
        sent: int = super().send(data, do_close=do_close)
        self.left -= sent
        return sent


def make_server(listen: str, threads: int, sockets: dict[int, Any]) -> Any:
    """Bound to its address and not yet run; `sockets` is filled with all of its own."""
    server = create_server(
        get_wsgi_application(),
        sockets,
        listen=listen,
        threads=threads,
        # What is a little too large is refused in words; more is not even taken.
        max_request_body_size=2 * MOST_BYTES,
        ident=None,
        # With a proxy before it, what that says of the caller goes to Django.
        clear_untrusted_proxy_headers=not settings.ALLAUTH_TRUSTED_PROXY_COUNT,
    )
    for each in sockets.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = Line
    return server
