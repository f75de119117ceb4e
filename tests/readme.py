"""The parts of README.md that are written from the code: metrics, settings, connectors, commands.

`python -m tests.readme` writes them anew; a test compares them with the code.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from connectors import CONNECTORS, connector_class
from data.metrics import CATALOG
from data.settings import FileSettings, ProcessSettings, seconds

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- from the code: (?P<name>\w+) -->\n).*?(?=<!-- end -->)", re.DOTALL)


def rewritten(text: str) -> str:
    """The README's text with every generated part as it should be."""
    return BLOCK.sub(lambda found: found[1] + PARTS[found["name"]](), text)


def metrics() -> str:
    """The table of definitions, and under it what has to be borne in mind, once for all that it holds for."""
    table = _table(
        ("key", "on screens", "unit", "better", "what it is"),
        (
            (
                f"`{item.key}`",
                item.label,
                f"{item.unit} ({item.clock})" if item.clock else str(item.unit),
                item.direction.removesuffix(" is better"),
                item.definition,
            )
            for item in CATALOG
        ),
    )
    caveats: dict[str, list[str]] = {}
    for item in CATALOG:
        if item.caveat:
            caveats.setdefault(item.caveat, []).append(f"`{item.key}`")
    return table + "\n" + "".join(f"- {', '.join(keys)}: {caveat}\n" for caveat, keys in caveats.items())


def environment() -> str:
    return _table(
        ("variable", "default", "what it says"),
        (
            (f"`BAROMETER_{name.upper()}`", _shown(field), field.description or "")
            for name, field in ProcessSettings.model_fields.items()
        ),
    )


def settings() -> str:
    return _table(("setting", "default", "what it says"), _rows(FileSettings, ""))


def connectors() -> str:
    return _table(
        ("kind", "tool", "what it is"),
        (
            (
                f"[`{kind}`](docs/connectors/{kind}.md)",
                made.label,
                _first(sys.modules[made.__module__].__doc__),
            )
            for kind, made in ((kind, connector_class(kind)) for kind in CONNECTORS)
        ),
    )


def commands() -> str:
    from app import cli

    lines = []
    for name, command in _commands(cli, "python app.py"):
        pieces = command.collect_usage_pieces(click.Context(command, info_name=name))
        usage = " ".join([name, *(piece for piece in pieces if piece != "[OPTIONS]")])
        lines.append(f"- `{usage}`: {_first(command.help)}")
        options = (item for item in command.params if isinstance(item, click.Option) and not item.hidden)
        lines += [f"  - `{_option(option)}`: {option.help}" for option in options]
    return "\n".join(lines) + "\n"


def _first(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


def _option(option: click.Option) -> str:
    name = " / ".join([*option.opts, *option.secondary_opts])
    return name if option.is_flag else f"{name} {option.metavar or option.type.name.upper()}"


def _commands(group: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, group
    if isinstance(group, click.Group):
        for child, command in group.commands.items():
            yield from _commands(command, f"{name} {child}")


def _rows(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str]]:
    for attribute, field in model.model_fields.items():
        name, inner = field.alias or attribute, _inner(field.annotation)
        if inner is None:
            yield f"`{prefix}{name}`", _shown(field), field.description or ""
        else:
            key, nested = inner
            if get_origin(field.annotation) is tuple:
                yield f"`[[{prefix}{name}]]`", "", field.description or ""
            yield from _rows(nested, f"{prefix}{name}.{key}")


def _inner(annotation: Any) -> tuple[str, type[BaseModel]] | None:
    """The model that a setting nests, with what stands for its key where there are several by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "", annotation
    if get_origin(annotation) is Mapping:
        key, value = get_args(annotation)
        if isinstance(value, type) and issubclass(value, BaseModel):
            return ("NAME." if key is str else f"{key.__name__.upper()}."), value
    if get_origin(annotation) is tuple:
        value = get_args(annotation)[0]
        if isinstance(value, type) and issubclass(value, BaseModel):
            return "", value  # [[…]] in the file: as many as one likes
    return None


def _shown(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    is_duration = any(getattr(item, "func", None) is seconds for item in field.metadata)
    if is_duration and isinstance(field.default, int):
        return f'`"{field.default}s"`'
    return _toml(field.default)


def _toml(value: Any) -> str:
    """A default as one would write it in the TOML file; nothing where there is none."""
    if value is None or value == "" or value == () or value == {} or value == []:
        return ""
    return f"`{_literal(value)}`"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Enum):
        return _literal(value.value)
    if isinstance(value, str):
        return f"'{value}'" if "\\" in value else f'"{value}"'
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_literal(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    return str(value)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


PARTS = {part.__name__: part for part in (connectors, metrics, commands, environment, settings)}


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write("README.md is as the code says.\n")
