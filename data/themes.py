"""Words that set some comments apart from others, each with the counts that say why. Pure functions.

A term is a word or two words in a row, counted once a comment however often it is said there. Monroe,
Colaresi and Quinn (2008), "Fightin' Words: Lexical Feature Selection and Evaluation for Identifying the
Content of Political Conflict", Political Analysis: the log-odds ratio of a term with an informative prior,
over its standard deviation. Here comments are what is counted, so their Dirichlet prior has two classes,
those with the term and those without it, at the shares of both sides together.

Languages that put no space between words give no terms; see data/words.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import erfc, log, sqrt

from data.multiple import FALSE_DISCOVERIES, discoveries

Terms = frozenset[str]

MINIMUM = 20
"""Comments without which a side is too small to tell anything from."""
SAID_BY = 3
"""Comments that a theme is in at the least."""
APART = 1.96
"""Standard deviations that a theme stands out by at the least."""
COMMON = 0.2
"""A term that this share of both sides says is how people talk (in any language), and no theme."""
PRIOR = 100.0
"""Comments that the prior is worth: a term seen a few times more is drawn towards the usual share."""
ALIKE = 0.5
"""Terms that share so many of their comments are one theme: what they share over what either has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A term that stands out, and those that are said along with it.

    hits: comments with the term of `of` comments looked at; usual_hits of usual_of: those they are held
    against. z: standard deviations above the usual share.
    """

    term: str
    also: tuple[str, ...]
    hits: int
    of: int
    usual_hits: int
    usual_of: int
    z: float

    @property
    def share(self) -> float:
        """Of the comments looked at, 0 to 1."""
        return self.hits / self.of

    @property
    def usual_share(self) -> float:
        """Of the comments that they are held against, 0 to 1."""
        return self.usual_hits / self.usual_of


def is_enough(some: Sequence[Terms], usual: Sequence[Terms]) -> bool:
    """Whether both sides hold enough comments to tell themes from."""
    return min(len(some), len(usual)) >= MINIMUM


def themes(some: Sequence[Terms], usual: Sequence[Terms]) -> tuple[Theme, ...]:
    """Return what is said more often in these comments than is usual, what stands out most first.

    some, usual: the terms of each comment, by `words.terms`. Nothing where either side is too small. Of
    terms that say nothing, at most one in ten searches finds any (Benjamini and Hochberg, data/multiple.py).
    """
    if not is_enough(some, usual):
        return ()
    here, there = _counted(some), _counted(usual)
    n, m = len(some), len(usual)
    # which terms are tried must not depend on the side that they are on, or chance would be counted twice
    tried = sorted(
        term
        for term in here.keys() | there.keys()
        if here[term] + there[term] >= SAID_BY and min(here[term] / n, there[term] / m) < COMMON
    )
    scores = {term: apart(here[term], n, there[term], m) for term in tried}
    real = discoveries([_chance(scores[term]) for term in tried], rate=FALSE_DISCOVERIES)
    found = [
        Theme(term=term, also=(), hits=here[term], of=n, usual_hits=there[term], usual_of=m, z=scores[term])
        for term, is_real in zip(tried, real, strict=True)
        if is_real and scores[term] >= APART and here[term] >= SAID_BY
    ]
    return _folded(found, some)


def apart(hits: int, of: int, usual_hits: int, usual_of: int) -> float:
    """Return by how many standard deviations a term's log-odds lie above the usual; negative: below."""
    share = (hits + usual_hits) / (of + usual_of)
    if not 0 < share < 1:
        return 0.0
    with_it, without = PRIOR * share, PRIOR * (1 - share)
    cells = (
        (hits + with_it, of - hits + without),
        (usual_hits + with_it, usual_of - usual_hits + without),
    )
    ratio = log(cells[0][0] / cells[0][1]) - log(cells[1][0] / cells[1][1])
    return ratio / sqrt(sum(1 / cell for side in cells for cell in side))


def _counted(comments: Iterable[Terms]) -> Counter[str]:
    found: Counter[str] = Counter()
    for terms in comments:
        found.update(terms)
    return found


def _chance(z: float) -> float:
    """How often chance alone lies so far above the usual."""
    return erfc(z / sqrt(2)) / 2


def _folded(found: Sequence[Theme], comments: Sequence[Terms]) -> tuple[Theme, ...]:
    """One theme of all terms that the same comments hold: the strongest names it, of equals the phrase."""
    where = {theme.term: {i for i, terms in enumerate(comments) if theme.term in terms} for theme in found}
    kept: list[tuple[Theme, list[str]]] = []
    for theme in sorted(found, key=lambda item: (-item.z, -len(item.term), item.term)):
        mine = where[theme.term]
        for first, also in kept:
            theirs = where[first.term]
            if len(mine & theirs) >= ALIKE * len(mine | theirs):
                also.append(theme.term)
                break
        else:
            kept.append((theme, []))
    return tuple(
        Theme(
            term=theme.term, also=tuple(also), hits=theme.hits, of=theme.of, usual_hits=theme.usual_hits,
            usual_of=theme.usual_of, z=theme.z,
        )
        for theme, also in kept
    )  # fmt: skip
