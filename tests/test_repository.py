"""The repository itself: repeatable installs, and nothing that belongs to one machine or one network."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PINS = {name: (ROOT / "deploy" / name).read_text() for name in ("requirements.txt", "requirements-dev.txt")}

# The classes of one letter keep this file from finding itself.
REGISTRIES = re.compile(
    r"p[y]pi\.org|p[y]thonhosted\.org|registry\.n[p]mjs|n[p]mjs\.com|deb\.d[e]bian\.org|--(?:extra-)?i[n]dex-url"
)
MACHINE = re.compile(
    r"/(?:[w]ork|[f]arm)/|/tmp/[v]env|/[r]oot/|/opt/[p]ypi|[f]arm-studio|[f]arm-bench|[.]l[i]brary"
)


def files() -> list[Path]:
    """Every file that is tracked or would be: all that git does not ignore."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def foreign(text: str) -> list[str]:
    """The lines that name a package registry or a path of one machine."""
    return [line.strip() for line in text.splitlines() if REGISTRIES.search(line) or MACHINE.search(line)]


def test_no_file_names_a_registry_or_a_machine() -> None:
    texts = {path: path.read_bytes() for path in files()}
    assert len(texts) > 20
    found = {
        str(path.relative_to(ROOT)): lines
        for path, content in texts.items()
        if b"\0" not in content and (lines := foreign(content.decode("utf-8", "replace")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "see https://p" + "ypi.org/simple",
        "--i" + "ndex-url x",
        "cd /w" + "ork/main",
        "/tmp/v" + "env/bin/python",
    ],
)
def test_a_registry_or_a_machine_would_be_found(line: str) -> None:
    assert foreign(f"all is well\n{line}\n") == [line]


@pytest.mark.parametrize("name", PINS)
def test_every_library_is_pinned_with_a_hash_and_without_an_address(name: str) -> None:
    entries = [entry for entry in re.split(r"\n(?=\S)", PINS[name]) if entry and not entry.startswith("#")]
    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[\w.-]+==\S+ \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+    # via ", entry), (
            entry[:60]
        )
    assert "://" not in PINS[name]


@pytest.mark.parametrize("name", PINS)
def test_the_pins_keep_to_what_the_project_asks_for(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"] + (
        project["optional-dependencies"]["dev"] if name == "requirements-dev.txt" else []
    )
    pinned = _pinned(PINS[name])
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(pinned[requirement.name]), requirement.name


def test_tests_run_with_the_versions_that_are_installed_for_use() -> None:
    tests, use = _pinned(PINS["requirements-dev.txt"]), _pinned(PINS["requirements.txt"])
    assert use.items() <= tests.items()


def _pinned(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
