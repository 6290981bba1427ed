# SPDX-License-Identifier: MIT
"""The wheel and the library in it: found, checked, declared as the header does."""

import ast
import ctypes
import pathlib
import re
import shutil
import subprocess
import sys
import venv

import inwise
import pytest
from conftest import ROOT, SMALL
from inwise import _library

PACKAGE = pathlib.Path(inwise.__file__).parent
HEADER = (ROOT / "include/inwise.h").read_text()
TYPES = {
    "const char *": ctypes.c_char_p, "void": None, "inwise_status": ctypes.c_int32, "inwise_log_level": ctypes.c_int32,
    "size_t": ctypes.c_size_t, "inwise_log_fn": _library.LogFunction,
    "inwise_progress_fn": _library.ProgressFunction, "void *": ctypes.c_void_p, "char *": ctypes.c_void_p,
    "unsigned char *": ctypes.c_void_p, "const unsigned char *": ctypes.c_char_p, "size_t *": ctypes.POINTER(ctypes.c_size_t),
    "int *": ctypes.POINTER(ctypes.c_int), "char **": ctypes.POINTER(ctypes.c_void_p),
    "unsigned char **": ctypes.POINTER(ctypes.c_void_p),
    **{f"inwise_{name} *": ctypes.c_void_p for name in ("client", "cursor", "funnel")},
    **{f"inwise_{name} **": ctypes.POINTER(ctypes.c_void_p) for name in ("client", "cursor", "funnel")},
}


def test_every_function_is_declared_as_in_the_header():
    code = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.DOTALL)
    declared = {}
    for result, name, parameters in re.findall(r"^([\w ]+?\**) ?\b(inwise_\w+)\(([^)]*)\);", code, re.MULTILINE):
        kinds = [re.sub(r"\s*\w+$", "", part.strip()) if not part.strip().endswith("*") else part.strip()
                 for part in parameters.split(",") if part.strip() != "void"]
        declared[name] = (TYPES[spaced(result)], [TYPES[spaced(kind)] for kind in kinds])
    assert len(declared) > 20
    assert {name: (result, list(parameters)) for name, (result, parameters) in _library.FUNCTIONS.items()} == declared


def spaced(kind: str) -> str:
    return re.sub(r"\s*(\*+)$", r" \1", kind.strip())


def test_the_version_is_the_headers():
    version = re.search(r'INWISE_VERSION "(.*)"', HEADER)[1]
    assert inwise.__version__ == version == _library.lib.inwise_version().decode()


def test_the_library_is_the_packages_own():
    assert pathlib.Path(_library.lib._name) == PACKAGE / "libinwise.so"


@pytest.fixture(scope="module")
def far(tmp_path_factory) -> pathlib.Path:
    """An empty environment far from the checkout, with the wheel in it."""
    folder = tmp_path_factory.mktemp("far")
    venv.create(folder / "venv", with_pip=True)
    wheels = list((ROOT / "build/python").glob("inwise-*.whl"))
    assert len(wheels) == 1 and re.fullmatch(r"inwise-[0-9.]+-py3-none-linux_\w+\.whl", wheels[0].name)
    run(folder, folder / "venv/bin/pip", "install", "-q", "--disable-pip-version-check", "--no-index", wheels[0])
    return folder


def run(folder: pathlib.Path, *command, fails: bool = False, **environment) -> str:
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, timeout=120,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment})
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_wheel_works_in_an_empty_environment(far):
    code = f"import inwise; print(inwise.__file__, len(list(inwise.Client({SMALL!r}).activities())), inwise.Funnel().summary().sent)"
    file, rows, sent = run(far, far / "venv/bin/python", "-c", code).split()
    assert file.startswith(str(far)) and int(rows) > 0 and sent == "0"
    library = next(far.glob("venv/lib/python*/site-packages/inwise/libinwise.so"))
    needed = re.findall(r"NEEDED +(\S+)", run(far, "/usr/bin/objdump", "-p", library))
    assert not any("swift" in library.lower() for library in needed)
    for library in ("libcurl.so.4", "libjansson.so.4", "libsqlite3.so.0"):
        assert library in needed, "the system's own, never a second copy"


