# SPDX-License-Identifier: MIT
"""A loopback server of the campaign-analytics API that can misbehave: python3 Tests/server

It prints its ports as one line of JSON and serves until it is stopped. How it behaves is said by the first segment
of the path (--help lists the keys); what was asked of it is at /_log/ followed by the same segment:

    curl -i 'http://127.0.0.1:PORT/rows=2500,base=1,status=503,times=2/campaigns/email/activities?page_index=1'
    curl 'http://127.0.0.1:PORT/_log/rows=2500,base=1,status=503,times=2'
"""

import argparse
import asyncio
import json
import signal
import ssl
import sys
from urllib.parse import parse_qsl, urlsplit

from account import METHODS, BadPage, scatter
from faults import FAULTS, Exchange
from scenario import KEYS, Scenario
from wire import Answer, Connection, Request


class Server:
    """Two ports that behave alike, and the scenarios that were asked for so far."""

    def __init__(self) -> None:
        self.scenarios: dict[str, Scenario] = {}
        self.connections = 0
        self.ports: list[int] = []

    async def start(self, context: ssl.SSLContext | None) -> None:
        for _ in range(2):
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context, limit=1 << 20, backlog=512)
            self.ports.append(server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = Connection(reader, writer, self.connections)
        try:
            while (request := await connection.read()) is not None:
                if not await self._answer(connection, request):
                    break
        except (ConnectionError, ssl.SSLError, TimeoutError, asyncio.CancelledError):
            pass  # the other side is gone, or this server ends
        finally:
            writer.close()

    async def _answer(self, connection: Connection, request: Request) -> bool:
        """Answers one request; False ends the connection."""
        segment, _, rest = request.path[1:].partition("/")
        if segment == "_log":
            known = self.scenarios.get(rest)
            await connection.send(Answer(json.dumps(known.requests if known else []).encode()))
            return True
        try:
            scenario = self.scenarios.get(segment) or Scenario.parse(segment)
        except ValueError as error:
            await connection.send(Answer(str(error).encode(), 404))
            return True
        self.scenarios[segment] = scenario
        scenario.in_air += 1
        try:
            scenario.record(request)
            return await self._answer_in(scenario, connection, request, rest)
        finally:
            scenario.in_air -= 1

    async def _answer_in(self, scenario: Scenario, connection: Connection, request: Request, rest: str) -> bool:
        settings = scenario.settings
        parts = urlsplit("/" + rest)
        method = settings["as"] or parts.path.rpartition("/")[2]
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        await asyncio.sleep((settings["latency"] + scatter(len(scenario.requests)) % 97 / 97 * settings["jitter"]) / 1000)

        if method not in METHODS or request.method != "GET":
            await connection.send(Answer(b'{"message": "no such method"}', 404))
            return True
        page = parameters.get("page_index", "")
        wrong = scenario.goes_wrong(method, int(page) if page.isdecimal() else -1)
        if wrong and not settings["fault"]:
            return await FAULTS["status"](Exchange(connection, request, scenario, Answer(), self._other(request.port)))
        try:
            answer = Answer(scenario.account.answer(method, parameters))
        except BadPage as refusal:
            answer = Answer(b'{"message": "there is no such page"}', refusal.args[0])
        if settings["reuse"] == "drop" and method.startswith("recent") and request.earlier:
            return False
        if wrong:
            fault = FAULTS[settings["fault"]]
            return await fault(Exchange(connection, request, scenario, answer, self._other(request.port)))
        if settings["close"]:
            answer.headers.append(("Connection", "close"))
        await connection.send(answer, settings["coding"])
        return not settings["close"]

    def _other(self, port: int) -> int:
        return next(other for other in self.ports if other != port)


def help_text() -> str:
    keys = "\n".join(f"  {key:12} {default!r:>12}  {meaning}" for key, (default, meaning) in KEYS.items())
    return f"{__doc__}\nkeys of a scenario, with their defaults:\n{keys}\n\nfaults: {', '.join(FAULTS)}\n"


async def main() -> None:
    parser = argparse.ArgumentParser(usage=help_text().replace("%", "%%"))
    parser.add_argument("--cert", help="PEM certificate: serve TLS")
    parser.add_argument("--key", help="its PEM key")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    arguments = parser.parse_args()
    context = None
    if arguments.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.cert, arguments.key)
    server = Server()
    await server.start(context)
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    if arguments.until_eof:
        loop.add_reader(sys.stdin.fileno(), lambda: sys.stdin.buffer.read1() or stopped.set())
    print(json.dumps({"port": server.ports[0], "other_port": server.ports[1]}), flush=True)
    await stopped.wait()


asyncio.run(main())
