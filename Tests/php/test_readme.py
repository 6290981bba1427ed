# SPDX-License-Identifier: MIT
"""What the package's README says is so: its programs run, its table of errors is the code's."""

import json
import re
import subprocess

from conftest import BARE, ROOT

README = (ROOT / "bindings/php/README.md").read_text()
PROGRAMS = [block for block in re.findall(r"```php\n(.*?)```", README, re.S) if block.startswith("<?php")]


def run(project, number: int) -> str:
    (project / "program.php").write_text(PROGRAMS[number])
    done = subprocess.run(["php", "program.php"], capture_output=True, text=True, timeout=60, cwd=project, env=BARE)
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    return done.stdout


def test_the_ten_lines_print_clicks_and_a_funnel(project):
    *clicks, funnel = run(project, 0).splitlines()
    assert len(clicks) > 50 and all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d contact \d+", line) for line in clicks)
    sent, opened = map(int, re.findall(r"\d+", funnel))
    assert sent > opened > len(clicks) / 10


def test_the_program_for_cron_appends_what_is_new(project):
    assert len(PROGRAMS) == 2
    run(project, 1)
    rows = [json.loads(line) for line in (project / "activities.jsonl").read_text().splitlines()]
    assert len(rows) > 100 and len({row["id"] for row in rows}) == len(rows)


def test_the_table_of_errors_is_the_codes():
    table = re.findall(r"^\| `(\w+Exception)` \| `(\w+)` \| `(\w+)` \| (-?\d+) \|", README, re.M)
    header = dict(re.findall(r"INWISE_ERR_(\w+) = (-\d+)", (ROOT / "include/inwise.h").read_text()))
    assert {(status.upper(), code) for _, _, status, code in table if status != "library"} == set(header.items())
    for name, parent, _, _ in table:
        code = (ROOT / f"bindings/php/src/Exception/{name}.php").read_text()
        assert f"final class {name} extends \\{parent} implements InwiseException" in code
