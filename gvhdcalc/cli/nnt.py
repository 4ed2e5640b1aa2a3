"""``gvhdcalc nnt``: the number needed to treat, to benefit or to harm, from two arms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from ..report.document import Document
from ..stats.results import Estimate, Value
from .arms import Counts
from .common import Options, StatCommand, common_options
from .two_arms import control, run, treatment

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate
    from ..reported.number import Printed

MEASURE = "number needed to treat"

_OUTCOMES = {
    "good": "good (the event is a benefit; --outcome bad where it is a harm)",
    "bad": "bad (the event is a harm)",
}


def _named(row: Estimate) -> Iterator[Value]:
    """The difference behind an NNT, and the NNT without signs: to benefit (NNTB) or to harm (NNTH)."""
    for which, nnt in (("", row.estimate), (", lower", row.upper), (", upper", row.lower)):
        yield Value(f"absolute benefit{which}", 1 / nnt + 0.0, "proportion", None, row.method)
    for which, nnt in (("", row.estimate), (", lower", row.lower), (", upper", row.upper)):
        kind = "NNT" if math.isinf(nnt) else ("NNTB" if nnt > 0 else "NNTH")
        yield Value(f"{kind}{which}", abs(nnt), "patients", None, row.method)


def _signed(claim: Claim) -> Claim:
    """What was printed in the signs of the estimator: numbers needed to harm negative, limits in its order."""
    lower, upper = claim.lower, claim.upper
    if claim.through_infinity:
        # printed from either side; ours runs from benefit through infinity to harm
        if lower is not None and upper is not None and lower.value < 0 < upper.value:
            lower, upper = upper, lower
        return replace(claim, lower=lower, upper=upper)
    words = (claim.measure_text or "").lower()
    if "nnth" not in words and "nnh" not in words and "harm" not in words:
        return claim

    def harm(figure: Printed | None) -> Printed | None:
        return figure if figure is None or figure.value < 0 else figure.negative()

    return replace(claim, estimate=harm(claim.estimate), lower=harm(upper), upper=harm(lower))


def _rounded_up(claim: Claim, candidates: dict[str, list[Candidate]]) -> None:
    """Whole numbers needed to treat are rounded up by custom (Cochrane Handbook, section 15.4.4)."""
    for item, printed in (("estimate", claim.estimate), ("lower", claim.lower), ("upper", claim.upper)):
        if printed is None or printed.decimals != 0:
            continue
        for row in tuple(candidates[item]):
            if math.isfinite(row.value):
                whole = math.copysign(math.ceil(abs(row.value) - 1e-9), row.value)
                more = replace(row, value=whole, attainable=(whole, whole), name=f"{row.name}, rounded up")
                candidates[item].append(replace(more, note="rounded up to a whole number"))


@click.command(
    "nnt",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("a response, which is good, in 82 of 99 against 70 of 99", "gvhdcalc nnt 82/99 70/99"),
        ("infections, which are bad, in 65 of 99 against 78 of 99", "gvhdcalc nnt 65/99 78/99 --outcome bad"),
        ("an interval through infinity", "gvhdcalc nnt 5/56 0/29"),
        ("does what the paper prints follow?", "gvhdcalc nnt 82/99 70/99 --reported 'NNT 9 (5 to 309)'"),
    ),
)
@treatment
@control
@click.option(
    "--outcome",
    type=click.Choice(tuple(_OUTCOMES)),
    default="good",
    help="Is the event a good outcome (response; default) or a bad one (adverse event, death)?",
)
@common_options(MEASURE, batch=True)
def command(treatment: Counts | None, control: Counts | None, outcome: str, options: Options) -> int:
    """Number needed to treat from two arms, each EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL.

    TREATMENT (or exposed) comes first, CONTROL (or reference) second. NNTB is the number needed to treat for one more
    patient to benefit, NNTH for one more to be harmed; --outcome says which of them more events are. The interval
    inverts Newcombe's for the risk difference, and passes through infinity where that holds zero: "NNTB 8.3 (NNTB 4.2
    to infinity to NNTH 30.0)". In JSON, NNTH is negative, and lower exceeds upper where the interval passes through
    infinity; "values" have both without signs.
    """

    def shown(document: Document) -> Document:
        values = tuple(value for row in document.estimates for value in _named(row))
        return replace(document, facts=(*document.facts, ("Outcome", _OUTCOMES[outcome])), values=values)

    return run(
        MEASURE,
        "nnt",
        treatment,
        control,
        options,
        shown=shown,
        claimed=_signed,
        further=_rounded_up,
        outcome=outcome,
    )
