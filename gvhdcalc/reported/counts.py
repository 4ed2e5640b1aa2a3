"""Counts with their percentages in a text: "82/99 (82.8%)", "82.8% [82 patients]", "one (7%)", "5/18".

The patterns are over the one-letter codes of lexemes (scan.py), each of bounded length, so that a match takes bounded
time wherever it begins.
"""

from __future__ import annotations

import re

from . import repairs
from .denominators import half_unit
from .drafts import Arm
from .number import SLASHES
from .scan import Scan
from .units import PEOPLE
from .words import word_set

_FRACTION = r"(?P<e>[in])(?P<by>/|w?o(?:w)?)(?P<n>i)"
#: In order of preference at a place. z stands for lexemes that an interval took.
_FORMS = re.compile(
    r"(?=q|\(?[in])(?:"
    + "|".join(
        f"(?P<f{k}>"
        + pattern.replace("?P<e>", f"?P<e{k}>")
        .replace("?P<n>", f"?P<n{k}>")
        .replace("?P<q>", f"?P<q{k}>")
        .replace("?P<by>", f"?P<by{k}>")
        .replace("?P<r>", f"?P<r{k}>")
        + ")"
        for k, pattern in enumerate(
            (
                _FRACTION + r"(?:(?P<r>[wguz]{0,3})[(,:;=])?(?P<q>q)",  # 55/68 (81%), 63/120, 52.5%; 332/668 49.7%
                r"\(" + _FRACTION + r"\)(?P<q>q)",  # (183/274) 66.8%
                # 67% (18/27); 57.14%, 16/28; 67% (n/N = 18/27)
                r"(?P<q>q)(?P<r>z?[wgoumaz]{0,6})[(,;=](?:w/)?c?" + _FRACTION,
                r"(?P<q>q)(?P<r>z?[wgo]{0,4})\((?:c)?(?P<e>i)(?:[wg]{0,3})(?:(?P<by>ow?)(?P<n>i))?(?=[);,z]|\(z)",
                r"(?P<e>i)(?P<r>o?[wg]{0,3})\((?P<q>q)(?![rv/]|a[inq]|,[inq])(?:[^()N.]{0,6}\)(?:(?P<by>[wg]?ow?)(?P<n>i))?)?",
                r"(?P<e>i)(?P<r>[wg]{0,2})[,;](?P<q>q)(?=[),;:w])",  # (740 women, 94.0%); (13; 3.1%)
                r"(?P<q>q)(?P<by>ow?)(?P<n>i)(?=[wg),.;])",  # 40% of 203 patients
                _FRACTION,
                r"(?<=\()(?P<q>q)[,;]c(?P<e>i)(?=[),;p])",  # (71.0%; n = 2167)
            )
        )
    )
    + ")"
)
#: The groups of each form by their letters.
_GROUPS: dict[int, dict[str, int]] = {}
for _name, _index in _FORMS.groupindex.items():
    _GROUPS.setdefault(int(_name.strip("enqbyrf")), {})[_name.rstrip("0123456789")] = _index
