"""``gvhdcalc fragility``: how many changed outcomes would turn the conclusion of a test."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import click

from ..report.document import Arm as ArmRow
from ..report.document import Document
from ..report.numbers import p_value
from ..stats import registry
from ..stats.fragility import Convention, Fragility
from ..stats.fragility import fragility as search
from ..stats.registry import Method
from ..stats.two_by_two import TwoByTwo
from .arms import Counts
from .common import ALL, Key, Options, StatCommand, common_options, fail, finish
from .quantities import Fraction
from .two_arms import both, control, letters, tables_in_columns, treatment

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate
    from ..reported.number import Printed

DEFAULT = "fisher"

#: How long the index is searched by all tests asked for, and how long --reported searches further.
_SECONDS, _SEARCH_SECONDS = 20.0, 5.0

#: The measures whose own test, Wald's, can be asked for beside the tests of independence.
_MEASURES = {"or": "odds ratio", "rr": "risk ratio", "rd": "risk difference"}

_CONVENTIONS: dict[Convention, str] = {
    "walsh": "changes in the arm with fewer events (Walsh 2014; Khan 2020)",
    "minimal": "the fewest changes in either or both arms (Lin 2021)",
}


class FragilityCommand(StatCommand):
    """The command, whose methods are tests."""

    def _listed(self) -> list[tuple[str, dict[str, Method]]]:
        return [("Tests", registry.tests(_MEASURES["or"]))]


@click.command(
    "fragility",
    cls=FragilityCommand,
    no_args_is_help=True,
    examples=(
        ("a response of 82 of 99 patients against 70 of 99", "gvhdcalc fragility 82/99 70/99"),
        ("of the conclusion of Pearson's chi-square", "gvhdcalc fragility 82/99 70/99 --test pearson"),
        ("the fewest changes, by every test", "gvhdcalc fragility 78/99 64/99 --test all --convention minimal"),
        ("does what the paper prints follow?", "gvhdcalc fragility 37/99 53/99 --reported 'fragility index 2'"),
    ),
)
@treatment
@control
@click.option(
    "--test",
    "--method",
    "methods",
    type=Key(lambda: registry.tests(_MEASURES["or"])),
    multiple=True,
    metavar="KEY",
    help="The test whose conclusion may turn (repeatable), or all. Default: fisher.",
)
@click.option("--alpha", type=Fraction("alpha"), default=0.05, help="Significant is P below this. Default: 0.05.")
@click.option(
    "--convention",
    type=click.Choice(tuple(_CONVENTIONS)),
    default="walsh",
    help="walsh: in the arm with fewer events (default); minimal: the fewest in either or both arms.",
)
@click.option("--measure", type=click.Choice(tuple(_MEASURES)), default="or", help="Whose Wald test --test wald is.")
@click.option("--explain", is_flag=True, help="Show the formulas with the numbers put in.")
@common_options(plot=False, batch=True)
def command(
    treatment: Counts | None,
    control: Counts | None,
    alpha: float,
    convention: Convention,
    measure: str,
    options: Options,
) -> int:
    """Fragility index: how many patients would need another outcome for the conclusion of a test to turn?

    TREATMENT comes first, CONTROL second, each EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL. Of a significant
    result events are added to the arm with fewer events until P >= alpha (Walsh 2014). Of a result that is not
    significant the fragility index is 0, and events are taken from that arm until P < alpha: the reverse fragility
    index (Khan 2020). The quotient is the index over all patients. --reported searches the two-sided tests and both
    conventions; unconditional exact tests, which are slow, only where --test names them.
    """
    if options.batch is not None:
        if treatment is not None or control is not None:
            fail("--batch reads the arms from its file: give no arms beside it")
        return _batch(options, alpha, convention, measure)
    one, two = both(treatment, control)
    table = TwoByTwo.from_totals(one.events, one.total, two.events, two.total)
    tests = registry.tests(_MEASURES[measure])
    keys = list(tests) if ALL in options.methods else list(dict.fromkeys(options.methods)) or [DEFAULT]
    shown = [tests[key] for key in keys]
    seconds = max(1.0, _SECONDS / len(shown))
    found = [search(table, test, alpha, convention, seconds) for test in shown]
    document = Document(
        command="fragility",
        inputs={
            "events": [one.events, two.events],
            "totals": [one.total, two.total],
            "alpha": alpha,
            "convention": convention,
            "tests": keys,
        },
        title=f"Fragility of the conclusion: {one.events}/{one.total} v {two.events}/{two.total}",
        facts=(("Convention", _CONVENTIONS[convention]), ("Significant", f"P < {alpha:g}")),
        arms=_arms(one, two, found),
        tests=tuple(test.function(table) for test in shown),
        values=tuple(value for row in found for value in row.values()),
        warnings=_warnings(found),
        conclusion=_sentence(found[0], table, shown[0]) if len(found) == 1 else "",
        explained=letters(table, 1 - alpha),
    )
    if options.reported is not None:
        searched = shown if options.methods else _searched(shown, tests, table)
        document = _judged(document, options.reported, table, searched, alpha, found)
    return finish(document, options, shown)


class _Indices(NamedTuple):
    """What a row of --batch gains for each test; nan where no number of changes turns the conclusion."""

    fragility_index: float
    reverse_fragility_index: float
    fragility_quotient: float


def _batch(options: Options, alpha: float, convention: Convention, measure: str) -> int:
    """The indices of every table of a file, by the tests asked for."""
    from .batch import run as run_batch

    tests = registry.tests(_MEASURES[measure])
    keys = list(tests) if ALL in options.methods else list(dict.fromkeys(options.methods)) or [DEFAULT]

    def indices(test: Method) -> Callable[[TwoByTwo, float], _Indices]:
        def found(table: TwoByTwo, conf: float) -> _Indices:
            row = search(table, test, alpha, convention, _SEARCH_SECONDS)
            changes = math.nan if row.changes is None else row.changes
            quotient = math.nan if row.quotient is None else row.quotient
            return _Indices(changes, math.nan, quotient) if row.significant else _Indices(0, changes, quotient)

        return found

    searches = [replace(tests[key], function=indices(tests[key]), closed_form=False) for key in keys]
    return run_batch(tables_in_columns(), "fragility", searches, (), options, fields=_Indices._fields)


def _arms(one: Counts, two: Counts, found: list[Fragility]) -> tuple[ArmRow, ...]:
    """The arms, and for one test the arms at which its conclusion turns."""
    rows = [ArmRow("treatment", one.events, one.total), ArmRow("control", two.events, two.total)]
    turned = found[0].turned if len(found) == 1 else None
    if turned is not None:
        rows += [
            ArmRow("treatment at the turn", int(turned.a), int(turned.n1)),
            ArmRow("control at the turn", int(turned.c), int(turned.n0)),
        ]
    return tuple(rows)


def _warnings(found: list[Fragility]) -> tuple[str, ...]:
    """Why an index is missing, once for each reason, and what there is instead."""
    more = {
        "more events widen the difference": " (fewer events but the higher risk); see --convention minimal",
        "no number of changes turns it": " in that arm; see --convention minimal",
    }
    reasons: dict[str, list[str]] = {}
    for row in found:
        if row.changes is None and row.reason:
            reasons.setdefault(row.reason, []).append(row.method)
    minimal = found[0].convention == "minimal"
    return tuple(
        f"no index by {', '.join(methods)}: {reason}{'' if minimal else more.get(reason, '')}"
        for reason, methods in reasons.items()
    )


def _sentence(row: Fragility, table: TwoByTwo, test: Method) -> str:
    """What the index means, in words."""
    if row.p != row.p:
        return f"{test.name}: it does not exist for this table."

    def shown(p: float) -> str:
        return p_value(p) if round(p, 3) != round(row.alpha, 3) else p_value(p, 5)

    start = f"P {shown(row.p)} by {test.name} is {'below' if row.significant else 'not below'} {row.alpha:g}"
    if row.turned is None or row.changes is None or row.p_turned is None:
        return f"{start}."
    parts = []
    for arm, before, after in (("treatment", table.a, row.turned.a), ("control", table.c, row.turned.c)):
        by = int(after - before)
        if by:
            plural = "event" if abs(by) == 1 else "events"
            parts.append(f"{abs(by)} {plural} {'more' if by > 0 else 'fewer'} in the {arm} arm")
    return f"{start}; with {' and '.join(parts)} it would be {shown(row.p_turned)}."


def _judged(
    document: Document, text: str, table: TwoByTwo, tests: list[Method], alpha: float, found: list[Fragility]
) -> Document:
    """The document with verdicts on a printed index, and on a quotient printed after it."""
    from ..reported.match import judge_all
    from ..reported.reader import read_reported
    from .reported import conclusion

    try:
        claim = read_reported(text, "fragility index")
    except ValueError as error:
        fail(str(error))
    items = claim.items()
    quotient, unread = _quotient(claim)
    if quotient is not None:
        items.append(("quotient", quotient))
    candidates = _candidates(claim, table, tests, alpha, found)
    verdicts = judge_all(items, candidates, needs={"p": "no test gives a P value"})
    warnings = document.warnings
    if claim.measure not in (None, "fragility index", "reverse fragility index"):
        warnings += (f"the text says {claim.measure}; it is compared with the fragility index",)
    if unread:
        warnings += (f"not read: {' '.join(unread)}",)
    said = f"{document.conclusion} {conclusion(verdicts)}".strip()
    return replace(document, verdicts=verdicts, warnings=warnings, conclusion=said)


def _searched(shown: list[Method], tests: dict[str, Method], table: TwoByTwo) -> list[Method]:
    """The tests that --reported searches: those shown, then the two-sided ones that do not take long."""
    quick = (test for test in tests.values() if test.closed_form and test.function(table).sides == 2)
    return list(dict.fromkeys((*shown, *quick)))


def _quotient(claim: Claim) -> tuple[Printed | None, list[str]]:
    """The first number after the index, which is its quotient, and what else was not read."""
    from ..reported.number import parse_number

    unread = [token.text for token in claim.unread]
    for text in unread:
        try:
            printed = parse_number(text)
        except ValueError:
            continue
        if 0 <= printed.value < 1:
            return printed, [other for other in unread if other != text]
    return None, unread


def _candidates(
    claim: Claim, table: TwoByTwo, tests: list[Method], alpha: float, found: list[Fragility]
) -> dict[str, list[Candidate]]:
    """The index by every test and convention: where not significant 0, and the reverse one.

    Of large tables the fewest changes of every test would take long: those that are not found in time are left out.
    """
    from ..reported.match import Candidate

    rows: dict[str, list[Candidate]] = {"estimate": [], "quotient": [], "p": []}
    known = {(row.method, row.convention): row for row in found}
    until = time.monotonic() + _SEARCH_SECONDS
    for convention, note in ((c, None if c == "walsh" else "fewest changes in any arm") for c in _CONVENTIONS):
        for test in tests:
            left = until - time.monotonic()
            row = known.get((test.key, convention)) or search(table, test, alpha, convention, max(left, 0.0))
            if convention == "walsh" and row.p == row.p:
                rows["p"].append(Candidate(test.key, test.name, row.p, (row.p, row.p), test.software))
                if not row.significant and claim.measure != "reverse fragility index":
                    zero = Candidate(test.key, f"{test.name} (not significant)", 0.0)
                    rows["estimate"].append(replace(zero, note="not significant as it is"))
                    rows["quotient"].append(zero)
            if row.changes is None or row.quotient is None:
                continue
            if row.significant and claim.measure == "reverse fragility index":
                continue
            about = note if row.significant else "; ".join(filter(None, ("the reverse fragility index", note)))
            rows["estimate"].append(Candidate(test.key, test.name, float(row.changes), None, (), about))
            rows["quotient"].append(Candidate(test.key, test.name, row.quotient, None, (), about))
    return rows
