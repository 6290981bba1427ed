# SPDX-License-Identifier: MIT
"""A service that gives one row, whatever it is, byte for byte."""

import http.server
import threading
from urllib.parse import parse_qs, urlsplit


class Service:
    """Serves the row on its first page; `asked` has the methods that it was asked."""

    def __init__(self, row: str) -> None:
        self.asked: "list[str]" = []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                target = urlsplit(self.path)
                service.asked.append(target.path.rpartition("/")[2])
                first = parse_qs(target.query).get("page_index", ["0"]) == ["0"]
                body = f"[{row if first else ''}]".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Service":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()
