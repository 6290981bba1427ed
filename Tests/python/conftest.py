# SPDX-License-Identifier: MIT
"""The tests run against the installed package, with the library that it carries."""

import os
import pathlib

import pytest

# Neither what the other tests use, nor what the machine's owner has set for curl, is part of a test.
for name in list(os.environ):
    if name.lower().endswith("_proxy") or name in ("INWISE_LIB", "LD_LIBRARY_PATH", "PYTHONPATH"):
        del os.environ[name]

import inwise  # noqa: E402
from loopback import Server  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
assert "site-packages" in inwise.__file__, f"{inwise.__file__} is not the installed package"

SANDBOX = "sandbox:?seed=7&now=2024-09-20T12:00:00"
SMALL = "sandbox:?seed=7&campaigns=2&contacts=60&now=2024-09-20T12:00:00"
#: What remote clients here are opened with; it may be found nowhere.
KEY = "canary-0123456789abcdef-canary"
#: Options of a client that gives up at once.
IMPATIENT = {"max_retries": 0, "api_key": KEY}


@pytest.fixture(scope="session")
def server():
    """Tests/server: a service that misbehaves as it is told."""
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def client():
    with inwise.Client(SANDBOX) as client:
        yield client