_EACH = re.compile(r"i[wg]{0,2}ew?g?\((q)[va](q)\)")  # 25 patients in each group (89.3% vs. 92.6%)
_PART = r"[in](?:/|w?ow?)i"
_NEXT = r"(?:[wguo]|iu){0,4}(?:[va]|,[va]?)[wguo]{0,4}"  # between two of a list
#: 10.6% vs 23.8% (9/85 vs 20/84); 8%, 6% and 7% (6/77, 3/47 and 4/56); 7% v 8% at ... and 53% v 71% at ... (four);
#: 7% and 8% (95% CI 3-15 and 4-16; 6/77 and 4/50)
_AFTER = re.compile(
    rf"q(?:{_NEXT}q){{1,5}}(?:[wgouh,]|iu){{0,4}}(?:[(,;:]|\(z[z,av]{{3,30}};)c?{_PART}(?:{_NEXT}{_PART}){{1,5}}"
    rf"(?!{_NEXT}{_PART})(?!\(q|,q|wq)"
)
#: 11/14 vs 4/13 (78.6% vs 30.8%); 103 of the 304 given it and 152 of the 315 others had relapsed (34% vs 48%)
_BEFORE = re.compile(rf"{_PART}(?:{_NEXT}{_PART}){{1,5}}[wguoh,]{{0,4}}\(q(?:{_NEXT}q){{1,5}}(?!{_NEXT}q)(?!\()")
_EACH_PART = re.compile(r"([in])(/|w?ow?)(i)")
_ANY_FRACTION = re.compile(_PART)
#: 62.3% vs 43.1% (38 vs 25 patients); 8%, 6% and 7% (n = 6, n = 3 and n = 4)
_COUNTED = re.compile(rf"q(?:{_NEXT}q){{1,5}}[wgh,]{{0,4}}\((?:c?i(?:,|,?[va])){{1,5}}c?i(?=[);,w])")
_OTHERS = re.compile(r"q\)aw\((q)\)")
_NUMBERED = word_set(
    "day days week weeks month months year years grade grades stage phase type level levels visit cycle "
    "model table figure aged age score dose section no chapter version category class"
)
_TIMES = word_set("days weeks months years")
_SAID_OF_COUNTS = word_set("patients participants subjects overall in total from per at for")
_BETWEEN = frozenset(("the", "out", "these", "those", "all", "our"))
_EVENTS = word_set("cases deaths events infections episodes")  # "12 cases among 10,000 persons"
_PATIENTS = frozenset(("patients", "participants", "subjects"))


def find(scan: Scan, codes: str, first: int, last: int) -> list[Arm]:
    """The counts with percentage, and the bare fractions, of the sentence ``first`` to before ``last``.

    ``codes`` are those of the scan with the lexemes of intervals replaced by "z".
    """
    found: list[Arm] = []
    if codes.find("q", first, last) < 0 and _ANY_FRACTION.search(codes, first, last) is None:
        return found
    if "e" in codes[first:last] and (match := _EACH.search(codes, first, last)):
        for percent in (match.start(1), match.start(2)):
            found.append(Arm(percent, percent + 1, match.start(), None, percent))
        return sorted(
            [*find(scan, codes, first, match.start()), *found, *find(scan, codes, match.end(), last)],
            key=lambda arm: arm.first,
        )
    listed = _listed(scan, codes, first, last)
    if listed:
        begin, end, row = listed
        return [*find(scan, codes, first, begin), *row, *find(scan, codes, end, last)]
    at = first
    numbered = -9  # where a "grade 1 (24%)" ended: "2 (67%)" after it is a grade too
    while at < last:
        match = _FORMS.search(codes, at, last)
        if match is None:
            break
        arm = _arm(scan, codes, match)
        numbers = match.start() - numbered <= 2 or (arm is not None and _is_numbered(scan, match.start()))
        if numbers and match.lastgroup == "f4":
            arm, numbered = None, match.end() + (codes[match.end() : match.end() + 1] == ")")
        if arm is None:
            at = match.start() + 1
            continue
        found.append(arm)
        at = max(arm.last, match.start() + 1)
    return found


def _listed(scan: Scan, codes: str, first: int, last: int) -> tuple[int, int, list[Arm]] | None:
    """A list of fractions and one of their percentages, in either order: where they begin and end, and the groups.

    Lists of one length belong together in order. Of lists of different length nothing is known, and the fractions are
    groups of their own, so that the last percentage is not taken for that of the first fraction.
    """
    if codes.count("q", first, last) < 2:
        return None
    counted = _counted(scan, codes, first, last)
    if counted is not None:
        return counted
    for pattern in (_AFTER, _BEFORE):
        for match in pattern.finditer(codes, first, last):
            begin, end = match.span()
            percents = [k for k in range(begin, end) if codes[k] == "q"]
            parts = [(part.start(1), part.start(2), part.start(3)) for part in _EACH_PART.finditer(codes, begin, end)]
            if not all(0 <= scan.value(k) <= 100 for k in percents) or not all(
                (codes[by] == "/" or _of(scan, by, total)) and 0 <= scan.value(events) <= scan.value(total) >= 1
                for events, by, total in parts
            ):
                continue
            if len(percents) != len(parts):
                if pattern is _BEFORE:
                    continue
                listed = [Arm(k, k + 1, percent=k) for k in percents]
                return begin, end, [*listed, *(Arm(e, n + 1, e, n) for e, _, n in parts)]
            groups = []
            for percent, (events, _, total) in zip(percents, parts, strict=True):
                # with limits between, a group stands before the interval of its percentage
                after = pattern is _AFTER and "z" not in codes[begin:end]
                place = (events, total + 1) if after else (percent, percent + 1)
                groups.append(Arm(*place, events, total, percent))
            return begin, end, groups
    return None


