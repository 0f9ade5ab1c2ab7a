"""What stands behind a line: a name server that knows one name, and its page."""

from __future__ import annotations

import socket
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

KNOWN = b"\x05bench\x07example\x00"
A = 1


def answer(asked: bytes, address: str) -> bytes:
    """The address of the one name that is known; no such name for others."""
    name, (kind,) = asked[12:-4], struct.unpack("!H", asked[-4:-2])
    found = socket.inet_aton(address) if name == KNOWN and kind == A else b""
    code = 0 if name == KNOWN else 3
    head = asked[:2] + struct.pack("!5H", 0x8180 | code, 1, bool(found), 0, 0)
    record = b"\xc0\x0c" + struct.pack("!2HIH", A, 1, 60, 4) + found if found else b""
    return head + asked[12:] + record


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_ours = self.path == "/connected/"
        self.send_response(200 if is_ours else 302)
        self.send_header("Content-Length", "20000")
        self.end_headers()
        self.wfile.write(b"." * 20_000)

    def log_message(self, *_words: object) -> None:
        pass


def main(address: str) -> None:
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind((address, 53))
    pages = HTTPServer((address, 80), Page)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        asked, who = names.recvfrom(512)
        names.sendto(answer(asked, address), who)


if __name__ == "__main__":
    main(sys.argv[1])
