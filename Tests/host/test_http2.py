# SPDX-License-Identifier: MIT
"""HTTP/2, against nghttpd, where it is offered."""

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
def test_walks_over_http2_end(http2):
    """Many, since streams that share a connection stall in some versions of libcurl: 1 walk in 100."""
    url, ca_file, log = http2
    with Client(url, ca_file=ca_file, max_retry_delay_seconds=0.1, max_retries=10) as client:
        eventually(lambda: client.ask("activities").status is Status.OK)
    for _ in range(100):
        with Client(url, ca_file=ca_file, pages_in_flight=16, timeout_seconds=20) as client, client.cursor("activities") as cursor:
            rows, outcome = cursor.drain()
        # Every page of this server is the same, so whether there are more can't be told.
        assert len(rows) == 900 and outcome.status is Status.PROTOCOL, outcome
    requests = re.findall(r"\[id=(\d+)\].*:path: (\S+)", log())
    assert len({connection for connection, _ in requests}) <= 1 + 100 * 16
