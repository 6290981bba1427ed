# SPDX-License-Identifier: MIT
import os

import pytest

import program
from program import Sandbox

# What the caller has set for inwise or for curl is not part of a test.
for name in list(os.environ):
    if name.lower().endswith("_proxy") or name in ("INWISE_URL", "INWISE_API_KEY", "COLUMNS"):
        del os.environ[name]


@pytest.fixture(scope="session")
def sandbox():
    """A served account without faults; its rows are the same as those of program.ACCOUNT."""
    with Sandbox(*program.ACCOUNT_OPTIONS) as running:
        yield running


@pytest.fixture
def mirror(tmp_path):
    """A path for one."""
    return tmp_path / "account.db"
