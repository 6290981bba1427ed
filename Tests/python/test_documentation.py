# SPDX-License-Identifier: MIT
"""What is written about the package is so: docstrings, README, types."""

import doctest
import importlib
import inspect
import pathlib
import re
import subprocess
import sys

import inwise
import pytest
from conftest import ROOT, SANDBOX

PACKAGE = pathlib.Path(inwise.__file__).parent
MODULES = [importlib.import_module(f"inwise.{file.stem}") for file in sorted(PACKAGE.glob("*.py"))]
DOCTESTS = [test for module in MODULES for test in doctest.DocTestFinder().find(module) if test.examples]


@pytest.mark.parametrize("test", DOCTESTS, ids=lambda test: test.name)
def test_docstrings(test, tmp_path):
    with inwise.Client(SANDBOX) as client, inwise.Client(f"file:{tmp_path}/mirror.db", now="2024-09-20T12:00:00") as mirror:
        test.globs.update({name: getattr(inwise, name) for name in inwise.__all__}, client=client, mirror=mirror)
        result = doctest.DocTestRunner(optionflags=doctest.FAIL_FAST).run(test, clear_globs=True)
    assert result.attempted and not result.failed


def test_there_are_doctests():
    assert len(DOCTESTS) >= 15


def public(thing) -> list:
    """A class's public methods and properties that are its own."""
    return [member for name, member in vars(thing).items() if not name.startswith("_") and (callable(member) or isinstance(member, (property, classmethod)))]


@pytest.mark.parametrize("name", [name for name in inwise.__all__ if name != "__version__"])
def test_everything_public_is_documented(name):
    thing = getattr(inwise, name)
    assert thing.__doc__ and not thing.__doc__.startswith(f"{name}("), "its own words, not those that dataclass makes"
    for member in public(thing):
        if getattr(member, "__name__", "") != "close" or not isinstance(member, type):
            assert inspect.getdoc(member), f"{name}.{member}"


#: The README's programs.
PROGRAMS = re.findall(r"```python\n(.*?)```", (ROOT / "bindings/python/README.md").read_text(), re.DOTALL)


def test_the_readmes_program_runs(capsys):
    exec(compile(PROGRAMS[0], "README.md", "exec"), {})
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "26.4% opened" and len(said) > 1


class Enough(Exception):
    """Ends the program that goes on for ever."""


def test_the_readmes_process_hands_each_row_on_once_and_outlives_a_service_that_fails(tmp_path, monkeypatch, capsys, caplog):
    program = PROGRAMS[1]
    monkeypatch.chdir(tmp_path)
    rounds = []

    def sleep(seconds: float) -> None:
        rounds.append(capsys.readouterr().out.splitlines())
        if len(rounds) == 2:
            raise Enough

    monkeypatch.setattr("time.sleep", sleep)
    for url, failed in [("sandbox:?fail_rate=1", True), (SANDBOX, False)]:
        monkeypatch.setenv("INWISE_URL", url)
        rounds.clear()
        with pytest.raises(Enough):
            exec(compile(program, "README.md", "exec"), {})
        assert [len(lines) for lines in rounds] == ([0, 0] if failed else [len(set(rounds[0])), 0]) and bool(rounds[0]) != failed
        assert ("made this fault up" in caplog.text) == failed
        caplog.clear()


def mypy(*arguments: str, folder: pathlib.Path) -> None:
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / "cache"), *arguments], cwd=folder,
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


USER = """
import asyncio
import datetime
from typing import Iterable, Optional
import inwise

def work(client: inwise.Client) -> Optional[datetime.datetime]:
    rows: Iterable[inwise.SentEmail] = client.sent_emails(campaign_id=1, date_from=datetime.date(2024, 9, 1))
    with inwise.Funnel() as funnel:
        funnel.add(client.activities())
        funnel.add("activities", rows)
        rate: Optional[float] = funnel.summary().rates.open_rate
    page: list[inwise.UndeliveredEmail] = client.undelivered().page(2)
    raw: list[bytes] = list(client.activities().json_pages())
    return next(iter(client.activities())).action_date

def keep(client: inwise.Client, mirror: inwise.Client) -> Optional[int]:
    report = client.sync(mirror, campaign_ids=[1], methods=("activities",), late_ages=range(60, 90), progress=print)
    for row in mirror.recent_activities(consumer="crm"):
        mirror.acknowledge("recentActivities", consumer="crm", through=row)
    mirror.acknowledge("recentActivities", consumer="crm", through=inwise.Through.BEGINNING)
    differences: list[inwise.AuditDifference] = [each for audit in report.audit.campaigns for each in audit.differences] if report.audit else []
    return report.methods["activities"].windows[0].campaign_id

async def later() -> list[Optional[int]]:
    async with inwise.AsyncClient(api_key="x") as client, inwise.AsyncClient("file:x", read_only=False) as mirror:
        report: inwise.SyncReport = await client.sync(mirror, progress=lambda state: state.rows < 5)
        await mirror.acknowledge("recentActivities", consumer="crm")
        summary: inwise.ActivitiesSummary = await client.activities_summary(1)
        return [row.row_index async for row in client.sent_emails()]

def receive(mirror: inwise.Client, body: bytes) -> int:
    event = mirror.ingest_webhook(body, remote_address="193.169.246.40", allow=("193.169.246.0/24",), token="x" * 16, url="/")
    types: set[str] = {inwise.parse_webhook(memoryview(body))["trigger_type"]}
    pages: list[bytes] = list(mirror.webhook_events(after=5).json_pages())
    known: Optional[inwise.SyncWebhooks] = inwise.SyncReport().webhooks
    return sum(event["campaign_id"] for event in mirror.webhook_events(date_from=datetime.date(2024, 9, 1)))

async def receive_later(mirror: inwise.AsyncClient) -> "list[str]":
    await mirror.ingest_webhook(b"", max_body_bytes=5)
    return [event["state"] async for event in mirror.webhook_events(campaign_id=1)]

inwise.Client(page_sise=1)  # type: ignore[call-arg]
"""


def test_types_are_strict(tmp_path):
    (tmp_path / "user.py").write_text(USER)
    mypy("-p", "inwise", "-m", "user", folder=tmp_path)


def test_types_of_the_examples(tmp_path):
    for program in (ROOT / "examples/python").glob("*.py"):
        mypy(str(program), folder=tmp_path)
