"""What a visitor waits for: first contentful paint, bytes and layout shift of home and browse, in Debian's chromium.

    python -m benchmarks.paint DB [--times 15]

The peer is Datasette's bare table page, without any plugin, with as many rows of the same file, visited in turn with
our pages. Bytes are
of the page with all that it loads, each compressed by gzip; times are medians, so trust ratios.
"""

import gzip
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import click
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
PAGES = {
    "bare table": "/{name}/papers?_size=25",
    "home": "/",
    "browse": "/papers/papers",
    "search": "/papers/search?_q=learning",
}
BUDGET = 60_000  # bytes
# Without plugins, by the flag by which Datasette's own tests leave them out.
BARE = """exec python -c 'import sys; sys._called_from_test = True; from datasette.cli import cli; cli()' serve \\
    -i "$DB" --port $PORT --setting suggest_facets off"""
PAINTED = """() => new Promise((resolve) => {
    const shifts = [];
    new PerformanceObserver((list) => shifts.push(...list.getEntries()))
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve([
        performance.getEntriesByName("first-contentful-paint")[0].startTime,
        shifts.reduce((sum, shift) => sum + shift.value, 0),
    ]), 100);
})"""


@contextmanager
def serving(command, environment):
    """The address of a server that a command starts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | environment | {"PATH": path, "PORT": port}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(["sh", "-c", command], cwd=ROOT, env=environment, **quiet)
    address = f"http://127.0.0.1:{port}"
    try:
        while server.poll() is None:
            try:
                urllib.request.urlopen(f"{address}/-/versions.json", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def visit(browser, url):
    """First paint in ms, layout shift, and compressed bytes of one visit with nothing kept from before."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    loaded = []
    page.on("response", lambda response: loaded.append(response))
    page.goto(url, wait_until="load")
    painted, shifted = page.evaluate(PAINTED)
    size = sum(len(gzip.compress(response.body())) for response in loaded if response.ok)
    page.close()
    return painted, shifted, size


@click.command()
@click.argument("database", type=click.Path(exists=True, path_type=Path))
@click.option("--times", default=15, show_default=True, help="Visits to each page.")
def main(database, times):
    """Measure home, browse and search beside Datasette's bare table page."""
    ours = (ROOT / "Procfile").read_text().removeprefix("web: ")
    environment = {"DB": str(database.resolve()), "HOST": "127.0.0.1"}
    with (
        serving(ours, environment) as portal,
        serving(BARE, environment) as peer,
        sync_playwright() as started,
    ):
        browser = started.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"] * (os.getuid() == 0)
        )
        visits = {name: [] for name in PAGES}
        for _ in range(times + 1):
            for name, path in PAGES.items():
                address = peer if name == "bare table" else portal
                visits[name].append(visit(browser, address + path.format(name=database.stem)))
        browser.close()
    report({name: seen[1:] for name, seen in visits.items()})


def report(visits):
    """A line for each page; the first visit, which warms the server, is left out."""
    peer = statistics.median(painted for painted, _, _ in visits["bare table"])
    click.echo(f"{'page':12} {'first paint':>12} {'of the peer':>12} {'compressed':>12} {'shift':>7}")
    for name, seen in visits.items():
        painted = statistics.median(one[0] for one in seen)
        size = max(one[2] for one in seen)
        within = "" if name == "bare table" or size < BUDGET else "  over budget"
        click.echo(f"{name:12} {painted:9.0f} ms {painted / peer:11.2f}x {size:10,} B {seen[-1][1]:7.3f}{within}")


if __name__ == "__main__":
    main()
