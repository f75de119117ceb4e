"""Zone names: every one in the table is a zone; what is none is said to be none."""

from __future__ import annotations

import pytest

from data.zones import RAILS_ZONES, load_zone, rails_zone


@pytest.mark.parametrize("name", sorted(RAILS_ZONES))
def test_every_rails_name_stands_for_a_zone(name):
    assert load_zone(RAILS_ZONES[name]).key == rails_zone(name)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("  Pacific Time (US & Canada) ", "America/Los_Angeles"),
        ("Hong Kong", "Asia/Hong_Kong"),
        ("Chennai", "Asia/Kolkata"),
        ("Nuku'alofa", "Pacific/Tongatapu"),
        ("Puerto Rico", "America/Puerto_Rico"),
        ("UTC", "Etc/UTC"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ],
)
def test_rails_names_and_iana_ids_are_known(name, zone):
    assert rails_zone(name) == zone


NO_ZONES = ["", "Atlantis", "America", "../../etc/passwd", "/etc/passwd", "x" * 5000, "a\0b", "\ud800"]


@pytest.mark.parametrize("name", NO_ZONES)
def test_what_is_no_zone_is_none(name):
    assert rails_zone(name) is None


@pytest.mark.parametrize("name", NO_ZONES)
def test_loading_what_is_no_zone_says_what_to_write_instead(name):
    with pytest.raises(ValueError, match=r"Unknown time zone .* such as \"Europe/Berlin\""):
        load_zone(name)
