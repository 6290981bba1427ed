# SPDX-License-Identifier: MIT
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "Tests/php/programs"
LIBRARY = pathlib.Path(os.environ.get("INWISE_LIB") or ROOT / "build/lib/libinwise.so").resolve()

sys.path.append(str(ROOT / "Tests/host"))
from loopback import Server  # noqa: E402

#: An environment that doesn't help to find the library, nor the network.
BARE = {name: value for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and name not in ("INWISE_LIB", "LD_LIBRARY_PATH", "LD_PRELOAD")}


@pytest.fixture(scope="session")
def server():
    running = Server()
    yield running
    running.stop()


def php(*arguments, **environment) -> str:
    """What a program prints that must end well."""
    done = subprocess.run(["php", *map(str, arguments)], capture_output=True, text=True, timeout=120,
                          env={**BARE, "INWISE_LIB": str(LIBRARY), **environment})
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> pathlib.Path:
    """An empty project far from the checkout, into which Composer has installed the package as `make php` leaves it."""
    package = tmp_path_factory.mktemp("packages") / "inwise"
    shutil.copytree(ROOT / "bindings/php", package, ignore=shutil.ignore_patterns("lib", "vendor"))
    (package / "lib").mkdir()
    shutil.copy(LIBRARY, package / "lib/libinwise.so")
    folder = tmp_path_factory.mktemp("project")
    (folder / "composer.json").write_text(json.dumps({
        "repositories": [
            {"type": "path", "url": str(package), "options": {"symlink": False}},
            # Debian's php-psr-log; from its own repository a user's comes by itself.
            {"type": "package", "package": {
                "name": "psr/log", "version": "1.1.4", "dist": {"type": "path", "url": "/usr/share/php/Psr/Log"},
                "autoload": {"psr-4": {"Psr\\Log\\": ""}}}},
            {"packagist.org": False},
        ],
        "require": {"inwise/inwise": "^0.1", "psr/log": "^1.1"},
    }))
    done = subprocess.run(
        ["composer", "install", "--no-interaction", "--no-progress", "--no-dev", "--working-dir", str(folder)],
        capture_output=True, text=True, timeout=120,
        env={**BARE, "COMPOSER_HOME": str(folder / ".composer"), "COMPOSER_DISABLE_NETWORK": "1", "COMPOSER_ALLOW_SUPERUSER": "1",
             "COMPOSER_MIRROR_PATH_REPOS": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(package)
    return folder
