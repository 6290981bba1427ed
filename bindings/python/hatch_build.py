# SPDX-License-Identifier: MIT
"""Puts libinwise.so into the wheel: the file that INWISE_LIB names, or the checkout's own, which is made if it isn't there."""

import os
import pathlib
import subprocess
import sysconfig
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LibraryHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Names the platform and adds the library. The code is the same for every Python: ctypes needs no compiled module."""
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        build_data["force_include"][str(self.library())] = "inwise/libinwise.so"

    def library(self) -> pathlib.Path:
        named = os.environ.get("INWISE_LIB")
        if named:
            library = pathlib.Path(named).resolve()
            if not library.is_file():
                raise SystemExit(f"INWISE_LIB names {named}, which is not a file.")
            return library
        checkout = pathlib.Path(self.root).resolve().parents[1]
        library = checkout / "build/lib/libinwise.so"
        if not library.is_file():
            if not (checkout / "include/inwise.h").is_file():
                raise SystemExit("libinwise.so is needed to build this package: name it by INWISE_LIB, or build inside libinwise's checkout.")
            # The make that may have called pip hands its own flags down.
            inherited = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
            subprocess.run(["make", "lib"], cwd=checkout, env=inherited, check=True)
        return library.resolve()