def _counted(scan: Scan, codes: str, first: int, last: int) -> tuple[int, int, list[Arm]] | None:
    """A list of percentages and one of their counts, said to be counts: where they begin and end, and the groups."""
    match = _COUNTED.search(codes, first, last)
    if match is None:
        return None
    begin, end = match.span()
    opened = codes.rfind("(", begin, end)
    percents = [k for k in range(begin, opened) if codes[k] == "q"]
    events = [k for k in range(opened, end) if codes[k] == "i"]
    said = "c" in codes[opened:end] or (codes[end] == "w" and scan.word(end) in PEOPLE)
    if not said or len(percents) != len(events) or not all(0 <= scan.value(k) <= 100 for k in percents):
        return None
    return begin, end, [Arm(q, q + 1, e, None, q) for q, e in zip(percents, events, strict=True)]


def _arm(scan: Scan, codes: str, match: re.Match[str]) -> Arm | None:
    form = int((match.lastgroup or "f7")[1:])
    groups = _GROUPS[form]
    events, total, percent = [
        None if name not in groups or (start := match.start(groups[name])) < 0 else start for name in "enq"
    ]
    if percent is not None and codes[percent - 1 : percent] == "±":
        return None  # "7.2 ± 1.1% (n = 52)": a mean
    by = match.group(groups["by"]) if "by" in groups else None
    if total is not None and by is not None and by != "/" and not _of(scan, *match.span(groups["by"]), form != 4):
        if form in (4, 3):
            total = None
        elif form != 0 or not _is_share(scan, match):  # "61 women of 1150 (5.3%)", where it is so
            return None
    if events is not None and total is not None and not _fraction(scan, events, total, codes):
        if percent is not None and _exceeds(scan, events, total, percent):
            return Arm(match.start(), match.end(), events, total, percent)
        if form != 4:
            return None
        total = None
    if form == 4 and total is not None and percent is not None and _among_totals(scan, codes, events, total, percent):
        total = None
    between = match.span(groups["r"]) if "r" in groups else None
    words = 0
    if between and between[0] >= 0:
        words = sum(scan.words[k] for k in range(*between))
        if words > (9 if form in (2, 3) else 6):
            return None
    if events is not None and form in (3, 4, 5):
        if not _count(scan, events, form):
            return None
        of_group = codes[events - 1] == "c" and ";" in match.group()  # "(n = 151; 48% male)"
        if form == 5 and ("(" not in codes[max(0, events - 3) : events] or of_group):
            return None
        if (
            form == 3
            and words
            and codes[match.end(groups["r"]) + 1] != "c"
            and codes[events + 1] in ");,"
            and (scan.codes[events] != "i")
        ):
            return None  # "45% of patients (3)": a reference or a list
    if form == 4 and codes[match.start("q4") + 1] == "w":
        # "3,012 contacts (64.3% female": a percentage of them
        words_after = scan.prose(match.start("q4") + 1, match.start("q4") + 2).split()
        if words_after and words_after[0] not in _SAID_OF_COUNTS:
            return None
    colon = form == 4 and events is not None and codes[max(0, events - 2) : events] == "i:"
    if colon and events is not None and scan.end[events - 2] + 1 == scan.start[events]:
        return _with_colon(scan, events - 2, percent, match.end())
    within = _within(scan, codes, events, percent) if form in (4, 5) else None
    if within is not None:
        return Arm(within, match.end(), within, events, percent)
    if form == 0 and percent is not None and _MORE_SHARES.match(codes, percent) and not _is_share(scan, match):
        return None  # "332 and 355 of 748 (44.4% and 47.5%)": the first percentage is not of the last count
    if form == 4 and percent is not None:
        per = between and between[0] >= 0 and " per " in f" {scan.prose(*between)} "
        change = codes[percent + 1 : percent + 2] == "M"  # "$7,062 per admission (20% reduction)"
        if per or change:
            return None
    others = _OTHERS.match(codes, percent) if form == 4 and percent is not None else None
    if others and percent is not None and abs(scan.value(percent) + scan.value(others.start(1)) - 100) < 0.11:
        return None  # "11969 current (74%) and former (26%) smokers": both percentages are of the number
    if percent is not None and events is not None:
        if scan.value(percent) > 100 or scan.value(percent) < 0:
            return None
        if scan.value(percent) > 0 and scan.said[events] == "0":
            return None  # "1.2% (none were ...)"
        if total is not None and between and (words > 3 or codes[percent - 1] in ",:;" or (form == 2 and words)):
            ratio = 100 * scan.value(events) / max(1.0, scan.value(total))
            if abs(ratio - scan.value(percent)) > max(5.0, 0.1 * ratio):
                return None
    if form == 6:
        return None if scan.value(percent or 0) > 100 else Arm(match.start(), match.end(), None, total, percent)
    if form == 7:
        before = codes[match.start() - 1 : match.start()]
        if by != "/" and codes[match.start()] == "n":
            return None
        if before == "/" or codes[match.end() : match.end() + 1] in ("u",):
            return None
        if by == "/" and scan.text[scan.start[total or 0] - 1] not in SLASHES:
            return None
    last = match.end()
    if form == 4 and total is None and percent is not None:
        last = percent + 1
        if codes[last : last + 1] == ")":
            last += 1
        if events is not None and scan.value(percent) == 0 < scan.value(events) and _is_none(scan, events):
            return Arm(match.start(), last, None, events, percent, events_value=0)
    return Arm(match.start(), last, events, total, percent)


