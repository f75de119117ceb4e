"""The route of the grid of months as CSV: safe to open in a spreadsheet."""

from __future__ import annotations

import flask

from dashboard.download import csv_file
from dashboard.months_query import DOWNLOAD, parse_months
from dashboard.prepare import Screens
from data.export_months import grid_as_csv


def add_months_file(server: flask.Flask, screens: Screens) -> None:
    """`GET /months.csv`, with the parameters of `/months`."""

    @server.get(DOWNLOAD)
    def months_file() -> flask.Response:
        try:
            given = flask.request.args.to_dict()
            _, asked = parse_months(given, zone=screens.provider.zone, at=screens.clock())
            grid = screens.study(asked)
        except ValueError as error:
            return flask.Response(f"{error}\n", status=400, mimetype="text/plain")
        return csv_file(f"barometer-months-{grid.as_of:%Y-%m-%d}", grid_as_csv(grid))
