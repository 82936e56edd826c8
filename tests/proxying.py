"""Real proxies on loopback: microsocks (SOCKS5) and tinyproxy (HTTP), with names of their own to look up.

Names are the proxy's alone: ``nss_wrapper`` gives it a hosts file that this process does not see, so a test can tell
where a name was looked up. What is missing makes a test skip with a sentence.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from broadsheet.addresses.networks import Proxy, ProxyScheme

HOSTS = {"news.example": "127.0.0.1", "pictures.example": "127.0.0.2", "evil.example": "127.0.0.3"}
"""What the proxies find under these names."""
USER, PASSWORD = "reader", "s3cret-of-the-proxy"


@dataclass
class Running:
    """A proxy that runs: where it is, and what it has logged so far."""

    port: int
    log: Path

    def at(self, scheme: ProxyScheme, user: str = "", password: str = "") -> Proxy:
        """Its address, as it is spoken to."""
        return Proxy(scheme, "127.0.0.1", self.port, user, password)

    def logged(self) -> str:
        """Its log."""
        return self.log.read_text("utf-8", "replace")


@contextlib.contextmanager
def socks_proxy(folder: Path, *, login: bool = False) -> Iterator[Running]:
    """A SOCKS5 proxy; ``login``: it wants USER and PASSWORD."""
    port = _free_port()
    credentials = ["-u", USER, "-P", PASSWORD] if login else []
    with _running([_find("microsocks"), "-i", "127.0.0.1", "-p", str(port), *credentials], port, folder) as proxy:
        yield proxy


@contextlib.contextmanager
def http_proxy(folder: Path, *, login: bool = False) -> Iterator[Running]:
    """An HTTP proxy that takes CONNECT to any port; ``login``: it wants USER and PASSWORD."""
    port = _free_port()
    lines = [f"Port {port}", "Listen 127.0.0.1", "Timeout 60", "MaxClients 50", "LogLevel Connect"]
    lines += [f"BasicAuth {USER} {PASSWORD}"] if login else []
    config = folder / "tinyproxy.conf"
    config.write_text("\n".join(lines) + "\n", "utf-8")
    with _running([_find("tinyproxy"), "-d", "-c", str(config)], port, folder) as proxy:
        yield proxy


def _find(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed here (.ci/run installs it)")
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[Running]:
    wrapper = next(iter(sorted(Path("/usr/lib").glob("*/libnss_wrapper.so"))), None)
    if wrapper is None:
        pytest.skip("libnss-wrapper is not installed here (.ci/run installs it)")
    hosts = folder / "hosts"
    hosts.write_text("".join(f"{address} {name}\n" for name, address in HOSTS.items()), "utf-8")
    log = folder / "proxy.log"
    environment = {"LD_PRELOAD": str(wrapper), "NSS_WRAPPER_HOSTS": str(hosts), "PATH": "/usr/bin:/bin"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=environment)
    try:
        for _ in range(500):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended at once: {log.read_text('utf-8', 'replace')}")
            time.sleep(0.01)
        yield Running(port, log)
    finally:
        process.terminate()
        process.wait(10)
