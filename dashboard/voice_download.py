"""The route of whom to ask for a review as CSV: bounded, streamed, and safe to open in a spreadsheet."""

from __future__ import annotations

from dataclasses import replace

import flask

from dashboard.download import csv_file
from dashboard.prepare import Screens
from dashboard.voice_query import parse_voice
from dashboard.voice_review import DOWNLOAD, MOST_IN_FILE
from data.export_review import review_as_csv


def add_voice_download(server: flask.Flask, screens: Screens) -> None:
    """`GET /voice.csv`, with the parameters of `/voice?view=promoters`: the first MOST_IN_FILE people."""

    @server.get(DOWNLOAD)
    def voice_download() -> flask.Response:
        given = flask.request.args.to_dict()
        try:
            asked = parse_voice(given, at=screens.clock(), zone=screens.provider.zone)
            if not asked.is_review:
                raise ValueError("Only the promoters are a file: /voice.csv?view=promoters.")
            question = replace(asked.asked_review(), limit=MOST_IN_FILE, offset=0)
            found = screens.provider.study(question)
        except ValueError as error:
            return flask.Response(f"{error}\n", status=400, mimetype="text/plain")
        return csv_file(f"barometer-promoters-{found.as_of:%Y-%m-%d}", review_as_csv(found))
