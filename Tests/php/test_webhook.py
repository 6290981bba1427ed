# SPDX-License-Identifier: MIT
"""examples/php/webhook.php behind PHP-FPM, as a web server asks it."""

import json
import pathlib
import re
import subprocess

import pytest

from conftest import LIBRARY, ROOT
from fpm import Fpm

SCRIPT = ROOT / "examples/php/webhook.php"
TOKEN = "canary-of-the-webhooks-5f1e"
#: A request of the service.
GOOD = {"REQUEST_METHOD": "POST", "REMOTE_ADDR": "193.169.246.40", "REQUEST_URI": f"/webhook.php?token={TOKEN}",
        "CONTENT_TYPE": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def fpm(tmp_path_factory):
    with Fpm(tmp_path_factory.mktemp("fpm"), **{"ffi.enable": "true"}) as running:
        yield running


def status(fpm: Fpm, mirror: str, body: bytes, **variables: str) -> int:
    """The status of the answer; variables are what a web server tells FPM of the request."""
    done = subprocess.run(["cgi-fcgi", "-bind", "-connect", str(fpm.socket)], input=body, capture_output=True, timeout=60, env={
        "SCRIPT_FILENAME": str(SCRIPT), "CONTENT_LENGTH": str(len(body)), "INWISE_LIB": str(LIBRARY), "INWISE_MIRROR": mirror,
        "INWISE_WEBHOOK_TOKEN": TOKEN, **GOOD, **variables})
    head, _, text = done.stdout.replace(b"\r\n", b"\n").partition(b"\n\n")
    assert text == b"", done.stdout
    found = re.search(rb"^Status: (\d+)", head, re.M)
    return int(found[1]) if found else 200


def test_statuses(fpm, tmp_path):
    mirror = f"file:{tmp_path}/mirror.db"
    sms = b"trigger_type=smsSent&contact[id]=5"
    assert [status(fpm, mirror, sms) for _ in range(8)] == [200] * 8
    assert status(fpm, mirror, sms, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="193.169.247.40") == 200, "behind a proxy on this machine"
    for variables in ({"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "193.169.246.40"}, {"REMOTE_ADDR": "127.0.0.1"},
                      {"REQUEST_URI": "/webhook.php"}, {"REQUEST_URI": f"/webhook.php?token={TOKEN}x"}):
        assert status(fpm, mirror, sms, **variables) == 403
    assert status(fpm, mirror, b"campaign_id=5") == 400
    for variables in ({"INWISE_WEBHOOK_TOKEN": ""}, {"INWISE_MIRROR": f"file:{tmp_path}/none/mirror.db"}, {"REMOTE_ADDR": ""}):
        assert status(fpm, mirror, sms, **variables) == 503
    assert kept(mirror) == [1]


def kept(mirror: str) -> list[int]:
    """The ids of a mirror's events."""
    code = ("require $argv[1]; echo json_encode(array_column(iterator_to_array((new Inwise\\Client($argv[2]))->webhookEvents()), 'event_id'));")
    autoload: pathlib.Path = ROOT / "bindings/php/autoload.php"
    return json.loads(subprocess.run(["php", "-r", code, str(autoload), mirror], capture_output=True, check=True, timeout=60).stdout)
