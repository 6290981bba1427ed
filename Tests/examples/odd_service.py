# SPDX-License-Identifier: MIT
"""A service with a few rows of which a careless program would make something else."""

import http.server
import json
import threading
from urllib.parse import parse_qs, urlsplit

SENT = [{"row_index": 1, "date_sent": "2024-09-02 13:00:00", "campaign_id": 5, "contact_id": 7, "email": "a@example.com"}]
ACTIVITIES = [
    {"id": 9223372036854775807, "action_date": "2024-09-02 13:59:00", "action_type": "emailOpened", "campaign_id": 5,
     "contact_id": 7, "external_id": "לקוח 66", "ip": "192.0.2.1, 198.51.100.7", "remarks": 'says "hello"', "additional_data": "two\nlines"},
    {"id": 2, "action_type": "emailOpened", "campaign_id": 5, "contact_id": "7", "external_id": 66, "remarks": "", "additional_data": " x "},
    {"id": 1, "action_date": None, "action_type": "emailOpened", "campaign_id": 5, "remarks": "a\r\nb", "ip": "=1+1", "score": 5},
]
#: Two counts differ from what the rows say; the others are left out.
SUMMARY = {"sent": 1, "opens": 5, "opens_unique": 2}


class OddService:
    """Serves them to who has the key; the feed gives a full answer, and then the rest, once."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._feed = [[{"id": n} for n in range(1000)], ACTIVITIES]
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_GET(self):
                service.answer(self)

            def log_message(self, *_):
                """Says nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, request) -> None:
        target = urlsplit(request.path)
        method, has_rows = target.path.rpartition("/")[2], parse_qs(target.query).get("page_index", ["0"]) == ["0"]
        if method == "recentActivities":
            answer = self._feed.pop(0) if self._feed else []
        elif method == "activitiesSummary":
            answer = SUMMARY
        else:
            answer = {"sentEmails": SENT, "activities": ACTIVITIES}.get(method, []) if has_rows else []
        body = json.dumps(answer).encode()
        request.send_response(200 if request.headers["X-API-Key"] == self._key else 401)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
