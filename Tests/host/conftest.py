# SPDX-License-Identifier: MIT
import os

import pytest

from loopback import Server
from mirrors import NOW, fill, lived
from simulated_http import Service

# What the machine's owner has set for curl is not part of a test.
for name in list(os.environ):
    if name.lower().endswith("_proxy"):
        del os.environ[name]


@pytest.fixture(scope="session")
def server():
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def service():
    """Of an account with 3,000 rows, whose feeds begin now."""
    account = lived(count=3000, days=20)
    account.forget_feeds()
    with Service(account) as running:
        yield running


@pytest.fixture
def path(tmp_path):
    """Where a mirror may be made."""
    return tmp_path / "mirror.db"


@pytest.fixture(scope="module")
def account():
    return lived(count=1500, seed=1)


@pytest.fixture(scope="module")
def filled(account, tmp_path_factory):
    """A mirror of the account that was closed in order; to be copied."""
    path = tmp_path_factory.mktemp("filled") / "mirror.db"
    with Service(account) as service:
        fill(service.url, path, target={"now": NOW})
    return path