_FURTHER = re.compile(r"(?:,|,?a)(i)(?![(o/]|w\(q)")


def _among_totals(scan: Scan, codes: str, events: int | None, total: int, percent: int) -> bool:
    """ "12 (13.8%) and 25 (27.8%) of 87 and 90 patients": whether of totals listed behind it another is its own."""
    if events is None or codes[total + 1 : total + 2] not in (",", "a") or _gives(scan, events, total, percent):
        return False
    match = _FURTHER.match(codes, total + 1)
    for _ in range(6):
        if match is None:
            return False
        if _gives(scan, events, match.start(1), percent):
            return True
        match = _FURTHER.match(codes, match.end())
    return False


def _gives(scan: Scan, events: int, total: int, percent: int) -> bool:
    """Whether a count out of a total rounds to a percentage."""
    e, n, half = scan.value(events), scan.value(total), 1.001 * half_unit(scan.said[percent])
    return 0 <= e <= n and n >= 1 and abs(100 * e / n - scan.value(percent)) <= half


_NONE = re.compile(r"\b(?:no|none|zero|nil)\b[^0-9.,;:()]*\Z", re.IGNORECASE)
_RATIO_OF = re.compile(r"ratio|\b(?:fe)?males?\b|\b(?:wo)?men\b|\b(?:boys|girls|sex|gender|pressure)\b", re.IGNORECASE)


def _is_none(scan: Scan, total: int) -> bool:
    """ "No deaths occurred among 24 patients (0%)", "zero of 24 (0%)": the number is that of which there were none."""
    return _NONE.search(scan.text, max(0, scan.start[total] - 80), scan.start[total]) is not None


def _exceeds(scan: Scan, events: int, total: int, percent: int) -> bool:
    """Whether a count exceeds its total by a slip: "45 of 42 patients (93.3%)", which is 42 of 45.

    It must be known which slip, or the numbers may be others: a ratio of the sexes, of those before and after.
    """
    codes, said = scan.codes, scan.said
    between = codes[events + 1 : total]
    if codes[events] != "i" or codes[total] != "i" or not 1 < scan.value(total) < scan.value(events):
        return False
    exchanged = abs(100 * scan.value(total) / scan.value(events) - scan.value(percent)) <= half_unit(said[percent])
    begin = max(0, scan.start[events] - 60)
    before = scan.text[begin : scan.start[events]]
    if between != "/":
        people = not PEOPLE.isdisjoint(
            scan.prose(events + 1, total + 2 if percent < total else min(total + 2, percent)).split()
        )
        return people and (exchanged or repairs.percent(said[events], said[total], said[percent]) is not None)
    return exchanged and "/" not in before and codes[total + 1] != "u" and _RATIO_OF.search(before) is None


