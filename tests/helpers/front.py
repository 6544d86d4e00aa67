"""configs/nginx with the real nginx on loopback, in front of instances of Visage or of the API over fake stages."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import psutil

from load.service import ROOT, free_port
from tests.helpers.instance import HOST
from tests.helpers.waiting import PATIENCE_S, wait_until_listening

CONFIG = ROOT / "configs/nginx"
STAGE_S = 0.15


class Front:
    """A running nginx, and the instances behind it."""

    def __init__(self, folder: Path, edit: Callable[[str], str], ports: Sequence[int]) -> None:
        """`edit` changes visage.conf; `ports` are those of instances that run, else two are started."""
        self.folder, self.port = folder, free_port()
        self._own = not ports
        self.ports = ports or [free_port(), free_port()]
        self.config, self.prefix = folder / "conf", folder / "run"
        shutil.copytree(CONFIG, self.config)
        self.prefix.mkdir()
        certificate(self.config / "tls")
        visage = self.config / "visage.conf"
        visage.write_text(edit(visage.read_text()))
        servers = "".join(f"server 127.0.0.1:{port} max_fails=2 fail_timeout=10s;\n" for port in self.ports)
        (self.config / "upstreams.conf").write_text(servers)
        site = self.config / "site.conf"
        lines = [line for line in site.read_text().splitlines() if "[::]" not in line]
        site.write_text("\n".join(lines).replace("listen 443", f"listen 127.0.0.1:{self.port}"))
        self.instances: list[subprocess.Popen[bytes]] = []

    @property
    def command(self) -> list[str]:
        return [
            "nginx",
            "-p",
            f"{self.prefix}/",
            "-c",
            str(self.config / "nginx.conf"),
            "-g",
            "daemon off; pid nginx.pid;",
        ]

    def start(self) -> None:
        for port in self.ports if self._own else ():
            command = [sys.executable, "-m", "tests.helpers.instance", str(port), str(STAGE_S)]
            self.instances.append(subprocess.Popen(command, cwd=ROOT))
        with (self.folder / "access.log").open("wb") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=subprocess.STDOUT)
        for port, instance in zip(self.ports, self.instances, strict=False):  # none, where they are another one's
            wait_until_listening(port, instance)
        wait_until_listening(self.port, self.process)

    def stop(self) -> None:
        for process in (self.process, *self.instances):
            process.terminate()
        for process in (self.process, *self.instances):
            process.wait(PATIENCE_S)

    def client(self, address: str = "127.0.0.1", timeout_s: float = PATIENCE_S) -> httpx.Client:
        """A client from this address: what nginx limits is counted for each."""
        transport = httpx.HTTPTransport(
            verify=ssl.create_default_context(cafile=self.config / "tls/fullchain.pem"), local_address=address
        )
        base = f"https://{HOST}:{self.port}"
        resolved = httpx.Client(transport=transport, base_url=base, timeout=timeout_s)
        resolved.base_url = httpx.URL(f"https://127.0.0.1:{self.port}")
        resolved.headers["Host"] = HOST
        return resolved

    def access(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.folder / "access.log").read_text().splitlines() if line[0] == "{"]

    def on_disk(self) -> list[str]:
        """Bytes of requests or answers in files: in the temp folders, or open and already deleted."""
        found = [str(path) for path in self.prefix.glob("temp-*/**/*") if path.is_file()]
        for process in psutil.Process(self.process.pid).children():
            for link in Path(f"/proc/{process.pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    if "temp-" in (target := os.readlink(link)):
                        found.append(target)
        return found


def certificate(folder: Path) -> None:
    """A certificate for HOST and 127.0.0.1 that nobody else trusts."""
    folder.mkdir()
    names = f"subjectAltName=DNS:{HOST},IP:127.0.0.1"
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run([*command, "-subj", f"/CN={HOST}", "-addext", names, *files], check=True, capture_output=True)


@contextlib.contextmanager
def fronting(edit: Callable[[str], str] = lambda text: text, ports: Sequence[int] = ()) -> Iterator[Front]:
    """A running one; see Front."""
    # Not in pytest's folder, which is closed to others: nginx's workers are `nobody` where it is started by root.
    with tempfile.TemporaryDirectory(prefix="visage-nginx-") as folder:
        Path(folder).chmod(0o755)
        front = Front(Path(folder), edit, ports)
        front.start()
        try:
            yield front
        finally:
            front.stop()
