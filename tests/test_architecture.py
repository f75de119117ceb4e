"""The architecture as tables, checked by parsing every module: who imports whom, what lives in one place.

A module that stands in no layer fails too: whoever adds one says here where it belongs.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from connectors import CONNECTORS
from tests.imports import imported, names_used

ROOT = Path(__file__).parents[1]

# A package may import these packages of ours, and itself.
PACKAGES = {
    "app": {"connectors", "dashboard", "data"},
    "connectors": {"data"},
    "dashboard": {"data"},
    "data": set(),
}

# Inside a package, a module may import its own layer and those above it in this list, never one below.
LAYERS = {
    "data": [
        {"settings", "window", "hours", "records", "statistics"}
        | {"audience", "effort", "lifecycle", "localday", "moment", "open_time", "sla", "zones"}
        | {"cubes", "histogram", "tally", "tally_work"}
        | {"holiday", "hours_many", "hours_words", "outcomes", "sla_clock"}
        | {"setting_kinds", "settings_hours", "settings_sla"}
        | {"chances", "control", "extremes", "funnel", "isotonic", "multiple", "resample", "signals"}
        | {"capacity", "dose", "strata", "stretches", "strip", "strip_words", "survival", "tally_perception"}
        | {"working_case", "working_compared"}
        | {"autopsy", "autopsy_carving", "autopsy_drags"}
        | {"themes", "words"},
        {"engine", "schema", "migrations"} | {"bookkeeping", "superseded", "tally_tables", "voice_tables"},
        {"store", "rollups", "facts", "tallies"}
        | {"counting", "stored", "stored_minutes"}
        | {"tallies_answers", "tallies_asked", "tallies_capacity", "tallies_cohort", "tallies_coverage"}
        | {"tallies_downtime", "tallies_experience", "tallies_parity", "tallies_problems"}
        | {"tallies_reach", "tallies_replies", "tallies_stakes", "tallies_standing", "tallies_work"}
        | {"account_rows", "cells", "contributions", "journal", "ledger", "rebuild"}
        | {"applying", "calendars", "known_then", "overwriting", "reclassifying", "shaping"}
        | {"deriving", "known", "rejects", "relate", "rows", "runs", "working"},
        {"metrics", "health"},
        {"reading", "readings"}
        | {"evidence", "evidence_order", "evidence_rows", "months", "receipt", "study", "weeks"}
        | {"handoffs", "stars", "team_load", "team_view"}
        | {"month_cells", "month_grid"}
        | {"ticket_people", "ticket_stations", "ticket_story"}
        | {"autopsy_rows"}
        | {"review", "voice", "voice_stream", "voice_themes"},
        {"verdict", "alerts", "export"}
        | {"account_list", "account_page", "month", "month_rows"}
        | {"at_risk", "board", "boards", "export_board", "opened", "perception", "serve"}
        | {"export_csv", "export_forms", "export_months", "export_review", "export_text"},
        {"commands", "commands_read", "commands_store"},
    ],
    "connectors": [
        {"errors", "http", "paging"} | {"holder"},
        {"base", "__init__"},
        {"helpdesks", "surveys", "community", "notifiers"} | set(CONNECTORS),
        {"sync", "webhooks"},
        {"schedule"} | {"configured"},
    ],
    "dashboard": [
        {"theme", "format", "ids"}
        | {"markup", "picture", "provider"}
        | {"receipt_links", "receipt_query"}
        | {"ticket_links"},
        {"figures", "cards", "controls", "past"}
        | {"absence", "freshness", "signs", "source_cards", "stamp", "verdict", "voices"}
        | {"evidence_table", "glossary_cards", "receipt_card", "tables", "ticket_clock", "ticket_side"}
        | {"team_funnel", "team_handoffs", "team_loads", "team_stars", "team_tables"}
        | {"months_query", "months_table", "months_words"}
        | {"month_cards", "month_causes", "month_words"}
        | {"voice_list", "voice_query", "voice_review", "voice_theme_cards"},
        {"views", "latest"},
        {"prepare", "shell"}
        | {"ask", "document", "live", "security", "serve", "workers"}
        | {"download", "receipt_screens", "teams_screen", "ticket_screen"}
        | {"account_parts", "account_report_screen", "account_screen", "accounts_screen"}
        | {"month_screen", "months_file", "months_screen"}
        | {"voice_download", "voice_screen"},
        {"pages"},
        {"__init__"},
    ],
}

# Modules that may import no more of `data` than this. The longest matching name counts.
READ_ONLY = {"readings", "reading", "board", "verdict", "window", "health", "export", "metrics"} | {
    *("account_list", "account_page", "account_rows"),
    *("evidence", "evidence_rows", "export_csv", "opened", "receipt", "study"),
    *("export_months", "month_cells", "month_grid", "months"),
    *("ticket_people", "ticket_stations", "ticket_story"),
    *("autopsy", "month", "month_rows", "signals"),
    *("export_review", "review", "themes", "voice", "voice_stream", "voice_themes", "words"),
}
DATA_FOR = {
    "dashboard": READ_ONLY
    | {"records", "statistics", "strip", "strip_words", "dose"}
    | {"capacity", "handoffs", "stars", "team_load", "team_view"},
    "dashboard.pages": READ_ONLY,
    "dashboard.serve": {"settings"},
    "connectors": {"records", "window", "settings", "hours", "zones", "audience"},
    "connectors.sync": {"records", "window", "runs", "store", "alerts"},
    "connectors.schedule": {"records", "window", "runs", "store", "engine"},
    "connectors.configured": {"engine", "known", "runs", "settings", "store", "window"},
}

# Libraries beyond the standard one. The longest matching name counts.
LIBRARIES = {
    "app": {"click", "gunicorn", "sqlalchemy", "orjson"},
    "connectors": {"orjson", "pydantic"},
    "connectors.http": {"orjson", "requests", "urllib3"},
    "connectors.configured": {"sqlalchemy"},
    "connectors.schedule": {"apscheduler"},
    "dashboard": {"dash", "flask", "orjson", "plotly"},
    "dashboard.pages": {"dash"},
    "data.commands": {"click"},
    "data.commands_read": {"click"},
    "data.commands_store": {"click"},
    "data": {"alembic", "holidays", "numpy", "orjson", "psycopg", "pydantic", "scipy", "sqlalchemy"},
}

# What lives in one module only: names, the one module that may use them (None: nobody), and the reason.
ONE_PLACE = [
    (("requests", "urllib3", "urllib.request", "http.client", "socket", "ssl", "httpx", "aiohttp", "smtplib",
      "ftplib"),
     "connectors.http", "opens connections: only connectors/http.py does"),
    (("os.environ", "os.environb", "os.getenv", "os.getenvb", "dotenv"),
     "data.settings", "reads the environment: only data/settings.py does"),
    (("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
      "time.time", "time.time_ns", "time.localtime", "time.gmtime", "pandas.Timestamp.now",
      "sqlalchemy.func.now", "sqlalchemy.func.current_timestamp", "sqlalchemy.func.current_date"),
     "data.window", "asks what time it is: only data/window.py does"),
    (("print",), None, "prints: use a logger, or click.echo on the command line"),
]  # fmt: skip

CONNECTOR_LAYER = 2
FILE_LINES, FUNCTION_LINES = 350, 50
RECORDED = "data.migrations.versions"  # lists of columns as they were, never edited again: may be long
HOMELESS = {"util", "utils", "helper", "helpers", "common", "misc"}


def modules() -> dict[str, Path]:
    """Every module of Barometer by its dotted name; a package's `__init__` by the package's name."""
    paths = [ROOT / "app.py", *(path for package in LAYERS for path in (ROOT / package).rglob("*.py"))]
    found = {path: path.relative_to(ROOT).with_suffix("").parts for path in paths if path.exists()}
    return {".".join(parts[:-1] if parts[-1] == "__init__" else parts): path for path, parts in found.items()}


MODULES = modules()


def violations(module: str, source: str, known: set[str]) -> list[str]:
    """What `source`, as the module of this dotted name, does against the tables above."""
    tree = ast.parse(source)
    imports = imported(tree, known)
    return [
        *(problem for target in sorted(imports) for problem in _import_problems(module, target)),
        *_misplaced(module, imports | names_used(tree)),
        *_shape_problems(module, source, tree),
    ]


def _misplaced(module: str, used: set[str]) -> list[str]:
    return [
        f"{module} {reason} ({name})"
        for names, home, reason in ONE_PLACE
        for name in sorted(used)
        if module != home and any(_within(name, banned) for banned in names)
    ]


def _import_problems(module: str, target: str) -> list[str]:
    package, wanted = module.partition(".")[0], target.partition(".")[0]
    if target.startswith("."):
        return [f"{module} imports {target}: write the whole name"]
    if wanted in PACKAGES:
        return _own_import_problems(module, target, package, wanted)
    if wanted in sys.stdlib_module_names or wanted in _longest(LIBRARIES, module):
        return []
    return [f"{module} may not import {wanted}"]


def _own_import_problems(module: str, target: str, package: str, wanted: str) -> list[str]:
    if wanted == package:
        mine, theirs = _layer(module), _layer(target)
        if mine is not None and theirs is not None and theirs > mine:
            return [f"{module} may not import {target}, which stands above it"]
        if _connector(module) and _connector(target) and _connector(target) != _connector(module):
            return [f"{module} may not import {target}: one connector never imports another"]
        return []
    if wanted not in PACKAGES[package]:
        return [f"{module} may not import {target}: {package} does not know {wanted}"]
    if (
        wanted == "data"
        and package != "app"
        and target.removeprefix("data.").partition(".")[0] not in _longest(DATA_FOR, module)
    ):
        return [f"{module} may not import {target}"]
    return []


def _layer(module: str) -> int | None:
    package, *rest = module.split(".")
    if package == "connectors" and _connector(module):
        return CONNECTOR_LAYER
    name = rest[0] if rest else "__init__"
    return next((number for number, names in enumerate(LAYERS.get(package, [])) if name in names), None)


def _connector(module: str) -> str | None:
    """The kind of connector a module belongs to (zendesk.py and zendesk_x.py: zendesk); None for others."""
    package, *rest = module.split(".")
    if package != "connectors" or not rest:
        return None
    kinds = [kind for kind in CONNECTORS if rest[-1] == kind or rest[-1].startswith(f"{kind}_")]
    return max(kinds, key=len, default=None)


def _shape_problems(module: str, source: str, tree: ast.Module) -> list[str]:
    lines = source.count("\n")
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    found = [
        f"{module}.{node.name} is longer than {FUNCTION_LINES} lines"
        for node in functions
        if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES and not _within(module, RECORDED)
    ]
    if lines > FILE_LINES:
        found.append(f"{module} has {lines} lines: split it by topic")
    if tree.body and not ast.get_docstring(tree):
        found.append(f"{module} has no docstring")
    if module.rpartition(".")[2] in HOMELESS:
        found.append(f"{module} is a drawer for anything: find what is in it a home")
    return found


def _longest(table: dict[str, set[str]], module: str) -> set[str]:
    return table[max((name for name in table if _within(module, name)), key=len)]


def _within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")


# --- the tests ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_keeps_to_the_architecture(module: str) -> None:
    assert violations(module, MODULES[module].read_text(), set(MODULES)) == []


@pytest.mark.parametrize("package", sorted(LAYERS))
def test_every_module_stands_in_a_layer(package: str) -> None:
    ours = [module for module in MODULES if _within(module, package) and module != package]
    assert ours, f"{package} is empty"
    assert [module for module in ours if _layer(module) is None] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        module: imported(ast.parse(path.read_text()), MODULES, when_run=True) & MODULES.keys()
        for module, path in MODULES.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(f"modules import each other: {' ← '.join(circle.args[1])}")


def test_what_is_imported_for_types_only_makes_no_circle() -> None:
    tree = ast.parse("import data.a\nif TYPE_CHECKING:\n    from data import b\n")
    assert imported(tree, {"data", "data.b"}) == {"data.a", "data.b"}
    assert imported(tree, {"data", "data.b"}, when_run=True) == {"data.a"}


def test_every_library_is_a_declared_dependency() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {requirement.partition(">")[0].partition("[")[0] for requirement in declared}
    brought_by_them = {"flask", "urllib3"}  # by dash and requests, which are made to be used with them
    assert set().union(*LIBRARIES.values()) - brought_by_them <= names


@pytest.mark.parametrize(
    ("module", "source", "problem"),
    [
        ("data.facts", "import dashboard.cards", "data does not know dashboard"),
        ("dashboard.cards", "from connectors import sync", "dashboard does not know connectors"),
        ("connectors.sync", "from dashboard.prepare import prepare", "connectors does not know dashboard"),
        ("data.window", "def f():\n    from data import store", "stands above it"),
        ("data.store", "from data.metrics.nps import nps", "stands above it"),
        ("dashboard.cards", "import dashboard.pages.now", "stands above it"),
        ("connectors.base", "import connectors.demo", "stands above it"),
        ("connectors.files", "from connectors.helpdesks import zendesk", "one connector never"),
        ("connectors.surveys.promoter", "import connectors.files", "one connector never"),
        ("connectors.files_read", "import connectors.demo", "one connector never"),
        ("connectors.files", "from data import facts", "may not import data.facts"),
        ("dashboard.cards", "from data.store import write", "may not import data.store"),
        ("dashboard.pages.now", "import data.facts", "may not import data.facts"),
        ("dashboard.pages.now", "import pandas as pd", "may not import pandas"),
        ("dashboard.pages.now", "from sqlalchemy import select", "may not import sqlalchemy"),
        ("dashboard.pages.now", "import plotly.graph_objects as go", "may not import plotly"),
        ("data.store", "import dash", "may not import dash"),
        ("data.store", "import typing\nif typing.TYPE_CHECKING:\n    import flask", "may not import flask"),
        ("connectors.demo", "import requests", "opens connections"),
        ("connectors.sync", "from urllib import request", "opens connections"),
        ("app", "import http.client", "opens connections"),
        ("data.store", "from socket import socket", "opens connections"),
        ("connectors.http", "import os\nos.environ['X']", "reads the environment"),
        ("app", "from os import getenv as g\ng('X')", "reads the environment"),
        ("data.store", "from datetime import datetime\nd = datetime.now", "asks what time it is"),
        ("data.store", "import datetime as dt\ndt.datetime.utcnow()", "asks what time it is"),
        ("dashboard.cards", "from datetime import date as d\nd.today()", "asks what time it is"),
        ("connectors.http", "import time as t\nt.time()", "asks what time it is"),
        ("data.facts", "from sqlalchemy import func\nfunc.now()", "asks what time it is"),
        ("connectors.demo", "print('hello')", "prints"),
        ("data.store", "from . import facts", "write the whole name"),
        ("data.store", "x = 1\n" * 351, "split it by topic"),
        ("data.store", "def f():\n" + "    x = 1\n" * 51, "longer than 50 lines"),
        ("data.utils", "x = 1", "a drawer for anything"),
        ("data.store", "x = 1", "has no docstring"),
    ],
)  # fmt: skip
def test_a_violation_is_found(module: str, source: str, problem: str) -> None:
    assert any(problem in found for found in violations(module, source, KNOWN))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("data.store", "from data.records import Ticket\nfrom data import schema"),
        ("data.settings", "import os\nos.environ.get('X')"),
        ("data.window", "from datetime import UTC, datetime\ndatetime.now(UTC)"),
        ("connectors.http", "import requests, time\ntime.sleep(1)\ntime.monotonic()"),
        ("connectors.helpdesks.zendesk_tickets", "from connectors.helpdesks import zendesk"),
        ("connectors.files", "import connectors.files_read"),
        ("connectors.paging", "from urllib.parse import urlsplit"),
        ("dashboard.pages.now", "import dash\nfrom data import readings, window"),
        ("app", "import dashboard, connectors.schedule, data.store"),
    ],
)
def test_what_is_allowed_is_let_through(module: str, source: str) -> None:
    assert violations(module, f'"""What it is for."""\n{source}', KNOWN) == []


KNOWN = {
    "app", "data", "data.facts", "data.metrics", "data.metrics.nps", "data.readings", "data.records",
    "data.schema", "data.store", "data.window", "connectors", "connectors.demo", "connectors.files",
    "connectors.helpdesks", "connectors.helpdesks.zendesk", "connectors.schedule", "connectors.surveys",
    "connectors.surveys.promoter", "connectors.sync", "dashboard", "dashboard.pages", "dashboard.pages.now",
}  # fmt: skip