def test_the_wheel_has_what_a_package_needs(far):
    site = next(far.glob("venv/lib/python*/site-packages"))
    assert (site / "inwise/py.typed").exists()
    metadata = next(site.glob("inwise-*.dist-info"))
    assert (metadata / "licenses/LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    text = (metadata / "METADATA").read_text()
    assert "Requires-Dist" not in text and "Requires-Python: >=3.10" in text and "libsqlite3-0" in text


def fake(folder: pathlib.Path, version: str, *flags: str) -> pathlib.Path:
    """A library that only says its version."""
    source, library = folder / "fake.c", folder / "libfake.so"
    source.write_text(f'const char *inwise_version(void) {{ return "{version}"; }}\n')
    subprocess.run(["cc", "-shared", "-fPIC", source, "-o", library, *flags], check=True)
    return library


def test_a_library_of_another_version_is_refused(far, tmp_path):
    said = run(far, far / "venv/bin/python", "-c", "import inwise", fails=True, INWISE_LIB=str(fake(tmp_path, "0.9.3")))
    assert "ImportError" in said and "0.9.3" in said and f"{inwise.__version__.rpartition('.')[0]}.x" in said and "libfake.so" in said


@pytest.mark.parametrize("named", ["/nowhere/libinwise.so", "/etc/hostname"])
def test_a_library_that_can_t_be_loaded_says_where_and_what_is_missing(far, named):
    said = run(far, far / "venv/bin/python", "-c", "import inwise", fails=True, INWISE_LIB=named)
    assert "ImportError" in said and named in said and "INWISE_LIB" in said
    assert "apt install libcurl4 libjansson4 libsqlite3-0" in said


def test_without_a_carried_library_the_systems_is_taken(far, tmp_path):
    site = next(far.glob("venv/lib/python*/site-packages"))
    shutil.copytree(site, tmp_path / "site", ignore=shutil.ignore_patterns("pip*", "setuptools*", "libinwise.so"))
    code = "import inwise; print(inwise._library.lib._name)"
    said = run(tmp_path, sys.executable, "-S", "-c", code, fails=True, PYTHONPATH=str(tmp_path / "site"))
    assert "libinwise.so.0" in said and "INWISE_LIB is not set" in said
    (tmp_path / "lib").mkdir()
    shutil.copy(site / "inwise/libinwise.so", tmp_path / "lib/libinwise.so.0")
    said = run(tmp_path, sys.executable, "-S", "-c", code, PYTHONPATH=str(tmp_path / "site"), LD_LIBRARY_PATH=str(tmp_path / "lib"))
    assert said.strip() == "libinwise.so.0"


def test_the_code_is_python_3_9():
    for file in PACKAGE.glob("*.py"):
        ast.parse(file.read_text(), feature_version=(3, 9))
        assert file.read_text().startswith("# SPDX-License-Identifier: MIT\n")


@pytest.mark.parametrize("name", ["INWISE_LIB", ""])
def test_building_says_what_it_lacks(tmp_path, name):
    """The build hook alone, in a folder that is no checkout."""
    hook = (ROOT / "bindings/python/hatch_build.py").read_text()
    (tmp_path / "a/b/c").mkdir(parents=True)
    code = f"""
import sys, types
for part in ("hatchling", "hatchling.builders", "hatchling.builders.hooks", "hatchling.builders.hooks.plugin", "hatchling.builders.hooks.plugin.interface"):
    sys.modules[part] = types.ModuleType(part)
sys.modules["hatchling.builders.hooks.plugin.interface"].BuildHookInterface = object
exec({hook!r})
hook = LibraryHook(); hook.root = {str(tmp_path / "a/b/c")!r}
hook.library()
"""
    environment = {"INWISE_LIB": "/nowhere"} if name else {}
    said = run(tmp_path, sys.executable, "-c", code, fails=True, **environment)
    assert ("/nowhere" in said) if name else ("libinwise.so is needed" in said)
