"""What one text says in figures, and what became of each: the result of the reader of abstracts.

    from gvhdcalc.reported.abstract import check_text
    findings = check_text("Response was higher (82/99 v 70/99; OR 2.00, 95% CI 1.01-3.94; P = 0.043).")
    for claim in findings.claims:
        claim.kind, claim.measure, claim.start, claim.end, findings.text[claim.start:claim.end]
        for figure in claim.figures:            # each printed number of the claim, in the order of the text
            figure.start, figure.end, figure.verdict.verdict, figure.verdict.methods, figure.verdict.note
        claim.commands                          # what a reader would type, ready for a shell
    findings.unread                             # the places of numbers that no claim took
    findings.as_dict()                          # plain dicts, lists, strings, floats and None: for json.dumps

Offsets count characters (not bytes) of ``findings.text``, the very text that was given. ``figures`` never overlap in a
text except where one printed number belongs to two claims (a percentage with its own interval that is also an arm);
``Findings.figures`` then gives the worse verdict of the two, sorted by place, without overlap: what a page marks.
All types are frozen, hold nothing but numbers, strings and tuples, and pickle. Text is as printed: whoever shows it
must escape control characters, markup and HTML.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED, Verdict

SCHEMA = "gvhdcalc/1"

ClaimKind = Literal[
    "ratio", "difference", "proportion", "percent_of_n", "p", "cuminc", "median", "rate", "sample size", "other"
]

#: The two strengths of "inconsistent".
IMPOSSIBLE = "impossible"
NOT_REPRODUCED = "not reproduced"

#: From worst to best, as tables and ``Findings.worst`` sort.
ORDER = {INCONSISTENT: 0, CONSISTENT: 1, REPRODUCED: 2, NOT_CHECKABLE: 3}


class Judged(NamedTuple):
    """One printed number, its place in the text, and its verdict.

    ``verdict`` has item, printed text, verdict, methods, computed, attainable, note and shown (stats.results.Verdict).
    ``strength`` of an inconsistent figure is "impossible" (no data can give it) or "not reproduced" (no method here
    does); ``repair`` is the small change that would reconcile it ("a lost minus: -0.03"); ``decision`` says that
    significance at the level of the text lies between what is printed and what follows.
    """

    verdict: Verdict
    start: int
    end: int
    strength: str | None = None
    repair: str | None = None
    decision: bool = False

    def as_dict(self) -> dict[str, Any]:
        row = self.verdict
        return {
            "item": row.item,
            "printed": row.printed,
            "start": self.start,
            "end": self.end,
            "verdict": row.verdict,
            "methods": list(row.methods),
            "computed": _json_number(row.computed),
            "attainable": None if row.attainable is None else [_json_number(end) for end in row.attainable],
            "note": row.note,
            "strength": self.strength,
            "repair": self.repair,
            "decision": self.decision,
        }


class Group(NamedTuple):
    """What is printed of one group: numbers as canonical text ("1446", "82.8", "-0.5"), None where not printed.

    ``n`` stands with the group; ``n_elsewhere`` is printed elsewhere in the text, and ``n_note`` says where it was
    found or which of several n fits.
    """

    events: str | None = None
    n: str | None = None
    percent: str | None = None
    n_elsewhere: str | None = None
    n_note: str | None = None
    rate: str | None = None
    mean: str | None = None
    sd: str | None = None
    median: str | None = None

    def as_dict(self) -> dict[str, Any]:
        found = {"events": self.events, "n": self.n, "percent": self.percent}
        more = ("n_elsewhere", "n_note", "rate", "mean", "sd", "median")
        return {**found, **{name: getattr(self, name) for name in more if getattr(self, name) is not None}}


class TextClaim(NamedTuple):
    """One finding in a text.

    ``kind`` is one of ClaimKind; ``measure`` the usual abbreviation ("OR", "RR", "HR", "RD", "MD", "NNT", "test",
    "proportion"). Numbers are canonical text: decimal point, no thousands separator, minus as "-". ``conf`` is the
    level printed with this interval in percent (95), None when it is not printed. ``p`` is (relation, value), and
    ``degrees`` are the degrees of freedom printed with a test statistic.
    ``adjusted`` is True or False where the text says so, else None. ``start`` and ``end`` enclose all its numbers.
    ``figures`` are the printed numbers in order of the text, each judged; ``notes`` concern the whole claim (a
    denominator's origin, "taken as 95%", "P perhaps of another test"); ``commands`` show it on the command line.
    """

    kind: ClaimKind
    measure: str | None
    start: int
    end: int
    estimate: str | None = None
    lower: str | None = None
    upper: str | None = None
    conf: float | None = None
    p: tuple[str, str] | None = None
    adjusted: bool | None = None
    degrees: tuple[float, ...] = ()
    groups: tuple[Group, ...] = ()
    figures: tuple[Judged, ...] = ()
    notes: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The worst verdict of its figures; not checkable when it has none."""
        return min((figure.verdict.verdict for figure in self.figures), key=ORDER.__getitem__, default=NOT_CHECKABLE)

    def as_dict(self, text: str) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "measure": self.measure,
            "start": self.start,
            "end": self.end,
            "quote": text[self.start : self.end],
            "estimate": self.estimate,
            "lower": self.lower,
            "upper": self.upper,
            "conf": self.conf,
            "p": None if self.p is None else {"op": self.p[0], "value": self.p[1]},
            "adjusted": self.adjusted,
            "df": list(self.degrees),
            "arms": [group.as_dict() for group in self.groups],
            "verdict": self.verdict,
            "figures": [figure.as_dict() for figure in self.figures],
            "notes": list(self.notes),
            "commands": list(self.commands),
        }


