from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.core.wsgi import get_wsgi_application
from waitress.server import create_server

from backoffice.core import periodic


class Command(BaseCommand):
    help = "Serve the back office and run its periodic jobs, in one process."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--listen", default="127.0.0.1:8000")
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, **options: Any) -> None:
        server = create_server(
            get_wsgi_application(),
            listen=options["listen"],
            threads=options["threads"],
            # Nothing that is posted here is larger; more is refused unread.
            max_request_body_size=8 * 1024 * 1024,
            ident=None,
            # With a proxy before it, what that says of the caller goes to Django.
            clear_untrusted_proxy_headers=not settings.ALLAUTH_TRUSTED_PROXY_COUNT,
        )
        stop = threading.Event()
        jobs = threading.Thread(target=periodic.loop, args=(stop,), name="jobs")
        jobs.start()
        signal.signal(signal.SIGTERM, _as_interrupt)
        self.stdout.write(f"Serving on http://{options['listen']}/")
        self.stdout.flush()
        try:
            server.run()
        except KeyboardInterrupt:
            # It is ending: asking again must not break that.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            self.stdout.write("Stopped.")
        finally:
            stop.set()
            server.close()
            jobs.join()


def _as_interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
