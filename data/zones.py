"""Time zones by name: IANA ids, and the names that Rails-made helpdesks use instead.

Zendesk, Freshdesk and Freshservice write "Eastern Time (US & Canada)" where others write
"America/New_York". The table follows the helpdesk reference, Appendix A (Rails' own list of zones).
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

_OTHER_NAMES = {
    "International Date Line West": "Pacific/Midway",
    "Midway Island": "Pacific/Midway",
    "American Samoa": "Pacific/Pago_Pago",
    "Hawaii": "Pacific/Honolulu",
    "Alaska": "America/Juneau",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Mountain Time (US & Canada)": "America/Denver",
    "Arizona": "America/Phoenix",
    "Central Time (US & Canada)": "America/Chicago",
    "Saskatchewan": "America/Regina",
    "Guadalajara": "America/Mexico_City",
    "Mexico City": "America/Mexico_City",
    "Central America": "America/Guatemala",
    "Eastern Time (US & Canada)": "America/New_York",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Quito": "America/Lima",
    "Atlantic Time (Canada)": "America/Halifax",
    "Newfoundland": "America/St_Johns",
    "Brasilia": "America/Sao_Paulo",
    "Buenos Aires": "America/Argentina/Buenos_Aires",
    "Georgetown": "America/Guyana",
    "Greenland": "America/Nuuk",
    "Mid-Atlantic": "Atlantic/South_Georgia",
    "Cape Verde Is.": "Atlantic/Cape_Verde",
    "Edinburgh": "Europe/London",
    "UTC": "Etc/UTC",
    "Bern": "Europe/Zurich",
    "West Central Africa": "Africa/Algiers",
    "Kyiv": "Europe/Kiev",
    "Pretoria": "Africa/Johannesburg",
    "St. Petersburg": "Europe/Moscow",
    "Abu Dhabi": "Asia/Muscat",
    "Ekaterinburg": "Asia/Yekaterinburg",
    "Islamabad": "Asia/Karachi",
    "Chennai": "Asia/Kolkata",
    "Mumbai": "Asia/Kolkata",
    "New Delhi": "Asia/Kolkata",
    "Astana": "Asia/Almaty",
    "Sri Jayawardenepura": "Asia/Colombo",
    "Hanoi": "Asia/Bangkok",
    "Beijing": "Asia/Shanghai",
    "Osaka": "Asia/Tokyo",
    "Sapporo": "Asia/Tokyo",
    "Canberra": "Australia/Melbourne",
    "Solomon Is.": "Pacific/Guadalcanal",
    "New Caledonia": "Pacific/Noumea",
    "Marshall Is.": "Pacific/Majuro",
    "Wellington": "Pacific/Auckland",
    "Nuku'alofa": "Pacific/Tongatapu",
    "Tokelau Is.": "Pacific/Fakaofo",
    "Chatham Is.": "Pacific/Chatham",
    "Samoa": "Pacific/Apia",
}

# Here the name is the last part of the id, with a space for each underscore.
_CITIES = {
    "Africa": "Casablanca, Monrovia, Cairo, Harare, Nairobi",
    "America": "Tijuana, Chihuahua, Mazatlan, Monterrey, Bogota, Lima, Caracas, La Paz, Santiago, "
    "Montevideo, Puerto Rico",
    "Asia": "Jerusalem, Kuwait, Riyadh, Baghdad, Tehran, Muscat, Baku, Tbilisi, Yerevan, Kabul, Karachi, "
    "Tashkent, Kolkata, Kathmandu, Dhaka, Almaty, Novosibirsk, Rangoon, Bangkok, Jakarta, Krasnoyarsk, "
    "Chongqing, Hong Kong, Urumqi, Kuala Lumpur, Singapore, Taipei, Irkutsk, Ulaanbaatar, Seoul, Tokyo, "
    "Yakutsk, Vladivostok, Magadan, Srednekolymsk, Kamchatka",
    "Atlantic": "Azores",
    "Australia": "Perth, Darwin, Adelaide, Melbourne, Sydney, Brisbane, Hobart",
    "Europe": "Dublin, Lisbon, London, Belgrade, Bratislava, Budapest, Ljubljana, Prague, Sarajevo, Skopje, "
    "Warsaw, Zagreb, Brussels, Copenhagen, Madrid, Paris, Amsterdam, Berlin, Zurich, Rome, Stockholm, "
    "Vienna, Bucharest, Helsinki, Riga, Sofia, Tallinn, Vilnius, Athens, Istanbul, Minsk, Kaliningrad, "
    "Moscow, Volgograd, Samara",
    "Pacific": "Guam, Port Moresby, Fiji, Auckland",
}

RAILS_ZONES = _OTHER_NAMES | {
    city: f"{region}/{city.replace(' ', '_')}"
    for region, text in _CITIES.items()
    for city in text.split(", ")
}
"""Rails zone name → IANA id."""


def rails_zone(name: str) -> str | None:
    """Return the IANA id for a Rails zone name; an IANA id is returned as it is. None: not known."""
    name = name.strip()
    if name in RAILS_ZONES:
        return RAILS_ZONES[name]
    try:
        load_zone(name)
    except ValueError:
        return None
    return name


def load_zone(name: str) -> ZoneInfo:
    """Return the zone with this IANA id. ValueError, with an example, if there is none."""
    try:
        return ZoneInfo(name)
    # Not only KeyError: "America" is a directory, "../x" a forbidden path, and a long name no file name.
    except (KeyError, ValueError, OSError):
        message = f'Unknown time zone "{name}". Use an IANA name such as "Europe/Berlin".'
        raise ValueError(message) from None
