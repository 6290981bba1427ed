# SPDX-License-Identifier: MIT
"""HTTP/2, against nghttpd: where it is offered, all of a client's requests share one connection."""

import json
import re
import shutil
import subprocess

import pytest
from inwise_ffi import Client, Status
from loopback import closed_port, eventually
from test_security import openssl

NGHTTPD = shutil.which("nghttpd") or shutil.which("nghttpd", path="/usr/sbin:/usr/bin")


@pytest.fixture
def http2(tmp_path):
    """A base URL, the CA's file, and a function that gives the server's log."""
    openssl(tmp_path, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem",
            "-out", "cert.pem", "-subj", "/CN=localhost", "-days", "2", "-addext", "subjectAltName=DNS:localhost")
    folder = tmp_path / "files/campaigns/email"
    folder.mkdir(parents=True)
    (folder / "activities").write_text(json.dumps([{"id": number, "action_type": "emailOpened"} for number in range(900)]))
    with closed_port() as port:
        pass
    with open(tmp_path / "log", "w") as log:
        server = subprocess.Popen([NGHTTPD, "-v", "-a", "127.0.0.1", "-d", str(tmp_path / "files"), str(port), "key.pem", "cert.pem"],
                                  cwd=tmp_path, stdout=log, stderr=log)
        try:
            yield f"https://localhost:{port}", str(tmp_path / "cert.pem"), (tmp_path / "log").read_text
        finally:
            server.kill()
            server.wait()


@pytest.mark.skipif(NGHTTPD is None, reason="nghttpd is not installed")
def test_all_requests_share_one_connection_over_http2(http2):
    url, ca_file, log = http2
    with Client(url, ca_file=ca_file, max_retry_delay_seconds=0.1, max_retries=10) as client:
        eventually(lambda: client.ask("activities").status is Status.OK)
        before = len(re.findall(r":path:", log()))
        with client.cursor("activities") as cursor:
            rows, outcome = cursor.drain()
        assert len(rows) == 900 and outcome.status in (Status.DONE, Status.PROTOCOL)
        requests = re.findall(r"\[id=(\d+)\].*:path: (\S+)", log())[before:]
        assert len(requests) >= 4 and len({connection for connection, _ in requests}) == 1
