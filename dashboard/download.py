"""The route of a receipt's rows as CSV: bounded, streamed, and safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

import flask

from dashboard.evidence_table import MOST_IN_FILE
from dashboard.prepare import Screens
from dashboard.receipt_query import DOWNLOAD, UnknownMetricError, parse_asked
from data.export_csv import evidence_as_csv
from data.opened import Opened

BOM = "\ufeff"  # without it spreadsheets read the file in a code page of the last century


def add_download(server: flask.Flask, screens: Screens) -> None:
    """`GET /receipt.csv`, with the parameters of `/receipt`: the first MOST_IN_FILE rows, on any page."""

    @server.get(DOWNLOAD)
    def download() -> flask.Response:
        try:
            asked = parse_asked(flask.request.args.to_dict(), zone=screens.provider.zone, at=screens.clock())
            opened = screens.provider.receipt(replace(asked, limit=MOST_IN_FILE, offset=0))
        except UnknownMetricError as error:
            return flask.Response(f"{error}\n", status=404, mimetype="text/plain")
        except ValueError as error:
            return flask.Response(f"{error}\n", status=400, mimetype="text/plain")
        return csv_file(_name(opened), evidence_as_csv(opened.receipt, opened.evidence))


def csv_file(name: str, lines: Iterable[str]) -> flask.Response:
    """Streamed. name: of the file, without its end; nothing of a URL's may come into this header."""
    response = flask.Response(chain([BOM], lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _name(opened: Opened) -> str:
    """From the catalogue's key and a date alone: nothing of a URL's comes into a header."""
    reading = opened.receipt.reading
    return f"barometer-{reading.metric.key}-{reading.as_of:%Y-%m-%d}"
