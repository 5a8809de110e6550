"""A proxy that answers for every host itself and keeps what was asked of it: nothing leaves.

Clients take it for the way out, and its certificate for that of each host. So they run as they are,
and what is kept is what they would have sent to Google Cloud.
"""

from __future__ import annotations

import json
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import parse_headers
from io import BufferedIOBase
from pathlib import Path
from typing import cast

TOKEN = json.dumps({"access_token": "none", "expires_in": 3600, "token_type": "Bearer"}).encode()
"""What every request is answered with: a token, which is all that a client needs to go on."""
_LONGEST = 1 << 24


@dataclass(frozen=True)
class Asked:
    """One request: the host that it was for, and its path without the query.

    The path is empty where the client did not get that far.
    """

    host: str
    path: str


class Proxy(socketserver.ThreadingTCPServer):
    """The proxy, on a port of this machine that is free."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, chain: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(chain)
        self.context.set_alpn_protocols(["http/1.1"])
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def proxy(chain: Path) -> Generator[Proxy]:
    """A proxy that runs, with the certificates that `certificates` has made."""
    with Proxy(chain) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = cast("Proxy", self.server)
        method, target, _ = _head(self.rfile)
        if method != "CONNECT":
            self._answer(self.wfile)
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        host = target.rpartition(":")[0]
        try:
            secured = server.context.wrap_socket(self.request, server_side=True)
            self._serve(secured, host, server.asked)
        except OSError:  # the client doesn't take the certificate, or went away
            server.asked.append(Asked(host, ""))

    def _serve(self, secured: ssl.SSLSocket, host: str, asked: list[Asked]) -> None:
        with secured, secured.makefile("rb") as reader, secured.makefile("wb") as writer:
            while True:
                method, target, headers = _head(reader)
                if not method:
                    return
                _read_body(reader, headers)
                asked.append(Asked(host, target.partition("?")[0]))
                self._answer(writer)

    def _answer(self, writer: BufferedIOBase) -> None:
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(TOKEN)}\r\n\r\n"
        )
        writer.write(head.encode() + TOKEN)
        writer.flush()


def _head(reader: BufferedIOBase) -> tuple[str, str, Message]:
    """Method, target and headers of the next request; empty where there is none."""
    words = reader.readline(_LONGEST).decode("latin-1").split()
    if len(words) < 2:
        return "", "", Message()
    return words[0], words[1], parse_headers(reader)


def _read_body(reader: BufferedIOBase, headers: Message) -> None:
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        while size := int(reader.readline(_LONGEST).split(b";")[0] or b"0", 16):
            reader.read(size + 2)
        reader.readline(_LONGEST)
    else:
        reader.read(int(headers.get("Content-Length", "0")))


def certificates(folder: Path, hosts: list[str]) -> tuple[Path, Path]:
    """The files of an authority of its own, and of a certificate for all hosts with its key.

    The usual hosts of Google are among them.
    """
    names = ",".join(f"DNS:{host}" for host in ("*.googleapis.com", *hosts))
    (folder / "extensions").write_text(f"subjectAltName={names}\n", encoding="utf-8")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ("req", "-newkey", "rsa:2048", "-nodes")
    openssl(*new, "-x509", "-subj", "/CN=Authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl(*new, "-subj", "/CN=googleapis.com", "-keyout", "host.key", "-out", "host.csr")
    sign = ("x509", "-req", "-in", "host.csr", "-CA", "ca.pem", "-CAkey", "ca.key")
    openssl(*sign, "-CAcreateserial", "-extfile", "extensions", "-out", "host.pem")
    chain = folder / "chain.pem"
    chain.write_bytes((folder / "host.key").read_bytes() + (folder / "host.pem").read_bytes())
    return folder / "ca.pem", chain
