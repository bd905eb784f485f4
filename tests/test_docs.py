"""The documentation is true: what exists is described, and what is described runs."""

import re
import shlex
import shutil
import subprocess
from urllib.parse import urlsplit

import pytest
import yaml
from conftest import ROOT, carrel, procfile_settings, rows

from ingest import __version__
from ingest.cli import main

README = (ROOT / "README.md").read_text()
REFERENCE = (ROOT / "docs" / "reference.md").read_text()
DATABASE = yaml.safe_load((ROOT / "metadata.yml").read_text())["databases"]["papers"]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.S | re.M)


def commands(text):
    return [line for block in blocks(text, "sh") for line in block.splitlines()]


@pytest.mark.parametrize("name", main.commands)
def test_commands_and_options_are_described(name):
    assert f"### `carrel {name} " in REFERENCE
    for parameter in main.commands[name].params:
        for option in parameter.opts if parameter.param_type_name == "option" else []:
            assert f"| `{option}` |" in REFERENCE


@pytest.mark.parametrize("table", DATABASE["tables"])
def test_tables_and_columns_are_described(table):
    section = REFERENCE.partition(f"### `{table}`\n")[2].partition("\n#")[0]
    assert DATABASE["tables"][table]["description"] in section
    described = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.M))
    assert described == DATABASE["tables"][table]["columns"]


def test_queries_are_described():
    section = REFERENCE.partition("## Named queries\n")[2].partition("\n## ")[0]
    described = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", section, re.M))
    assert described == {name: query["title"] for name, query in DATABASE["queries"].items()}


def test_settings_and_variables_are_described():
    section = REFERENCE.partition("## Serving\n")[2]
    for name, value in procfile_settings().items():
        shown = {False: "off", True: "on"}[value] if isinstance(value, bool) else value
        assert f"| `{name}` | {shown}: " in section
    variables = set(re.findall(r"\$\{(\w+)", (ROOT / "Procfile").read_text()))
    assert variables == set(re.findall(r"^\| `([A-Z]+)` \|", section, re.M))


@pytest.mark.parametrize("command", [line for line in commands(README + REFERENCE) if line.startswith("carrel ")])
def test_carrel_commands_run(command, tmp_path, monkeypatch, demo_database):
    """In a directory with the demo and, for the commands that read one, a database made from it."""
    (tmp_path / "demo").mkdir()
    (tmp_path / "papers.db").write_bytes(demo_database.read_bytes())
    shutil.copy(ROOT / "demo" / "papers.txt", tmp_path / "demo")
    monkeypatch.chdir(tmp_path)
    result = carrel(*shlex.split(command)[1:])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("command", [line for line in commands(README) if line.startswith("make ")])
def test_make_commands_are_targets(command):
    """Every rule is there and expands; that they work is what runs this test."""
    dry = subprocess.run([*shlex.split(command), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert dry.returncode == 0, dry.stderr


@pytest.mark.parametrize("command", [line for line in commands(README) if line.startswith("curl ")])
async def test_curl_commands_answer(command, portal):
    url = urlsplit(shlex.split(command)[-1] if " -o " in command else shlex.split(command)[1])
    assert url.netloc == "127.0.0.1:8001"
    response = await portal.get(f"{url.path}?{url.query}")
    assert response.status_code == 200
    if "_shape=array" in url.query:
        assert response.json()


def test_no_command_is_left_untested():
    known = ("carrel ", "make ", "curl ", "source .venv/bin/activate")
    assert [command for command in commands(README + REFERENCE) if not command.startswith(known)] == []


def test_sql_examples_run(demo_database):
    examples = blocks(README, "sql")
    assert examples
    for sql in examples:
        found = rows(demo_database, sql)
        assert found
        assert all(row["short"] in row["quote"] for row in found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_the_layout_is_described():
    described = (ROOT / "docs" / "architecture.md").read_text()
    for path in [*ROOT.glob("ingest/*.py"), *(path for path in ROOT.glob("ingest/*") if path.is_dir())]:
        name = f"ingest/{path.name}" + "/" * path.is_dir()
        assert f"`{name}`" in described or path.name in ("__init__.py", "__pycache__"), name


def test_the_version_is_one():
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()
