# SPDX-License-Identifier: MIT
"""What the package's README says is so: its programs run, its table of errors is the code's."""

import csv
import http.server
import json
import re
import subprocess
import threading

from conftest import BARE, ROOT

README = (ROOT / "bindings/php/README.md").read_text()
PROGRAMS = [block for block in re.findall(r"```php\n(.*?)```", README, re.S) if block.startswith("<?php")]


def start(project, number: int, **environment: str) -> subprocess.CompletedProcess:
    (project / "program.php").write_text(PROGRAMS[number])
    return subprocess.run(["php", "-d", "display_errors=0", "program.php"], capture_output=True, text=True, timeout=60, cwd=project,
                          env={**BARE, **environment})


def run(project, number: int) -> str:
    done = start(project, number)
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    return done.stdout


def test_the_ten_lines_print_clicks_and_a_funnel(project):
    *clicks, funnel = run(project, 0).splitlines()
    assert len(clicks) > 50 and all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d contact \d+", line) for line in clicks)
    sent, opened = map(int, re.findall(r"\d+", funnel))
    assert sent > opened > len(clicks) / 10


def test_the_program_for_cron_appends_what_is_new(project):
    assert len(PROGRAMS) == 5
    kept = project / "activities.jsonl"
    run(project, 4)
    rows = [json.loads(line) for line in kept.read_text().splitlines()]
    assert len(rows) > 100 and len({row["id"] for row in rows}) == len(rows)
    kept.unlink()


class Deep(http.server.BaseHTTPRequestHandler):
    """Answers with a row nested deeper than PHP takes by default."""
    def do_GET(self):
        body = b'[{"id":7,"more":' + b"[" * 1000 + b"]" * 1000 + b"}]"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_the_program_for_cron_keeps_deep_rows_and_tells_when_it_can_keep_none(project):
    kept = project / "activities.jsonl"
    with http.server.HTTPServer(("127.0.0.1", 0), Deep) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{service.server_port}"
        done = start(project, 4, INWISE_URL=url)
        assert (done.returncode, done.stderr) == (0, "")
        line, = kept.read_text().splitlines()
        assert line.count("[") == 1000 and '"id":7' in line
        kept.unlink()
        kept.mkdir()
        done = start(project, 4, INWISE_URL=url)
        assert done.returncode == 1 and "can't be written" in done.stderr
        service.shutdown()
    kept.rmdir()


def test_the_mirror_for_cron_hands_each_row_on_once_and_tells_when_the_service_fails(project):
    rows = run(project, 1).splitlines()
    assert len(rows) > 1000 and len(set(rows)) == len(rows) and all(re.fullmatch(r"\d+ \w+", row) for row in rows)
    assert run(project, 1) == "", "nothing is new"
    done = start(project, 1, INWISE_URL="sandbox:?fail_rate=1")
    assert (done.returncode, done.stdout) == (1, "") and "made this fault up" in done.stderr
    (project / "mirror.db").unlink()


def test_the_recipe_for_csv_gives_what_any_program_reads(project):
    run(project, 3)
    header, *rows = csv.reader((project / "activities.csv").open(newline=""))
    assert header == ["id", "date", "type", "contact", "remarks"] and len(rows) > 1000
    assert {len(row) for row in rows} == {5} and all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row[1]) for row in rows)


def test_the_table_of_errors_is_the_codes():
    table = re.findall(r"^\| `(\w+Exception)` \| `(\w+)` \| `(\w+)` \| (-?\d+) \|", README, re.M)
    header = dict(re.findall(r"INWISE_ERR_(\w+) = (-\d+)", (ROOT / "include/inwise.h").read_text()))
    assert {(status.upper(), code) for _, _, status, code in table if status != "library"} == set(header.items())
    for name, parent, _, _ in table:
        code = (ROOT / f"bindings/php/src/Exception/{name}.php").read_text()
        assert f"final class {name} extends \\{parent} implements InwiseException" in code
