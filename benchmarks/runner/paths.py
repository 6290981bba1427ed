# SPDX-License-Identifier: MIT
"""Where things are. All that is made lies below build/bench."""
import pathlib

SOURCES = pathlib.Path(__file__).resolve().parents[1]
ROOT = SOURCES.parent
BUILD = ROOT / "build" / "bench"
BIN, VENV, DATA, NGINX = BUILD / "bin", BUILD / "venv", BUILD / "data", BUILD / "nginx"
INGEST, SUMMARY, WEBHOOKS = BUILD / "ingest", DATA / "summary", DATA / "webhooks"
PYTHON = VENV / "bin" / "python"
LIBRARY = ROOT / "build" / "lib"
