"""The terms of a comment: its words and pairs of words, without those that everybody says of everything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from data.themes import Terms

LONGEST = 40
"""Letters of a word; longer ones are no word but a link, a key or an attack."""
_READ = 4000
"""Characters of a comment that are looked at."""

_MARKS = "".join(chr(code) for code in range(0x300, 0x1D00) if unicodedata.category(chr(code))[0] == "M")
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{_MARKS}])*(?:['’](?:[^\W\d_]|[{_MARKS}])+)*")
_PAUSE = re.compile(r"[.!?;:,()\[\]\"“”\n\r…]+")
_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+")

_REFUSALS = """
no not never nobody nothing without isn't wasn't didn't doesn't don't can't cannot couldn't won't wouldn't
hasn't haven't aren't weren't
"""
NEGATIONS = frozenset(_REFUSALS.split())
"""Mean something in front of another word only: "not fixed"."""

_ENGLISH = """
    a about above after again all also always am an and any anyone anything are around as at away back be
    became because been before being below between both but by came can come comes could did do does doing
    done down during each either else even ever every everything few for from further get gets getting give
    given go goes going gone got had has have having he he'd he'll he's her here here's hers herself him
    himself his how i i'd i'll i'm i've if in into is it it'd it'll it's its itself just let let's like made
    make makes many may me might mine more most much must my myself need needs now of off on once one only or
    other our ours ourselves out over own per put quite rather really said same say says see seem seems she
    she'd she'll she's should since so some someone something still such than that that's the their theirs
    them themselves then there there's these they they'd they'll they're they've thing things this those
    though through till to too took under until up upon us use used very was way we we'd we'll we're we've
    well went were what what's when where which while who whom whose why will with would yes yet you you'd
    you'll you're you've your yours yourself yourselves
"""
STOP_WORDS = frozenset(_ENGLISH.split())


def terms(comment: str) -> Terms:
    """Its words and pairs of neighbouring words, in small letters; pairs end with a sentence or a comma."""
    return frozenset(_terms(comment[:_READ]))


def normal_term(text: str) -> str:
    """A term as `terms` writes it; "" where it can't be one."""
    found = _words(text)
    return " ".join(found) if len(found) in (1, 2) else ""


def without_addresses(text: str) -> str:
    """The text with every e-mail address taken out: a screen shows none, wherever it comes from."""
    return _ADDRESS.sub("[address]", text) if "@" in text else text


def _terms(comment: str) -> Iterator[str]:
    for stretch in _PAUSE.split(_ADDRESS.sub(" . ", comment) if "@" in comment else comment):
        before = ""
        for word in _words(stretch):
            if word in STOP_WORDS or len(word) > LONGEST:
                before = ""
                continue
            is_negation = word in NEGATIONS
            if len(word) > 1 and not is_negation:
                yield word
            if before and not is_negation:
                yield f"{before} {word}"
            before = word


def _words(text: str) -> list[str]:
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).replace("’", "'")
    return _WORD.findall(plain.casefold())
