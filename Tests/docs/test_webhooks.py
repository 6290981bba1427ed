# SPDX-License-Identifier: MIT
"""What the READMEs show of receiving webhooks takes a webhook as it stands, and refuses what is none."""

import pathlib
import re
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "Tests/examples"), str(ROOT / "Tests/cli")]

from receivers import PHP, PYTHON, REFUSALS, Receiver  # noqa: E402
from test_examples import ENVIRONMENT  # noqa: E402

#: The blocks of these files that are programs behind a web server.
SHOWN = {f"{file}, {language}": (language, text)
         for file in ("README.md", "bindings/python/README.md", "bindings/php/README.md")
         for language, text in re.findall(r"```(python|php)\n(.*?)```", (ROOT / file).read_text(), re.S) if re.search("def application|php://input", text)}
#: What runs a WSGI application.
SERVER = """
from wsgiref.simple_server import make_server
with make_server("127.0.0.1", 0, application) as server:
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
"""


def command(language: str, text: str, folder: pathlib.Path) -> list[str]:
    """What serves a program, as a file of its own."""
    # The mirror that the tests look at.
    text = text.replace("file:account.db", "file:mirror.db")
    if language == "python":
        (folder / "program.py").write_text(text + SERVER)
        return [PYTHON, "program.py"]
    (folder / "vendor").mkdir()
    (folder / "vendor/autoload.php").write_text(f"<?php require '{ROOT}/bindings/php/autoload.php';")
    (folder / "program.php").write_text(text)
    return [*PHP, "program.php"]


@pytest.mark.parametrize("language, text", SHOWN.values(), ids=SHOWN)
def test_a_webhook_is_kept_once_and_others_are_refused(language, text, tmp_path):
    with Receiver(command(language, text, tmp_path), tmp_path, ENVIRONMENT) as receiver:
        assert [receiver.post(), receiver.post()] == [200, 200]
        answers = {name: receiver.request("POST", path, senders, body) for name, (path, senders, body, _) in REFUSALS.items()}
        assert answers == {name: status for name, (*_, status) in REFUSALS.items()}
        assert len(receiver.events()) == 1


def test_there_are_some_in_python_and_in_php():
    assert {language for language, _ in SHOWN.values()} == {"python", "php"}
