# SPDX-License-Identifier: MIT
"""Workers: programs that do one work whenever they are told to, and say how long it took."""
import json
import pathlib
import subprocess
import threading

from .setup import environment

LONGEST_RUN_SECONDS = 300


class Worker:
    def __init__(self, command):
        self.command = [str(part) for part in command]
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment())
        self.expect_ready()

    @staticmethod
    def exists(command):
        return pathlib.Path(command[0]).exists() or "/" not in str(command[0])

    def expect_ready(self):
        if self.line() != "ready\n":
            raise SystemExit(f"{self}: did not get ready")

    def run(self):
        """{"wall": seconds, "cpu": seconds, "peak_kb": …, "answer": …}"""
        try:
            self.process.stdin.write("\n")
            self.process.stdin.flush()
            return json.loads(self.line())
        except (BrokenPipeError, ValueError):
            raise SystemExit(f"{self}: gave no result") from None

    def line(self):
        watch = threading.Timer(LONGEST_RUN_SECONDS, self.process.kill)
        watch.start()
        try:
            return self.process.stdout.readline()
        finally:
            watch.cancel()

    def stop(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended already
        self.process.wait()
        self.process.stdout.close()

    def __str__(self):
        return " ".join(self.command)
