"""The page of charts: what is drawn, from which numbers, and where they lead."""

import html
import json
import re

import pytest
import yaml
from conftest import JOURNAL, ROOT, carrel, json_lines, portal_of

from plugins.pages.drawing import columns, stacks

METADATA = yaml.safe_load((ROOT / "metadata.yml").read_text())
QUERIES = METADATA["databases"]["papers"]["queries"]
PREPARED = [settings["query"] for settings in METADATA["plugins"]["charts"]]
ATTACK = "<script>alert(1)</script>"
SLOW = """
    with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 1000000000)
    select contribution, count(*) as papers from papers join numbers group by contribution
"""


async def page(client, path):
    response = await client.get(path, follow_redirects=True)
    assert response.status_code == 200, (path, response.text[:500])
    return response.text


def sections(text):
    """The markup of each chart, by name."""
    parts = re.split(r'<section class="chart" id="(\w+)"', text)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


async def test_charts_that_have_something_to_draw_and_no_others(portal, journal):
    demo, with_years = sections(await page(portal, "/charts")), sections(await page(journal, "/charts"))
    assert len(demo) >= 8
    assert [name for name in PREPARED if name in demo] == list(demo)
    assert "papers_by_year" not in demo
    assert "papers_by_venue" not in demo
    assert {"papers_by_year", "papers_by_venue"} <= set(with_years)


async def test_each_chart_has_a_drawing_its_numbers_its_sql_and_a_way_to_change_it(portal):
    text = await page(portal, "/charts")
    told = {chart["name"]: chart for chart in json.loads(await page(portal, "/charts.json"))}
    for name, section in sections(text).items():
        answer = json.loads(await page(portal, f"/papers/{name}.json?_shape=array"))
        assert told[name]["rows"] == answer
        assert section.count("<rect") >= 2
        assert f"All {len(answer)} rows" in section
        assert html.escape(QUERIES[name]["sql"], quote=False) in section.replace("&#39;", "'").replace("&#34;", '"')
        assert told[name]["reading"].endswith(".")
        assert f'<p class="reading">{told[name]["reading"]}</p>' in html.unescape(section)
        assert f'href="/papers/{name}#{QUERIES[name]["fragment"]}"' in html.unescape(section)
        for target in set(re.findall(r'href="(/[^"#]*)', section)):
            await page(portal, html.unescape(target))


async def test_numbers_stand_beside_their_bars(portal):
    section = sections(await page(portal, "/charts"))["papers_by_task"]
    answer = json.loads(await page(portal, "/papers/papers_by_task.json?_shape=array"))
    shown = re.findall(
        r'<bdi>([^<]+)</bdi>.*?<rect[^>]* width="([\d.]+)".*?<td class="number">([\d,]+)</td>', section, re.S
    )
    assert [(name, int(number)) for name, _, number in shown] == [(row["task"], row["papers"]) for row in answer[:12]]
    longest = answer[0]["papers"]
    for _, width, number in shown:
        assert float(width) == pytest.approx(100 * int(number) / longest, abs=0.01)


async def test_a_stack_says_what_its_parts_are(portal):
    section = sections(await page(portal, "/charts"))["methods_by_role"]
    assert re.findall(r"</svg>(\w+)</li>", section) == ["introduced", "used", "compared", "mentioned"]
    first = json.loads(await page(portal, "/papers/methods_by_role.json?_shape=array"))[0]
    label = ", ".join(
        f"{role} {first[role]}" for role in ("introduced", "used", "compared", "mentioned") if first[role]
    )
    assert f'role="img" aria-label="{label}"' in section


async def test_no_script_draws_them(portal):
    text = await page(portal, "/charts")
    assert "datasette_vega" not in text
    assert "<script" not in text.partition("<main")[2].partition("</main>")[0]


async def test_a_query_that_takes_too_long_is_said_to(demo_database):
    metadata = yaml.safe_load((ROOT / "metadata.yml").read_text())
    metadata["databases"]["papers"]["queries"]["contributions"]["sql"] = SLOW
    metadata["plugins"]["charts"] = [
        settings for settings in metadata["plugins"]["charts"] if settings["query"] == "contributions"
    ]
    text = await page(portal_of(demo_database, metadata).client, "/charts")
    assert "takes longer than a page may" in text
    assert 'href="/papers/contributions"' in text


async def test_labels_are_text(tmp_path):
    database = tmp_path / "papers.db"
    records = [record | {"venue": f"{ATTACK} {number % 2}"} for number, record in enumerate(JOURNAL)]
    carrel("ingest", database, "-", stdin=json_lines(*records))
    text = await page(portal_of(database).client, "/charts")
    assert ATTACK not in text
    assert html.escape(ATTACK) in sections(text)["papers_by_venue"]


async def test_without_papers_there_is_nothing_to_draw(tmp_path):
    database = tmp_path / "papers.db"
    carrel("ingest", database, "-", stdin=json_lines({"title": "One"}))
    assert await page(portal_of(database).client, "/charts")


def test_columns_are_as_high_as_their_numbers():
    chart = columns([(2019, 1), (2020, 0), (2021, 4)])
    assert [bar.height / chart.height for bar in chart.bars] == pytest.approx([0.25, 0, 1], abs=0.01)
    assert all(bar.y + bar.height == pytest.approx(chart.height, abs=0.2) for bar in chart.bars)
    assert chart.peak.label == "2021"
    assert columns([]).bars == ()


def test_stacks_are_as_long_as_their_sum():
    first, second = stacks([("a", {"x": 3, "y": 1}), ("b", {"y": 2})])
    assert [(part.name, part.x, part.width) for part in first.parts] == [("x", 0, 75), ("y", 75, 25)]
    assert [(part.name, part.x, part.width) for part in second.parts] == [("x", 0, 0), ("y", 0, 50)]
    assert (first.value, second.value) == (4, 2)
