# SPDX-License-Identifier: MIT
"""Builds the workers, installs the Python peers and makes the data: whatever is missing or has changed."""
import os
import subprocess
import sys

from .paths import BIN, DATA, LIBRARY, PYTHON, SOURCES, VENV

C, CXX = ["gcc", "-std=gnu11", "-O3", "-Wall", "-Wextra"], ["g++", "-std=c++17", "-O3", "-Wall", "-Wextra"]
DECODER = ["c/decode.c", "c/checksums.c", "c/worker.c"]
# Program -> its compiler, sources and libraries.
PROGRAMS = {
    "jansson": (C, ["c/jansson.c", "c/jansson_page.c", *DECODER], ["-ljansson"]),
    "rapidjson": (CXX, ["cpp/rapidjson.cpp", *DECODER], []),
    "simdjson": (CXX, ["cpp/simdjson.cpp", *DECODER], ["-lsimdjson"]),
    "simdjson_lookup": (CXX, ["cpp/simdjson_lookup.cpp", *DECODER], ["-lsimdjson"]),
    "funnel": (CXX, ["cpp/funnel.cpp", "c/worker.c"], ["-lsimdjson"]),
    "curl_easy": (C, ["c/curl_easy.c", "c/fetch.c", "c/worker.c"], ["-lcurl", "-ljansson"]),
    "curl_multi": (C, ["c/curl_multi.c", "c/fetch.c", "c/worker.c"], ["-lcurl"]),
    "drain": (C, ["c/drain.c", "c/host.c", "c/fetch.c", "c/worker.c"], ["-lcurl", "inwise"]),
    "ingest": (C, ["c/ingest.c", "c/jansson_page.c", "c/checksums.c", "c/worker.c"], ["-lsqlite3", "-ljansson"]),
    "summary": (C, ["c/summary.c", "c/host.c", "c/worker.c"], ["inwise"]),
    "webhook_parse": (C, ["c/webhook_parse.c", "c/bodies.c", "c/host.c", "c/worker.c"], ["inwise", "-ljansson"]),
    "webhook_ingest": (C, ["c/webhook_ingest.c", "c/bodies.c", "c/host.c", "c/worker.c"], ["inwise"]),
    "sync": (C, ["c/sync.c", "c/host.c", "c/worker.c"], ["inwise"]),
}


def everything():
    install_python_peers()
    for name, (compiler, sources, libraries) in PROGRAMS.items():
        build(BIN / name, compiler, [SOURCES / source for source in sources], libraries)
    subprocess.run([PYTHON, SOURCES / "generate.py", DATA], check=True, env=environment())


def mirror(columns, path):
    """Ingests rows in columns into a mirror that stays, until the library is another."""
    program = BIN / "inwise-benchmark"
    if path.exists() and path.stat().st_mtime > program.stat().st_mtime:
        return
    print(f"Filling {path.name}", file=sys.stderr)
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    subprocess.run([program, "mirror", columns, path.with_suffix(".new")], check=True)
    path.with_suffix(".new").rename(path)


def environment():
    """The workers': no proxy, no files beside the sources, polars on two threads."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return kept | {"PYTHONPATH": str(SOURCES), "PYTHONDONTWRITEBYTECODE": "1", "POLARS_MAX_THREADS": "2"}


def install_python_peers():
    wanted = SOURCES / "python" / "requirements.txt"
    installed = VENV / "installed.txt"
    if installed.exists() and installed.read_text() == wanted.read_text():
        return
    print("Installing the Python peers", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    subprocess.run([VENV / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted], check=True)
    installed.write_text(wanted.read_text())


def build(program, compiler, sources, libraries):
    """Compiles each source by its language, then links."""
    if program.exists() and all(newer.stat().st_mtime < program.stat().st_mtime
                                for folder in ("c", "cpp") for newer in (SOURCES / folder).iterdir()):
        return
    program.parent.mkdir(parents=True, exist_ok=True)
    flags, objects = [], []
    for library in libraries:
        flags += inwise_flags() if library == "inwise" else [library]
    for source in sources:
        objects.append(program.parent / f"{program.name}.{source.stem}.o")
        by = C if source.suffix == ".c" else CXX
        subprocess.run([*by, "-c", source, "-o", objects[-1], *(flag for flag in flags if flag.startswith("-I"))], check=True)
    subprocess.run([compiler[0], *objects, "-o", program, *flags], check=True)
    for made in objects:
        made.unlink()


def inwise_flags():
    found = subprocess.run(["pkg-config", "--cflags", "--libs", "inwise"], check=True, capture_output=True, text=True,
                           env=os.environ | {"PKG_CONFIG_PATH": str(LIBRARY / "pkgconfig")})
    return [*found.stdout.split(), f"-Wl,-rpath,{LIBRARY}"]
