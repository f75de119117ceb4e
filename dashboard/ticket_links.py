"""The address of a ticket's page. Ids are a source's own words and may hold anything, slashes as well."""

from __future__ import annotations

from urllib.parse import quote, unquote

PATH = "/tickets"


def ticket_path(source: str, id: str) -> str:
    """`/tickets/desk/48213`. Only letters, digits, `_`, `-`, `.` and `~` stand in it, since whatever else
    browsers, servers and scripts would each take apart in a way of their own."""
    return f"{PATH}/{_spelled(source)}/{_spelled(id)}"


def meant(part: str) -> str:
    """What a part of such an address stands for; also as a person may have typed it."""
    return unquote(part.replace("~", "%"))


def _spelled(text: str) -> str:
    plain = quote(text, safe="").replace("~", "%7E")
    return (plain if plain.strip(".") else plain.replace(".", "%2E")).replace("%", "~")
