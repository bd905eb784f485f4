"""What tests in a real browser share: a database served as the Procfile does, Debian's chromium, and screenshots."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ROOT
from later import LATER

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = shutil.which("chromium")
SCREENSHOTS = os.environ.get("SCREENSHOTS")
ARGUMENTS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no chromium: on Debian, apt install chromium")


@contextmanager
def serving(database):
    """The address at which a database is served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = (ROOT / "Procfile").read_text().removeprefix("web: ")
    if LATER:
        command = command.replace("-m metadata.yml", "-m metadata.yml -c metadata.yml")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "DB": str(database), "PORT": str(port), "HOST": "127.0.0.1"}
    server = subprocess.Popen(["sh", "-c", command], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    try:
        wait_for(f"http://127.0.0.1:{port}/", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.communicate(timeout=10)


def wait_for(url, server):
    for _ in range(150):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            assert server.poll() is None, server.stderr.read().decode()
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {url}")


@contextmanager
def chromium():
    """A browser without a window."""
    arguments = ARGUMENTS + ["--no-sandbox"] * (os.getuid() == 0)
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


def keep(page, name):
    """A screenshot to look at, where SCREENSHOTS names a directory."""
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(exist_ok=True)
        page.screenshot(path=f"{SCREENSHOTS}/{name}.png")