@dataclass(frozen=True, slots=True)
class Findings:
    """All claims of one text in order of reading, and the numbers that were left unread."""

    text: str
    claims: tuple[TextClaim, ...] = ()
    unread: tuple[tuple[int, int], ...] = ()
    numbers: int = 0  # how many numbers the text prints
    warnings: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[Judged, ...]:
        """Every judged figure once, in order of the text, without overlap; the worst verdict where there are two."""
        every = [figure for claim in self.claims for figure in claim.figures]
        every.sort(key=lambda figure: (figure.start, ORDER[figure.verdict.verdict]))
        found: list[Judged] = []
        for figure in every:
            if found and figure.start < found[-1].end:
                if ORDER[figure.verdict.verdict] < ORDER[found[-1].verdict.verdict]:
                    found[-1] = figure
                continue
            found.append(figure)
        return tuple(found)

    @property
    def follows(self) -> bool:
        """False when some figure is inconsistent."""
        return all(figure.verdict.verdict != INCONSISTENT for claim in self.claims for figure in claim.figures)

    def counts(self) -> dict[str, int]:
        """How many figures got each verdict."""
        found = dict.fromkeys((REPRODUCED, CONSISTENT, INCONSISTENT, NOT_CHECKABLE), 0)
        for figure in self.figures:
            found[figure.verdict.verdict] += 1
        return found

    def as_dict(self, **about: Any) -> dict[str, Any]:
        """The JSON form (schema gvhdcalc/1, command check); ``about`` is put into its inputs (source, id)."""
        inputs: Mapping[str, Any] = {**about, "characters": len(self.text)}
        return {
            "schema": SCHEMA,
            "command": "check",
            "inputs": inputs,
            "claims": [claim.as_dict(self.text) for claim in self.claims],
            "counts": self.counts(),
            "numbers": self.numbers,
            "unread": [{"start": start, "end": end, "text": self.text[start:end]} for start, end in self.unread],
            "warnings": list(self.warnings),
        }


def _json_number(value: float | None) -> float | str | None:
    if value is None or value != value:
        return None
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
