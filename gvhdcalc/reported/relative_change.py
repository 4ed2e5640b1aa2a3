"""A percentage that says a ratio again: "28% lower (rate ratio 0.72)", "reduced by 14% (HR 0.86)".

Any percentage that equals 100 |1 - ratio| is one. One that does not is held against the ratio only where the words say
that it is of a risk, of hazards, odds or events, and directly before the ratio: "reduced deaths by 62% (HR 0.74". Even
there it may be the crude change of a risk or a difference in points, which are less than that of the hazards or odds.
"""

from __future__ import annotations

import re

from .denominators import half_unit
from .drafts import Draft, taken_by
from .scan import Scan
from .words import word_set

MEASURE = "1-RR in percent"
_LOOK = 16  # lexemes before a ratio
_APART = re.compile("[inqp.N]")
_LESS = ("lower", "reduc", "decreas", "fewer", "less ", "declin", "smaller", "fell ", "cut ", "drop")
_MORE = ("higher", "increas", "greater", "more ", "larger", "excess", "rose ", "rais")

_THING = (
    r"(?:risks?|hazards?|odds|deaths?|mortality|events?|incidence|likelihood|chances?|probability|recurrences?|relapses?|"
    r"(?:event|death|mortality|relapse|infection|fracture|attack) rates?|rates? of)\b"
)
_VERBS = r"(?:reduc|lower|decreas|increas|rais|cut)\w*"
_OTHER = r"(?:(?!(?:in|of|for|with|and|or|from|by|but|to)\b)[\w-]+\s+)"
_HOW = r"(?:an?\s+estimated\s+|significantly\s+)?"
#: Before a percentage: "reduced the risk of death by", "deaths were reduced by"; "the risk of death was".
_BY = re.compile(
    rf"\b{_VERBS}\s+{_OTHER}{{0,4}}{_THING}[^,;.()]{{0,60}}\bby\s+{_HOW}\Z"
    rf"|\b{_THING}[^,;.()]{{0,60}}\b(?:{_VERBS}|fell|declined|rose)\s+{_HOW}by\s+{_HOW}\Z"
)
_WAS = re.compile(rf"\b{_THING}[^,;.()]{{0,60}}\b(?:was|were|is)\s+{_HOW}\Z")
#: After it: "reduction in the risk of death", "lower risk", "fewer deaths", "less likely to die"; "lower".
_IN = re.compile(
    rf"\s*{_OTHER}?(?:reduction|decrease|increase|lowering)\s+(?:in|of)\s+{_OTHER}{{0,4}}{_THING}"
    rf"|\s*{_OTHER}?(?:lower|higher|greater|reduced|increased|less|fewer|more)\s+{_OTHER}{{0,2}}{_THING}"
    r"|\s*(?:less|more)\s+likely\s+to\b"
)
_CHANGED = re.compile(r"\s*(?:lower|higher|greater|less|reduced|increased)\b")
_COMPARED = re.compile(
    r"\s*(?:(?:relative|compared|in comparison)\s+(?:to|with)\b.*|(?:versus|vs\.?|over|than|with)\b.*)?\Z", re.DOTALL
)
_ROUGHLY = re.compile(
    r"(?:about|approximately|approx\.?|nearly|almost|around|roughly|up to|than|least|over|under|[~≈><≥≤∼])\s*\Z"
)
#: Of something more, in points, or per unit of what the ratio is per another unit of.
_NOT_SO = re.compile(r"\b(?:and|absolute|absolutely|from|points?|per|each|every)\b")
#: Of what was planned, of others before, or what is ruled out; of the crude figures beside an adjusted ratio.
_NOT_FOUND = re.compile(
    r"\b(?:exclud|rul(?:e|ed|ing) out|hypothes|assum|detect|expect|plan(?:s|ned)?\b|target|anticipat|predict|previous|"
    r"earlier|prior|fail|probability of an?\b|unadjusted|crude)"
)
#: Behind "reduction in the risk of death": of a time or a subgroup, of which the ratio need not be.
_SOME_TIME = re.compile(
    r"\b(?:at|during|within|after|before|until|first|(?:year|month|week|day)s?|when|if|had|was|were|could|among|only)\b"
)
#: Behind the interval: of others or another time than the percentage.
_OF_OTHERS = re.compile(r"[)\]]*,?\s?(?:over(?:all)?|in all|after|before|for|from|years?|months?|weeks?|days?|per)\b")
#: All that may stand between a bracket and the ratio: its name, and not that of an outcome.
_NAMES = word_set(
    "hr hrs ahr shr mhr rr arr irr airr or aor pr apr srr hazard hazards odds risk risks rate rates ratio ratios "
    "relative incidence prevalence proportional subdistribution cause specific subhazard adjusted multivariable "
    "multivariate fully pooled summary combined estimated estimate the an a with is was value of ci"
)
_LETTERS = re.compile("[a-z]+")
#: Of the ratio's own measure, whatever the crude risks are.
_OWN = {"HR": "hazard", "OR": "odds", "RR": "relative risk"}


