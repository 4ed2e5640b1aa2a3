"""``gvhdcalc paired``: one event looked for twice in each pair: McNemar's tests, odds ratio, risk difference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Arm as ArmRow
from ..report.document import Document
from ..reported.number import parse_number
from ..stats import registry
from ..stats.namespace import z_for
from ..stats.paired import ODDS_RATIO, RISK_DIFFERENCE, PairedTable
from ..stats.registry import Method
from .arms import Counts
from .common import ALL, Options, StatCommand, chosen, common_options, fail, finish
from .two_arms import candidates

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate

#: Counts beyond this are taken for a slip of the keyboard.
MOST = 10**15

_FOUR = "give four counts of pairs, both, first only, second only, neither (20 12 2 16), or --discordant 12/2"
_ALL_PAIRS = "the risk difference needs the number of all pairs: BOTH FIRST SECOND NEITHER"


def parse_count(text: str, what: str) -> int:
    """A count of pairs. Raises ValueError that says what is wrong."""
    shown = text.strip()
    try:
        found = parse_number(shown)
    except ValueError as error:
        raise ValueError(f"{what}: {error}; counts are whole numbers") from None
    if found.percent or found.relation != "=" or found.value != found.value // 1:
        raise ValueError(f"{what} {shown!r} is not a whole number; counts are whole numbers")
    if found.value < 0:
        raise ValueError(f"{what} {shown!r} is negative; counts are whole numbers from 0 up")
    if found.value > MOST:
        raise ValueError(f"{what} {shown!r} is above 10^15")
    return int(found.value)


def _counts(texts: Sequence[str]) -> tuple[int, ...]:
    """The four counts. Raises ValueError."""
    if len(texts) != 4:
        raise ValueError(f"{len(texts)} counts given; {_FOUR}" if texts else _FOUR)
    names = ("both", "first only", "second only", "neither")
    found = tuple(parse_count(text, name) for text, name in zip(texts, names, strict=True))
    if not any(found):
        raise ValueError("all four counts are zero; at least one pair is needed")
    return found


def _discordant(text: str) -> tuple[int, ...]:
    """The two discordant counts of FIRST/SECOND. Raises ValueError."""
    first, slash, second = text.partition("/")
    if not slash:
        raise ValueError(f"discordant pairs {text.strip()!r} are not understood; write FIRST/SECOND (15/5)")
    return parse_count(first, "first only"), parse_count(second, "second only")


def _batch(options: Options) -> int:
    """A file with the columns both, first, second, neither (or pairs), or first and second (or discordant) alone."""
    from .batch import Shape, prefixed, run

    def wrong(*counts: int) -> str | None:
        bad = next((count for count in counts if not 0 <= count <= MOST), None)
        if bad is not None:
            return f"a count is {bad}; counts are whole numbers from 0 up"
        return "all four counts are zero" if len(counts) == 4 and not any(counts) else None

    def suspect(*counts: Any) -> Any:
        found = sum(counts) <= 0 if len(counts) == 4 else counts[0] < 0
        for count in counts:
            found = found | (count < 0) | (count > MOST)
        return found

    every = Shape(
        columns=("both", "first", "second", "neither"),
        texts=("pairs",),
        example="counts as 20/12/2/16",
        parse=lambda pairs: _counts(pairs.split("/")),
        wrong=wrong,
        suspect=suspect,
        build=PairedTable,
    )
    discordant = Shape(
        columns=("first", "second"),
        texts=("discordant",),
        example="counts as 12/2",
        parse=_discordant,
        wrong=wrong,
        suspect=suspect,
        build=lambda b, c: PairedTable(math.nan * b, b, c, math.nan * c),
    )
    asked = options.methods
    ratios = prefixed("or", chosen(registry.estimators(ODDS_RATIO), asked))
    differences = prefixed("rd", chosen(registry.estimators(RISK_DIFFERENCE), asked))
    tests = chosen(registry.tests(ODDS_RATIO), asked)
    return run(every, "paired", [*differences, *ratios], tests, options, otherwise=(discordant, ratios, tests))


def _compared(claim: Claim) -> tuple[str, str]:
    """The measure with which a claim is compared, and the name of it to which the text is held."""
    figures = [figure for figure in (claim.estimate, claim.lower, claim.upper) if figure is not None]
    if claim.measure in {"risk difference", "difference", "mean difference"}:
        return RISK_DIFFERENCE, claim.measure
    if claim.measure is None and any(figure.percent or figure.value < 0 for figure in figures):
        return RISK_DIFFERENCE, ""
    return ODDS_RATIO, "odds ratio"


def _exchanged(table: PairedTable, conf: float, methods: Mapping[str, Method]) -> dict[str, list[Candidate]]:
    """What the methods would give with first and second exchanged."""
    from ..reported.match import Candidate

    other = PairedTable(table.a, table.c, table.b, table.d)
    found: dict[str, list[Candidate]] = {"estimate": [], "lower": [], "upper": []}
    for method in methods.values():
        row = method.function(other, conf)
        for item, value in (("estimate", row.estimate), ("lower", row.lower), ("upper", row.upper)):
            found[item].append(Candidate(row.method, f"{row.name} with first and second exchanged", value))
    return found


@click.command(
    "paired",
    cls=StatCommand,
    measures=(RISK_DIFFERENCE, ODDS_RATIO),
    no_args_is_help=True,
    examples=(
        ("50 specimens on two media: growth on both 20, first 12, second 2", "gvhdcalc paired 20 12 2 16"),
        ("only the discordant pairs are printed", "gvhdcalc paired --discordant 12/2"),
        ("does what the paper prints follow?", "gvhdcalc paired 20 12 2 16 --reported 'OR 6.0 (1.3-55), P=0.013'"),
        ("many tables: columns both, first, second, neither", "gvhdcalc paired --batch pairs.csv"),
    ),
)
@click.argument("counts", nargs=-1, metavar="BOTH FIRST SECOND NEITHER")
@click.option("--discordant", metavar="FIRST/SECOND", help="The discordant pairs alone: first only / second only.")
@common_options(RISK_DIFFERENCE, ODDS_RATIO, batch=True)
def command(counts: tuple[str, ...], discordant: str | None, options: Options) -> int:
    """Two paired proportions: difference, odds ratio and McNemar's tests.

    The counts are of pairs: with the event in BOTH, in the FIRST only, in the SECOND only, in NEITHER. First is
    treatment, after, or the case; second is control, before, or the matched control. The default is Newcombe's interval
    of the difference, the conditional odds ratio first/second with its Wald interval, McNemar's chi-square and the
    exact P. The odds ratio and the tests need the discordant pairs only: --discordant 12/2.
    """
    if options.batch is not None:
        if counts or discordant is not None:
            fail("--batch reads the counts from its file: give none beside it")
        return _batch(options)
    if counts and discordant is not None:
        fail("--discordant takes the place of the four counts: give one or the other")
    try:
        pairs = _counts(counts) if discordant is None else _discordant(discordant)
    except ValueError as error:
        fail(str(error))
    return _answer(pairs, options)


def _answer(pairs: tuple[int, ...], options: Options) -> int:
    """Compute, judge and print: of four counts all measures, of two (the discordant pairs) the odds ratio."""
    claim = None
    if options.reported is not None:
        from .reported import read

        claim, options = read(options, ODDS_RATIO)
    conf, asked = options.conf, options.methods
    whole = len(pairs) == 4
    table = PairedTable(*pairs) if whole else PairedTable(math.nan, pairs[0], pairs[1], math.nan)
    estimators = {measure: registry.estimators(measure) for measure in (RISK_DIFFERENCE, ODDS_RATIO)}
    tests = registry.tests(ODDS_RATIO)
    if not whole:
        lost = [key for key in asked if key in estimators[RISK_DIFFERENCE] and key not in estimators[ODDS_RATIO]]
        if lost:
            fail(f"{lost[0]}: {_ALL_PAIRS}")
        del estimators[RISK_DIFFERENCE]
    shown = [method for methods in estimators.values() for method in chosen(methods, asked)]
    shown_tests = chosen(tests, asked)
    margins = [Counts(table.a + table.b, table.pairs), Counts(table.a + table.c, table.pairs)] if whole else []
    letters = {"b": table.b, "c": table.c, "z": z_for(conf), "conf": conf}
    document = Document(
        command="paired",
        inputs={"pairs" if whole else "discordant": list(pairs), "conf": conf},
        title=f"Pairs: {table.b} with the event in the first only, {table.c} in the second only"
        + (f", of {table.pairs}" if whole else ""),
        arms=tuple(
            ArmRow(label, one.events, one.total) for label, one in zip(("first", "second"), margins, strict=False)
        ),
        estimates=tuple(m.function(table, conf) for m in shown),
        tests=tuple(m.function(table) for m in shown_tests),
        warnings=() if whole else (_ALL_PAIRS,),
        explained={**letters, "a": table.a, "d": table.d, "n": table.pairs} if whole else letters,
    )
    if claim is not None:
        from .reported import judged

        target, named = _compared(claim)
        methods = estimators.get(target, {})
        searched = methods if not asked or ALL in asked else {m.key: m for m in shown if m.measure == target}
        searched_tests = tests if not asked else {m.key: m for m in shown_tests}
        found = candidates(
            [m.function(table, conf) for m in searched.values()],
            [m.function(table) for m in searched_tests.values()],
            methods,
            tests,
        )
        needs = {} if methods else dict.fromkeys(("estimate", "lower", "upper"), _ALL_PAIRS)
        slips = _exchanged(table, conf, searched)
        document = judged(document, claim, found, margins, named, options, needs, slips)
    return finish(document, options, (*shown, *shown_tests))
