# SPDX-License-Identifier: MIT
"""Where the key may go: TLS that can be trusted, plain http only on this machine, a proxy only where one is named."""

import re
import subprocess

import pytest
from inwise_ffi import KEY, Client, Status, call, encode, lib, open_handle
from loopback import Server, closed_port, eventually


def openssl(directory, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """ca.pem; good, wrong and expired, which it signed; and self, which nobody did."""
    directory = tmp_path_factory.mktemp("certificates")
    new = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(directory, *new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=inwise test CA", "-days", "2")
    openssl(directory, *new, "-keyout", "self.key", "-out", "self.pem", "-subj", "/CN=127.0.0.1", "-days", "2",
            "-addext", "subjectAltName=IP:127.0.0.1")
    for name, alternative, days in (("good", "IP:127.0.0.1,DNS:localhost", "2"), ("wrong", "DNS:other.invalid", "2"),
                                    ("expired", "IP:127.0.0.1", "0")):
        (directory / f"{name}.ext").write_text(f"subjectAltName={alternative}\n")
        openssl(directory, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", "/CN=inwise test")
        openssl(directory, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", f"{name}.pem", "-days", days, "-extfile", f"{name}.ext")
    return directory


@pytest.fixture(scope="module")
def tls(certificates):
    """Starts a TLS server with a certificate."""
    started = {}

    def start(name: str) -> Server:
        if name not in started:
            started[name] = Server("--cert", str(certificates / f"{name}.pem"), "--key", str(certificates / f"{name}.key"))
        return started[name]

    yield start
    for running in started.values():
        running.stop()


def test_a_certificate_of_a_trusted_ca_is_accepted(tls, certificates):
    scenario = tls("good").scenario(rows=250)
    with Client(scenario.url, ca_file=str(certificates / "ca.pem")) as client:
        assert len(client.drain("activities")) == 250
        assert len(client.ask("recentActivities").good()) == 250
    assert {request.header("X-API-Key") for request in scenario.log()} == {KEY}


@pytest.mark.parametrize("name, trusted", [
    ("self", False), ("self", True), ("good", False), ("wrong", True), ("expired", True),
], ids=["self-signed", "self-signed with another CA", "CA not known", "wrong name", "expired"])
def test_a_certificate_that_can_not_be_trusted_is_refused(tls, certificates, name, trusted):
    if name == "expired":
        eventually(lambda: is_expired(certificates / "expired.pem"))
    scenario = tls(name).scenario()
    options = {"ca_file": str(certificates / "ca.pem")} if trusted else {}
    with Client(scenario.url, max_retries=1, max_retry_delay_seconds=0, **options) as client:
        outcome = client.ask("activities")
        assert outcome.status is Status.NETWORK, outcome
        assert re.search("certificate", outcome.value["message"], re.IGNORECASE)
        if name != "wrong" and name != "expired":
            assert "ca_file" in outcome.value["message"], "it says what to do"
    assert scenario.log() == [], "no request, so no key, was sent"


def is_expired(certificate) -> bool:
    command = ["openssl", "x509", "-checkend", "0", "-noout", "-in", str(certificate)]
    return subprocess.run(command, capture_output=True).returncode != 0


def test_tls_to_a_plain_port_is_a_network_error(server):
    scenario = server.scenario()
    with Client(scenario.url.replace("http:", "https:"), max_retries=0) as client:
        assert client.ask("activities").status is Status.NETWORK
    assert scenario.log() == []


def test_a_ca_file_that_is_not_there_is_an_error(tls, tmp_path):
    options = encode({"ca_file": str(tmp_path / "none.pem")})
    outcome, handle = open_handle(lib.inwise_open, tls("good").scenario().url.encode(), options)
    if handle:  # it may show at the first question only
        outcome = call(lib.inwise_activities, handle, None)
        lib.inwise_close(handle)
    assert outcome.status in (Status.ARGUMENT, Status.NETWORK) and "ca_file" in outcome.value["message"]


NOT_THIS_MACHINE = [
    "http://inwise.invalid/", "http://127.0.0.1.inwise.invalid/", "http://localhost.inwise.invalid/", "HTTP://inwise.invalid/",
    "http://10.0.0.1/", "http://[2001:db8::1]/", "http://0x0a000001/", "http://inwise.invalid:80/127.0.0.1/",
    "http://127.0.0.1@inwise.invalid/", "http://127.0.0.1\\@inwise.invalid/", "http://inwise.invalid#@127.0.0.1/",
    "http://inwise.invalid?@127.0.0.1/",
]


@pytest.mark.parametrize("url", NOT_THIS_MACHINE)
def test_plain_http_to_another_host_is_refused_before_anything_is_sent(server, url):
    """A proxy would see whatever was sent."""
    scenario = server.scenario()
    options = {"api_key": KEY, "proxy": f"http://127.0.0.1:{server.port}"}
    outcome, _ = open_handle(lib.inwise_open, f"{url}{scenario.segment}".encode(), encode(options))
    assert outcome.status is Status.ARGUMENT, outcome
    assert scenario.log() == []
    if url == NOT_THIS_MACHINE[0]:
        assert "allow_insecure" in outcome.value["message"] and "https" in outcome.value["message"]


def through_proxy(server, **options) -> tuple[Client, object]:
    """A client of a host that only the proxy, which is the server itself, can know."""
    scenario = server.scenario(rows=250)
    url = scenario.url.replace(f"127.0.0.1:{server.port}", "inwise.invalid")
    return Client(url, allow_insecure=True, max_retries=0, **options), scenario


def test_a_named_proxy_is_used(server):
    client, scenario = through_proxy(server, proxy=f"http://127.0.0.1:{server.port}")
    with client:
        assert len(client.drain("activities")) == 250
    assert scenario.log()
    for request in scenario.log():
        assert request.target.startswith("http://inwise.invalid/")
        assert request.header("Host") == "inwise.invalid"


@pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
def test_the_environments_proxy_is_used_unless_none_is_wanted(server, monkeypatch, name):
    monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
    client, scenario = through_proxy(server)
    with client:
        assert len(client.ask("activities").good()) == 100
    client, scenario = through_proxy(server, proxy="")
    with client:
        assert client.ask("activities").status is Status.NETWORK
    assert scenario.log() == []


def test_a_proxys_password_is_not_shown(server):
    with closed_port() as port, through_proxy(server, proxy=f"http://user:secret-word@127.0.0.1:{port}")[0] as client:
        outcome = client.ask("activities")
        assert outcome.status is Status.NETWORK
        assert b"secret-word" not in outcome.text
        assert not any("secret-word" in line for _, line in client.log)