def find(scan: Scan, drafts: list[Draft]) -> list[Draft]:
    """The percentages beside a ratio that equal 100 |1 - ratio| within the rounding of both, or should.

    None that is a number of the claims found so far.
    """
    if "q" not in scan.codes:
        return []
    used: set[int] | None = None
    found = []
    for index, draft in enumerate(drafts):
        ratio = draft.interval.estimate if draft.interval is not None else draft.estimate
        if draft.kind != "ratio" or ratio is None or scan.codes[ratio] != "n":
            continue
        begin = draft.interval.first if draft.interval is not None else ratio
        k = scan.codes.rfind("q", max(0, begin - _LOOK), begin)
        if k < 0 or _APART.search(scan.codes[k + 1 : begin].replace("iu", "")) is not None:
            continue
        used = taken_by(drafts) if used is None else used
        if k in used:
            continue
        if _says(scan, k, begin, ratio) or _belies(scan, k, begin, ratio, drafts, index):
            used.add(k)
            found.append(Draft("other", MEASURE, k, ratio + 1, estimate=k, ratio=ratio))
    return found


def change(scan: Scan, ratio: int) -> tuple[float, float, float]:
    """100 (1 - ratio), and its least and greatest value within the rounding of the ratio."""
    value, half = scan.value(ratio), half_unit(scan.said[ratio])
    return 100 * (1 - value), 100 * (1 - value - half), 100 * (1 - value + half)


def _says(scan: Scan, k: int, begin: int, ratio: int) -> bool:
    value, low, high = change(scan, ratio)
    words = scan.lower[max(0, scan.start[k] - 60) : scan.start[begin]]
    if not any(word in words for word in (_LESS if value > 0 else _MORE)):
        return False
    low, high = sorted((abs(low), abs(high)))
    percent, half = scan.value(k), half_unit(scan.said[k])
    return percent - half <= high + 1e-9 and low - 1e-9 <= percent + half


def _belies(scan: Scan, k: int, begin: int, ratio: int, drafts: list[Draft], index: int) -> bool:
    """Whether a percentage is said to be the change that a ratio says, and cannot be."""
    draft = drafts[index]
    before = scan.lower[max(0, scan.start[k] - 140) : scan.start[k]]
    head, bracket, tail = _split(scan.lower[scan.end[k] : scan.start[begin]])
    if not bracket or "M" not in scan.codes[k + 1 : begin] or not _NAMES.issuperset(_LETTERS.findall(tail)):
        return False
    before = before.rpartition(". ")[2]
    inside = _IN.match(head)
    said = _BY.search(before) is not None and _COMPARED.match(head) is not None
    said = said or (inside is not None and _SOME_TIME.search(head, inside.end()) is None)
    said = said or (_WAS.search(before) is not None and _CHANGED.match(head) is not None)
    words = f"{before[-90:]} {head}"
    if not said or _NOT_SO.search(head + before[-60:]) or _ROUGHLY.search(before) or _NOT_FOUND.search(before + head):
        return False
    last = draft.interval.upper if draft.interval is not None else ratio
    if _OF_OTHERS.match(scan.lower[scan.end[last] : scan.end[last] + 24]):
        return False
    less, more = (any(word in words for word in found) for found in (_LESS, _MORE))
    value, *ends = change(scan, ratio)
    if less is more or less is (value < 0):
        return False
    low, high = sorted(map(abs, ends))
    percent, half = scan.value(k), half_unit(scan.said[k])
    beside = [other for other in drafts[max(0, index - 3) : index + 4] if other.kind == "ratio"]
    values = [scan.value(other.estimate) for other in beside if other.estimate is not None and other is not draft]
    if any(abs(100 * abs(1 - other) - percent) <= half + 1 for other in values):
        return False  # of another ratio
    slack = (5.0 if percent % 10 == 0 else 2.5) if percent % 5 == 0 else 1.0
    if percent - half > high + (slack if draft.adjusted is not True else 15.0):
        return True
    own = _OWN.get(draft.measure or "", "\0") in words
    return own and percent + half < low - slack


def _split(between: str) -> tuple[str, str, str]:
    """The words between a percentage and a ratio: before the bracket or the comma, which, and behind it."""
    match = re.search(r"[(\[;:,]", between)
    return (between, "", "") if match is None else (between[: match.start()], match.group(), between[match.end() :])
