# SPDX-License-Identifier: MIT
"""Serves a source over HTTP through inwise_handle, in this process: given {"url": …, "options": {…}}, it prints its own URL, and ends
when its input does; at a line of it the preloaded clock is stopped, and the line printed."""

import ctypes
import http.server
import json
import os
import sys
import threading

from inwise_ffi import Client

given = json.loads(sys.argv[1])
source = Client(given["url"], log_level=1, timeout_seconds=600, **given["options"])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status, body = source.serve(self.path, headers=dict(self.headers))
        if status == 0:
            self.close_connection = True
            return
        head = f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *_) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_) -> None:
        """A client that goes away is no fault here."""


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
print(json.dumps(f"http://127.0.0.1:{server.server_port}/rest/v1"), flush=True)
for line in sys.stdin:
    ctypes.CDLL(None).stop_clock()
    print(line, end="", flush=True)
os._exit(0)
