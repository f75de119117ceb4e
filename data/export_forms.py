"""Readings and receipts in the form that is asked for: text, json or csv; the command line's way out."""

from __future__ import annotations

from collections.abc import Sequence

from data.evidence import Evidence
from data.export import as_json, as_text, evidence_as_dict, receipt_as_dict
from data.export_csv import evidence_as_csv, readings_as_csv
from data.export_text import receipt_as_text
from data.reading import Reading
from data.receipt import receipt_of


def readings_as(form: str, readings: Sequence[Reading], *, is_list: bool) -> str:
    """form: text, json or csv. is_list: JSON is a list even of one reading. Ends with a line end."""
    receipts = [receipt_of(reading) for reading in readings]
    if form == "csv":
        return readings_as_csv(receipts)
    if form == "text":
        return as_text(readings) + "\n"
    plain = [receipt_as_dict(receipt) for receipt in receipts]
    return as_json(plain if is_list else plain[0]) + "\n"


def receipts_as(form: str, found: Sequence[tuple[Reading, Evidence]], *, is_list: bool) -> str:
    """The same with the rows of each reading; of CSV one block a reading."""
    receipts = [(receipt_of(reading), rows) for reading, rows in found]
    if form == "csv":
        return "".join(line for receipt, rows in receipts for line in evidence_as_csv(receipt, rows))
    if form == "text":
        return ("\n\n".join(receipt_as_text(*item) for item in receipts) or "No rows.") + "\n"
    plain = [receipt_as_dict(receipt) | {"evidence": evidence_as_dict(rows)} for receipt, rows in receipts]
    return as_json(plain if is_list else plain[0]) + "\n"
