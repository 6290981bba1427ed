# SPDX-License-Identifier: MIT
"""An nginx of our own that gives the pages: plainly, compressed for who asks for it, or 50 ms late."""
import re
import socket
import subprocess
import time

from .paths import DATA, NGINX

KINDS = ("plain", "gzip", "delayed")
DELAY_MS = 50

CONFIGURATION = """\
load_module {modules}/ngx_http_echo_module.so;
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {{ worker_connections 256; }}
http {{
    access_log off;
    default_type application/json;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    open_file_cache max=8192;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    root {pages};
    server {{
        listen 127.0.0.1:{plain};
        location ~ ^/(?<set>[0-9]+)/campaigns/ {{ try_files {file} /empty.json; }}
    }}
    server {{
        listen 127.0.0.1:{gzip};
        gzip_static on;
        location ~ ^/(?<set>[0-9]+)/campaigns/ {{ try_files {file} /empty.json; }}
    }}
    server {{
        listen 127.0.0.1:{delayed};
        location ~ ^/(?<set>[0-9]+)/campaigns/ {{ echo_sleep {seconds}; echo_exec @pages; }}
        location @pages {{ try_files {file} /empty.json; }}
    }}
}}
"""


class Server:
    """Serves until it is stopped; url(kind, set) is a base URL."""

    def __init__(self):
        self.ports = free_ports()
        NGINX.mkdir(parents=True, exist_ok=True)
        version = subprocess.run(["nginx", "-V"], check=True, capture_output=True, text=True).stderr
        (NGINX / "nginx.conf").write_text(CONFIGURATION.format(
            modules=re.search(r"--modules-path=(\S+)", version)[1], pages=DATA / "http", seconds=DELAY_MS / 1000,
            file="/$set/$arg_page_size/$arg_page_index.json", **self.ports))
        self.process = subprocess.Popen(["nginx", "-p", NGINX, "-c", NGINX / "nginx.conf", "-e", "stderr"])
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self):
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.ports["delayed"]), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("nginx does not answer: see what it said above")
                time.sleep(0.02)

    def url(self, kind, name):
        return f"http://127.0.0.1:{self.ports[kind]}/{name}"

    def stop(self):
        self.process.terminate()
        self.process.wait()


def free_ports():
    with socket.socket() as a, socket.socket() as b, socket.socket() as c:
        for each in (a, b, c):
            each.bind(("127.0.0.1", 0))
        return {kind: each.getsockname()[1] for kind, each in zip(KINDS, (a, b, c))}
