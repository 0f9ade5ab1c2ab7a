from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backoffice.core import periodic
from backoffice.core.serving import make_server

# How long answers under way may take once the server is told to end.
REST_SECONDS = 20


class Command(BaseCommand):
    help = "Serve the back office and run its periodic jobs, in one process."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--listen", default="127.0.0.1:8000")
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, **options: Any) -> None:
        server = make_server(options["listen"], options["threads"], {})
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
            # An answer that is still being made has to find the server there.
            server.task_dispatcher.shutdown(timeout=REST_SECONDS)
            server.close()
            jobs.join()


def _as_interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
