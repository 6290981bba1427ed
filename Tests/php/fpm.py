# SPDX-License-Identifier: MIT
"""PHP-FPM from Debian on a unix socket, with its configuration in a folder of its own; as root or as anyone else."""

import getpass
import glob
import os
import pathlib
import subprocess
import time

from conftest import BARE

CHILDREN = 4


class Fpm:
    """A running pool of children that never end by themselves."""

    def __init__(self, folder: pathlib.Path, *, children: int = CHILDREN, **settings: str) -> None:
        self._children = children
        self.socket, self.log = folder / "socket", folder / "log"
        owner = ["-R"] if os.geteuid() == 0 else []
        user = [f"user = {getpass.getuser()}"] if owner else []
        configuration = folder / "fpm.conf"
        configuration.write_text("\n".join([
            "[global]", f"error_log = {self.log}", "daemonize = no",
            "[www]", f"listen = {self.socket}", "pm = static", f"pm.max_children = {children}", "clear_env = yes", *user]))
        # -n: without this machine's php.ini.
        ini = {"extension": "ffi", "zend_extension": "opcache", "opcache.enable": "1", **settings}
        options = [part for name, value in ini.items() for part in ("-d", f"{name}={value}")]
        program = sorted(glob.glob("/usr/sbin/php-fpm*"))[-1]
        self._process = subprocess.Popen([program, "-n", "-F", "-y", str(configuration), *owner, *options], env=BARE,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 20
        while not self.socket.exists() or len(self.children()) < self._children:
            if self._process.poll() is not None or time.monotonic() > end:
                raise AssertionError(self.log.read_text() + self._process.stderr.read().decode())
            time.sleep(0.01)

    def get(self, script: pathlib.Path, project: pathlib.Path, **variables: str) -> str:
        """One request through Debian's cgi-fcgi; the body of the answer."""
        done = subprocess.run(["cgi-fcgi", "-bind", "-connect", str(self.socket)], capture_output=True, text=True, timeout=60,
                              env={"REQUEST_METHOD": "GET", "SCRIPT_FILENAME": str(script), "PROJECT": str(project), **variables})
        head, _, body = done.stdout.replace("\r\n", "\n").partition("\n\n")
        assert "text/plain" in head, done.stdout + done.stderr
        return body

    def children(self) -> list[int]:
        return [int(pid) for pid in pathlib.Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()]

    def memory(self) -> int:
        """Kilobytes that the children hold and don't share."""
        statuses = [pathlib.Path(f"/proc/{pid}/status").read_text() for pid in self.children()]
        return sum(int(line.split()[1]) for status in statuses for line in status.splitlines() if line.startswith("RssAnon"))

    def files(self) -> int:
        """How many files and connections the children have open."""
        return sum(len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir())) for pid in self.children())

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self._process.terminate()
        self._process.communicate(timeout=20)
