"""The reader of whole abstracts: a text in, its claims with a verdict on every printed figure out.

The text becomes lexemes (scan.py), sentences of lexemes become intervals (intervals.py) and counts (counts.py), these
are linked into claims (linking.py), totals are found (denominators.py), and each figure is judged (judging.py). Time is
linear in the length of the text; nothing is kept from one text to the next but the meaning of common words.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from operator import attrgetter
from re import Match

from . import commands, denominators, intervals, means, relative_change, sample_size, sizes, statistic
from .drafts import Draft, Interval, Memory, places
from .findings import Findings, Group, Judged, TextClaim
from .judging import Judge
from .linking import mask, read_sentence
from .markup import Unmarked
from .scan import Scan
from .sources import Source

#: No sentence is longer, in lexemes; what goes on is read as the next.
LONGEST = 300
#: What a sentence has that can hold a claim: a percentage, a P value, a label, a measure, a bracket, a fraction.
_CLAIMING = re.compile("[qp]|[in]w?[o/(]|[LM(][^qpin]*[in]")
PRINTED_AT = "printed at "  # a total that stands elsewhere
_START = attrgetter("start")
_FIGURE = re.compile("[iqnpx]")


def check_text(text: str) -> Findings:
    """The claims of a text, judged. Never raises for any text; offsets count characters of ``text``.

    Tags and entities in it ("<i>P</i> &lt; 0.05") are read as what they show.
    """
    if "</" in text or ("&" in text and ";" in text):
        unmarked = Unmarked(text)
        if unmarked.text != text:
            return _as_given(_check(unmarked.text), text, unmarked)
    return _check(text)


def _as_given(findings: Findings, text: str, unmarked: Unmarked) -> Findings:
    """Findings with their places in the text as it was given, with its tags and entities."""

    def figure(one: Judged) -> Judged:
        start, end = unmarked.was(one.start, one.end)
        return one._replace(start=start, end=end)

    def group(one: Group) -> Group:
        if one.n_note is None or not one.n_note.startswith(PRINTED_AT):
            return one
        place = int(one.n_note.removeprefix(PRINTED_AT))
        return one._replace(n_note=f"{PRINTED_AT}{unmarked.was(place, place + 1)[0]}")

    claims = []
    for claim in findings.claims:
        start, end = unmarked.was(claim.start, claim.end)
        groups, figures = tuple(map(group, claim.groups)), tuple(map(figure, claim.figures))
        claims.append(claim._replace(start=start, end=end, groups=groups, figures=figures))
    unread = tuple(unmarked.was(*place) for place in findings.unread)
    return replace(findings, text=text, claims=tuple(claims), unread=unread)


def _check(text: str) -> Findings:
    scan = Scan(text)
    drafts = read(scan)
    judge = Judge(scan, drafts)
    claims = []
    taken: set[int] = set()
    untold = False
    for draft in drafts:
        figures = judge.claim(draft)
        own = places(draft)
        claims.append(_claim(scan, draft, own, judge, figures))
        taken.update(own)
        untold = untold or (draft.interval is not None and not draft.interval.conf)
    claims.sort(key=_START)
    unread = [(scan.start[k], scan.end[k]) for k in map(Match.start, _FIGURE.finditer(scan.codes)) if k not in taken]
    warnings = ("an interval without a printed level is taken as 95%",) if untold else ()
    return Findings(text, tuple(claims), tuple(unread), scan.numbers, warnings)


def check_source(source: Source) -> tuple[Source, Findings, bool]:
    """A text of many, judged; a fault of ours in it must not end the others: it becomes its warning, and is told."""
    fault = ""
    try:
        findings = check_text(source.text)
    except Exception as error:
        if os.environ.get("GVHDCALC_DEBUG"):
            raise
        row = f"row {source.number} " if source.number else ""
        fault = f"{row}not judged: a fault of the program, not of the text ({type(error).__name__}: {error})"
        findings = Findings(source.text)
        source = replace(source, warning="; ".join(part for part in (source.warning, fault) if part))
    if source.warning:
        findings = replace(findings, warnings=(*findings.warnings, source.warning))
    return source, findings, bool(fault)


def sentences(scan: Scan) -> list[tuple[int, int]]:
    """The sentences that can hold claims, as places among the lexemes."""
    found = []
    first = 0
    for sentence in scan.codes.replace("N", ".").split("."):
        last = first + len(sentence)
        if len(sentence) <= LONGEST:
            if _CLAIMING.search(sentence):
                found.append((first, last))
        else:
            for begin in range(first, last, LONGEST):
                end = min(begin + LONGEST, last)
                if _CLAIMING.search(sentence, begin - first, end - first):
                    found.append((begin, end))
        first = last + 1
    return found


def read(scan: Scan) -> list[Draft]:
    """The claims of a text, not yet judged, sentence by sentence."""
    parts = sentences(scan)
    labelled: bool | None = None
    if "L" in scan.codes:
        labelled = False
    by_part: list[list[Interval]] = []
    every: list[Interval] = []
    previous = 0
    for first, last in parts:
        found = intervals.find(scan, first, last, labelled, previous)
        previous = last if found else first
        if found and "L" in scan.codes[first:last]:
            labelled = True
        by_part.append(found)
        every += found
    masked = mask(scan, every)
    statistics = statistic.find(scan)
    of_means = frozenset(p for p, row in statistics.items() if row.name in ("t", "F"))
    memory = Memory(of_means=of_means, of_tests=frozenset(statistics))
    drafts: list[Draft] = []
    end = 0
    for (first, last), found in zip(parts, by_part, strict=True):
        if "i" in scan.codes[end:first] or "n" in scan.codes[end:first]:
            memory.groups = ()  # another sentence with numbers is between
        drafts += read_sentence(scan, masked, found, first, last, memory)
        end = last
    drafts = _once(drafts)
    codes = scan.codes
    if "±" in codes or "s" in codes or "m(w)" in codes:
        drafts += means.find(scan, parts, drafts)
        drafts = means.keep(scan, drafts, parts)
    drafts += [
        Draft("other", row.name, row.place, p + 1, estimate=row.place, p=p, statistic=row)
        for p, row in statistics.items()
    ]
    drafts += sample_size.find(scan, parts, drafts)
    drafts += relative_change.find(scan, drafts)
    sizes.fill(scan, drafts, denominators.fill(scan, drafts))
    return drafts


def _once(drafts: list[Draft]) -> list[Draft]:
    """Without the groups that a claim of a later sentence took."""
    taken = {id(arm) for draft in drafts if draft.kind in ("ratio", "difference", "p") for arm in draft.arms}
    return [
        draft
        for draft in drafts
        if draft.kind not in ("proportion", "percent_of_n")
        or draft.interval is not None
        or not all(id(arm) in taken for arm in draft.arms)
    ]


def _extent(scan: Scan, own: list[int]) -> tuple[int, int]:
    """Where a claim begins and ends in the text: with the measure before its first number, and its last bracket."""
    codes, text = scan.codes, scan.text
    first = min(own)
    measure = first - 1
    while measure >= 0 and measure > first - 4 and codes[measure] in "=:,o(":
        measure -= 1
    if measure >= 0 and codes[measure] == "M":
        first = measure
    start, end = scan.start[first], scan.end[max(own)]
    if end - start < 2000:
        quote = text[start:end]
        for opening, closing in ("()", "[]"):
            if text[end : end + 1] == closing and quote.count(opening) == quote.count(closing) + 1:
                end += 1
    return start, end


#: A value of which it is not said what it is is most often a mean.
_VALUES = {"median": "median", "mean": "mean", "value": "mean", "rate": "rate"}


def _claim(scan: Scan, draft: Draft, numbers: list[int], judge: Judge, figures: list[Judged]) -> TextClaim:
    said = scan.said

    def say(k: int | None) -> str | None:
        return None if k is None else said[k]

    interval = draft.interval
    groups, totals = [], {}
    for arm in draft.arms:
        elsewhere = None
        if arm.total is None:
            elsewhere = say(arm.total_elsewhere) or (None if arm.total_value is None else str(arm.total_value))
        note = arm.total_note
        if arm.total is None and arm.total_elsewhere is not None:
            place = scan.start[arm.total_elsewhere]
            note = f"{PRINTED_AT}{place}"
        printed = say(arm.events), say(arm.total), say(arm.percent)
        value = {_VALUES[arm.what]: say(arm.value)} if arm.value is not None else {}
        groups.append(Group(*printed, elsewhere, note, sd=say(arm.spread), **value))
        total = judge.total_of(arm)
        if total is not None:
            totals[arm.first] = total
    apart = {arm.total_elsewhere for arm in draft.arms}
    start, end = _extent(scan, [k for k in numbers if k not in apart])
    if draft.statistic is not None:
        start = draft.statistic.begin
    if draft.kind == "rate" and interval is not None:
        groups = [Group(rate=say(interval.estimate))]
    conf = float(interval.conf) if interval is not None and interval.conf else None
    notes = list(draft.notes)
    if interval is not None and conf is None and draft.kind in ("ratio", "difference", "proportion", "cuminc"):
        notes.append("no level printed: taken as 95%")
    if draft.adjusted is True and len(draft.arms) == 2:
        notes.append("adjusted: not held against the counts")
    relation = None if draft.p is None else (scan.relation[draft.p][0], said[draft.p])
    if draft.p is None and interval is not None and interval.p is not None:
        relation = (scan.relation[interval.p][0], said[interval.p])
    return TextClaim(
        draft.kind,  # type: ignore[arg-type]
        draft.measure, start, end, say(draft.estimate), say(interval.lower) if interval else None,
        say(interval.upper) if interval else None, conf, relation, draft.adjusted,
        () if draft.statistic is None else draft.statistic.degrees, tuple(groups), tuple(figures), tuple(notes),
        commands.of(scan, draft, totals, figures),
    )  # fmt: skip
