# SPDX-License-Identifier: MIT
import os

import pytest

from loopback import Server

# What the machine's owner has set for curl is not part of a test.
for name in list(os.environ):
    if name.lower().endswith("_proxy"):
        del os.environ[name]


@pytest.fixture(scope="session")
def server():
    running = Server()
    yield running
    running.stop()