_MORE_SHARES = re.compile(r"q(?:[va]|,a?)q(?!r)")


def _is_share(scan: Scan, match: re.Match[str]) -> bool:
    """Whether the percentage of "355 of 748 (47.5%" is that of the fraction, within its rounding (or cut off)."""
    events, total, percent = (scan.value(match.start(name)) for name in ("e0", "n0", "q0"))
    unit = 2 * half_unit(scan.said[match.start("q0")])
    return abs(100 * events / max(1.0, total) - percent) <= unit


def _with_colon(scan: Scan, events: int, percent: int | None, last: int) -> Arm | None:
    """ "15:92 (16.3%)": 15 of 92, where the percentage says so."""
    count, total = scan.value(events), scan.value(events + 2)
    if percent is None or total < 1 or abs(100 * count / total - scan.value(percent)) > 1:
        return None
    return Arm(events, last, events, events + 2, percent)


def _within(scan: Scan, codes: str, total: int | None, percent: int | None) -> int | None:
    """ "12 events in 46 patients (26.1%)": the place of the 12, of which the percentage is, when it is of 46."""
    if total is None or percent is None:
        return None
    match = _IN_ALL.search(codes, max(0, total - 5), total)
    if match is None or not scan.prose(total - 1, total).rstrip().endswith(_AMONG):
        return None
    events = match.start()
    return events if scan.value(events) > 0 and _gives(scan, events, total, percent) else None


_IN_ALL = re.compile(r"iw(?:ow?)?\Z")
_AMONG = (" in", " among", " for", " the", " all", "among")


def _of(scan: Scan, first: int, last: int, patients: bool = False) -> bool:
    """Whether lexemes say "of", "of the", "out of", or where it may be so "patients of the"."""
    words = set(scan.prose(first, last).split())
    if "among" in words and len(words) == 2 and not words.isdisjoint(_EVENTS):
        return True
    words -= {"of", "among", "in"}
    return words - _PATIENTS <= _BETWEEN if patients else words <= _BETWEEN


def _fraction(scan: Scan, events: int, total: int, codes: str) -> bool:
    """Whether two numbers can be counts: the first not above the second, not a date, a dose, a blood pressure."""
    e, n = scan.value(events), scan.value(total)
    if not 0 <= e <= n or n < 1:
        return False
    if scan.said[total].startswith("0"):
        return False  # "5/06 ± 0.52": a decimal mark
    return codes[total + 1 : total + 2] not in ("/", "u", "±") and (events == 0 or codes[events - 1] != "/")


def _count(scan: Scan, k: int, form: int) -> bool:
    """Whether a whole number is a count and not the number of something: "day 28 (5%)", "in 2012 (5%)"."""
    codes = scan.codes
    before = codes[k - 1] if k else ""
    text = scan.text[scan.start[k] : scan.end[k]]
    if form != 4 and _is_numbered(scan, k):
        return False
    if before == "w" and codes[k + 1] in "uw" and scan.prose(k - 1, k).rstrip().endswith(" by"):
        return len(scan.prose(k + 1, k + 2).strip()) > 2  # "shorter by 18 s (11%)"
    if before in ("/", "±", "<"):
        return False
    if before == "r" and k > 1 and codes[k - 2] in "inq":
        return False
    if text.startswith(("-", "+")) or scan.said[k].startswith("-"):
        return False
    year = len(text) == 4 and text.startswith(("19", "20")) and form == 3
    return not year


def _is_numbered(scan: Scan, k: int) -> bool:
    """Whether a whole number is the number of something: "day 28", "grade 3"."""
    if not k or scan.codes[k - 1] not in "uwg":
        return False
    words = scan.prose(k - 1, k).split()
    if not words or words[-1] not in _NUMBERED:
        return False
    after = k > 1 and scan.codes[k - 2] in "in"  # "at 52 weeks 49 (41.5%)", "at 1 year 30 (60%)"
    return not (after and (words[-1] in _TIMES or (scan.said[k - 2] == "1" and f"{words[-1]}s" in _TIMES)))
