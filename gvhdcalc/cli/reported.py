"""``--reported TEXT``: what the paper prints, read, matched and put into the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..report.document import Document
from ..reported.claim import Claim
from ..reported.match import Candidate, jointly, judge_all
from ..reported.reader import read_reported
from ..stats.results import INCONSISTENT, NOT_CHECKABLE, REPRODUCED, Verdict
from .arms import Counts
from .common import Options, fail


def read(options: Options, measure: str) -> tuple[Claim, Options]:
    """The claim in --reported, and the options at the level it prints (unless --conf was given)."""
    try:
        claim = read_reported(options.reported or "")
    except ValueError as error:
        fail(str(error))
    if claim.conf is not None and not options.conf_given:
        options = replace(options, conf=claim.conf)
    return claim, options


def warnings_of(claim: Claim, options: Options, measure: str) -> list[str]:
    """What a reader should know of how the text was taken."""
    found = []
    if claim.measure is not None and measure and claim.measure != measure:
        found.append(f"the text says {claim.measure}; it is compared with the {measure}")
    if claim.lower is not None and claim.conf is None and not options.conf_given:
        found.append("the text prints no confidence level: taken as 95%")
    if claim.conf is not None and abs(claim.conf - options.conf) > 1e-9:
        found.append(f"the text prints a {100 * claim.conf:g}% interval; --conf asks for {100 * options.conf:g}%")
    if claim.unread:
        found.append(f"not read: {' '.join(token.text for token in claim.unread)}")
    return found


def arm_candidates(arms: Sequence[Counts]) -> dict[str, list[Candidate]]:
    """Events, totals and percentages of the arms, under the items of a claim."""
    found: dict[str, list[Candidate]] = {}
    for number, arm in enumerate(arms, start=1):
        figures = (("events", arm.events), ("total", arm.total), ("percent", arm.events / arm.total))
        for item, value in figures:
            one = [Candidate("counts", "counts", value, (value, value))]
            found[f"{item} {number}"] = one
            if len(arms) == 1:
                found[item] = one
    return found


def judged(
    document: Document,
    claim: Claim,
    candidates: Mapping[str, Sequence[Candidate]],
    arms: Sequence[Counts],
    measure: str,
    options: Options | None = None,
    needs: Mapping[str, str] | None = None,
    slips: Mapping[str, Sequence[Candidate]] | None = None,
) -> Document:
    """The document with a verdict on each printed figure, and a sentence on all of them together."""
    verdicts = judge_all(claim.items(), {**arm_candidates(arms), **candidates}, needs=needs or {}, slips=slips)
    return replace(
        document,
        verdicts=(*document.verdicts, *verdicts),
        warnings=(*document.warnings, *warnings_of(claim, options or Options(), measure)),
        conclusion=conclusion(verdicts),
    )


def conclusion(verdicts: Sequence[Verdict]) -> str:
    """One sentence on the verdicts together."""
    wrong = [row.item for row in verdicts if row.verdict == INCONSISTENT]
    if wrong:
        return f"Does not follow from these numbers: {', '.join(wrong)}."
    judged_rows = [row for row in verdicts if row.verdict != NOT_CHECKABLE]
    if not judged_rows:
        return "Nothing that was printed can be checked from these numbers."
    if not all(row.verdict == REPRODUCED for row in judged_rows):
        return "Every printed figure that can be checked is consistent with these numbers."
    whole = ("estimate", "lower", "upper") if any(row.item == "estimate" for row in verdicts) else ("lower", "upper")
    together = jointly(verdicts, whole)
    what = "estimate and limits" if len(whole) == 3 else "both limits"
    by = f"; {what} together by {', '.join(together)}" if together else ""
    return f"Every printed figure that can be checked is reproduced{by}."
