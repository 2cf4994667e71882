"""The real web server and worker as processes, over a test's own database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask

from station.ground.settings import PROJECT, Settings


def free_port() -> int:
    """A loopback port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(words: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A child that is gone afterwards."""
    child = subprocess.Popen(words, env=environment, cwd=PROJECT, start_new_session=True)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def serve(
    settings: Settings,
    *,
    worker: bool = True,
    days_ago: float = 0,
    port: int = 0,
    threads: int = 40,
    **extra: str,
) -> Iterator[str]:
    """The address of a running web server (and worker); `extra`: more environment.

    `days_ago`: their clock is so far behind. `port`: where it was before it went away.
    """
    port = port or free_port()
    program = "tests.shifted" if days_ago else "app"
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "SHUZHAN_HOME": str(settings.home),
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.owner_url,
        "SHUZHAN_BASE_URL": url,
        "SHUZHAN_SECRET_KEY": settings.secret_key,
        "SHUZHAN_SECOND_FACTOR": "1" if settings.second_factor else "0",
        "SHIFT_SECONDS": str(days_ago * 86400),
        **extra,
    }
    web = [sys.executable, "-m", "gunicorn", f"{program}:wsgi()", "--bind", f"127.0.0.1:{port}"]
    web += ["--worker-class", "gthread", "--threads", str(threads), "--graceful-timeout", "1"]
    web += ["--log-level", "warning", "--no-control-socket"]
    with ExitStack() as stack:
        child = stack.enter_context(process(web, environment))
        if worker:
            stack.enter_context(process([sys.executable, "-m", program, "worker"], environment))
        wait_until_up(url, child)
        yield url


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *words: object) -> None: ...


@contextmanager
def listen(app: Flask) -> Iterator[str]:
    """The address of the application served by a thread of this process.

    For tests that put something of their own into the application. Not werkzeug's server: a
    browser that hangs up early makes it leave the file it was sending open.
    """
    with make_server("127.0.0.1", 0, app, _Threads, _Silent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def wait_until_up(url: str, child: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Until the server answers; fails when it has died or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise RuntimeError(f"the server ended with {child.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")
