"""A host of one file, slow on every connection, that counts what it sends."""

import re
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Bytes a second, for each connection.
SPEED = 2 << 20


class SlowHost(ThreadingHTTPServer):
    """Gives ranges of one file, at most SPEED bytes a second over each connection, and counts what it sends. nginx would
    let the first second's worth of every request through at once, and have megabytes in its sockets."""

    daemon_threads = True

    def __init__(self, path):
        super().__init__(("127.0.0.1", 0), SlowAnswer)
        self.path, self.size, self.lock = path, path.stat().st_size, threading.Lock()
        self.sent, self.largest = 0, 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}/object"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def count(self, sent=0, asked=0):
        with self.lock:
            self.sent += sent
            self.largest = max(self.largest, asked)


class SlowAnswer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32 << 10)
        super().setup()

    def do_GET(self):
        first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"]).groups())
        left = last - first + 1
        self.server.count(asked=left)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{self.server.size}")
        self.send_header("Content-Length", str(left))
        self.end_headers()
        try:
            with open(self.server.path, "rb") as file:
                file.seek(first)
                start, sent = time.monotonic(), 0
                while part := file.read(min(16 << 10, left - sent)):
                    self.server.count(sent=len(part))
                    self.wfile.write(part)
                    sent += len(part)
                    time.sleep(max(0, start + sent / SPEED - time.monotonic()))
        except OSError:
            self.close_connection = True  # its client was killed

    def log_message(self, *_):
        pass
