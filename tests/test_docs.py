"""README.md against the code: what it names exists, and what exists it names."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

import app
from connectors import CONNECTORS, connector_class, files_table
from data.metrics import metric_of
from data.settings import parse_settings
from tests import readme
from tests.connectors.fakes import context

ROOT = Path(__file__).parents[1]
README = readme.README.read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REQUIREMENTS = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
PAGES = [readme.README, *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = [
    found
    for page in PAGES
    for found in re.findall(r"^```toml\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
]
GENERATED = {found["name"]: found[0].removeprefix(found[1]) for found in readme.BLOCK.finditer(README)}


@pytest.mark.parametrize("name", readme.PARTS)
def test_a_part_of_the_readme_is_what_the_code_says(name: str) -> None:
    assert GENERATED[name] == readme.PARTS[name](), "to renew it: python -m tests.readme"


@pytest.mark.parametrize("kind", CONNECTORS)
def test_every_setting_of_a_connector_has_a_line_on_its_page(kind: str) -> None:
    documented = _in_tables(kind)
    assert [item.name for item in connector_class(kind).fields if item.name not in documented] == []


def test_every_setting_of_a_table_of_files_has_a_line() -> None:
    assert set(files_table.Table.model_fields) - _in_tables("files") == set()


@pytest.mark.parametrize("record", files_table.KNOWN)
def test_every_field_of_a_table_of_files_is_named(record: str) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \|$", _page("files"), re.MULTILINE))
    named = rows[record].replace("all others of `tickets`", rows["tickets"])
    assert files_table.KNOWN[record] - set(re.findall(r"\w+", named)) == set()


@pytest.mark.parametrize("kind", CONNECTORS)
def test_every_connector_has_an_example_with_settings_that_it_takes(kind: str) -> None:
    sources = [
        (name, source)
        for example in EXAMPLES
        for name, source in parse_settings(example).sources.items()
        if source.kind == kind
    ]
    assert sources
    for name, source in sources:
        connector_class(kind)(name, source.connector_config, context())


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_settings_is_accepted(example: str) -> None:
    settings = parse_settings(example)
    assert settings.model_fields_set
    assert len(settings.built_calendars) == len(settings.calendars)


@pytest.mark.parametrize("line", re.findall(r"^\.venv/bin/python app\.py (.*)$", README, re.MULTILINE))
def test_every_command_line_in_the_readme_is_understood(line: str) -> None:
    name, *arguments = shlex.split(line)
    given = app.cli.commands[name].make_context(name, arguments)
    if name == "read":
        metric_of(given.params["metric"])


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_every_dependency_has_a_line_saying_what_for(requirement: str) -> None:
    name = _name(requirement)
    assert re.search(rf"^\| `{re.escape(name)}` \| \w[^|]+ \|$", README, re.MULTILINE), name


def test_the_readme_names_no_dependency_that_is_none() -> None:
    chapter = README.partition("### What each library is for")[2].partition("\n#")[0]
    named = set(re.findall(r"^\| `([\w.-]+)` \|", chapter, re.MULTILINE))
    assert named == {_name(requirement) for requirement in REQUIREMENTS}


def test_the_two_commands_stand_at_the_top() -> None:
    top = README.partition("\n## ")[0] + README.partition("\n## ")[2].partition("\n## ")[0]
    demo, tests = re.findall(r"^python3 -m venv .*$", top, re.MULTILINE)
    assert demo.endswith(".venv/bin/python app.py demo")
    assert tests.endswith(".venv/bin/python -m pytest")


def test_ci_runs_the_readmes_test_command_word_for_word() -> None:
    command = re.findall(r"^python3 -m venv .* -m pytest$", README, re.MULTILINE)
    ran = [line.strip() for line in (ROOT / ".ci" / "run").read_text().splitlines()]
    assert len(command) == 1
    assert command[0] in ran


def test_ci_installs_the_readmes_system_packages() -> None:
    lines = re.findall(r"^sudo apt-get install --yes (.*)$", README, re.MULTILINE)
    installed = re.search(r"^install_missing (.*)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert len(lines) == 1
    assert installed
    assert set(lines[0].split()) <= set(installed[1].split())


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:|#)([^)]+)\)", README))
def test_what_the_readme_links_to_exists(target: str) -> None:
    assert (ROOT / target.partition("#")[0]).exists()


def test_the_readme_names_the_python_that_is_needed() -> None:
    assert f"Python {PROJECT['requires-python'].removeprefix('>=')}" in README


def test_the_changelog_has_a_chapter_for_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {PROJECT['version']}" in changelog


def _page(kind: str) -> str:
    return (ROOT / "docs" / "connectors" / f"{kind}.md").read_text(encoding="utf-8")


def _in_tables(kind: str) -> set[str]:
    """The names in code quotes in the first column of the tables of a connector's page."""
    cells = re.findall(r"^\| ([^|]*`[^|]*) \|", _page(kind), re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def _name(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found
    return found[0]
