"""``gvhdcalc prop``: one proportion, and what a printed percentage says of the counts behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Arm as ArmRow
from ..report.document import Document
from ..reported.grim import counts_for, nearest_percentages, totals_for
from ..reported.number import Printed, parse_number
from ..stats import registry
from ..stats.namespace import z_for
from ..stats.null_proportion import ALTERNATIVES, GREATER, LESS, TWO_SIDED
from ..stats.proportion import MEASURE, OneProportion, rule_of_three
from ..stats.registry import Method
from ..stats.results import INCONSISTENT, REPRODUCED, Estimate, TestResult, Value, Verdict
from .arms import Arm, Counts, parse_counts
from .common import Options, StatCommand, chosen, common_options, fail, finish
from .groups import Kinds

if TYPE_CHECKING:
    from ..reported.match import Candidate

#: More counts than this are shown by the first and the last of them.
MOST_COUNTS = 20
#: More totals than this are not listed one by one.
MOST_TOTALS = 100
#: The widest range of totals that is gone through.
WIDEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """A printed percentage of a total."""

    percent: Printed
    total: int


def parse_percent(text: str) -> Printed:
    """A percentage (40.4%) or proportion (0.404) as printed. Raises ValueError with one line."""
    printed = parse_number(text)
    if not printed.percent and printed.decimals < 1:
        raise ValueError(f"{text.strip()!r} is not a percentage; write 40.4% (or 0.404)")
    if not 0 <= printed.value <= 1:
        bounds = "0 and 100%" if printed.percent else "0 and 1; for a percentage write the sign %"
        raise ValueError(f"{text.strip()!r} is not between {bounds}")
    return printed


def parse_total(text: str) -> int:
    """A total as printed (203 or 1,203). Raises ValueError with one line."""
    printed = parse_number(text)
    if printed.percent or printed.relation != "=" or not printed.value.is_integer() or printed.decimals > 0:
        raise ValueError(f"total {text.strip()!r} is not a whole number")
    if printed.value < 1:
        raise ValueError(f"total {text.strip()!r} is not positive; a group needs at least one patient")
    return int(printed.value)


def parse_null(text: str) -> float:
    """A null proportion: 50%, 0.5 or 1/2. Raises ValueError with one line."""
    part, slash, whole = text.partition("/")
    if slash:
        above, below = parse_number(part).value, parse_number(whole).value
        value = above / below if below else 0.0
    else:
        printed = parse_number(text)
        if not printed.percent and printed.value.is_integer():
            raise ValueError(f"{text.strip()!r} is not a proportion; write 50%, 0.5 or 1/2")
        value = printed.value
    if not 0 < value < 1:
        raise ValueError(f"{text.strip()!r} is not strictly between 0 and 100%")
    return value


class NullType(click.ParamType[float]):
    """The type of a null proportion."""

    name = "null"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            return parse_null(str(value))
        except ValueError as error:
            raise click.UsageError(f"--null: {error}", ctx) from None


class ShareType(click.ParamType[Share]):
    """The type of PERCENT/TOTAL."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Share:
        text = str(value)
        percent, slash, total = text.rpartition("/")
        try:
            if not slash:
                raise ValueError(f"{text.strip()!r} has no total; write PERCENT/TOTAL (40.4%/203)")
            return Share(parse_percent(percent), parse_total(total))
        except ValueError as error:
            raise click.UsageError(str(error), ctx) from None


class PercentType(click.ParamType[Printed]):
    """The type of a printed percentage."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Printed:
        try:
            return parse_percent(str(value))
        except ValueError as error:
            raise click.UsageError(str(error), ctx) from None


class TotalsType(click.ParamType[tuple[int, int]]):
    """The type of a range of totals: 90-110 (both included) or 99."""

    name = "totals"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        text = str(value)
        parts = text.replace("\u2013", "-").replace("..", "-").split("-")
        try:
            if len(parts) > 2:
                raise ValueError(f"{text!r} is not a range of totals; write 90-110 or 99")
            least, most = parse_total(parts[0]), parse_total(parts[-1])
            if least > most:
                raise ValueError(f"the range {text!r} is upside down; write {most}-{least}")
            if most - least >= WIDEST:
                raise ValueError(f"the range {text!r} holds more than {WIDEST:,} totals")
        except ValueError as error:
            raise click.UsageError(f"--n: {error}", ctx) from None
        return least, most


@click.group("prop", cls=Kinds, default="ci")
def command() -> None:
    """One proportion with its interval, and the counts behind a printed percentage.

    GROUP is EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL. "prop 198/203" is short for "prop ci 198/203".
    """


# --- ci ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Null:
    """What the proportion is tested against, and which side counts."""

    proportion: float
    alternative: str = TWO_SIDED

    def test(self, method: Method, group: OneProportion) -> TestResult:
        """The result of a test of the group."""
        result: TestResult = method.function(group, self.proportion, self.alternative)
        return result

    @property
    def text(self) -> str:
        way = {TWO_SIDED: "two-sided", GREATER: "alternative above it", LESS: "alternative below it"}
        return f"{100 * self.proportion:.10g}%, {way[self.alternative]}"


def _asked(null: float | None, alternative: str | None, options: Options) -> Null | None:
    """The null and its alternative; ends with a message when an option has nothing to act on."""
    if null is not None:
        return Null(null, alternative or TWO_SIDED)
    if alternative is not None:
        fail("--alternative needs --null, the proportion to test against: --null 50%")
    estimators, tests = registry.estimators(MEASURE), registry.tests(MEASURE)
    for key in options.methods:
        if key in tests and key not in estimators:
            fail(f"--method {key} is a test: it needs --null, the proportion to test against (--null 50%)")
    return None


def _candidates(
    group: OneProportion,
    conf: float,
    estimators: Mapping[str, Method],
    tests: Mapping[str, Method],
    nulls: Sequence[Null],
) -> dict[str, list[Candidate]]:
    """What the counts give, by item. A limit outside 0 to 1 stands also as 0 or 1, as some software prints it."""
    from ..reported.match import Candidate

    found: dict[str, list[Candidate]] = {"estimate": [], "lower": [], "upper": []}
    for method in estimators.values():
        row: Estimate = method.function(group, conf)
        for item, value in (("estimate", row.estimate), ("lower", row.lower), ("upper", row.upper)):
            found[item].append(Candidate(row.method, row.name, value, (value, value), method.software))
            cut = min(max(value, 0.0), 1.0)
            if cut != value:
                name = f"{row.name}, cut at {cut:.0f}"
                found[item].append(Candidate(row.method, name, cut, (cut, cut), method.software, f"cut at {cut:.0f}"))
    for key, one in zip(("rule-of-three", "one-sided-exact"), rule_of_three(group, conf), strict=False):
        if one.value is not None:
            end = "lower" if group.events else "upper"
            found[end].append(Candidate(key, one.name, one.value, (one.value, one.value), (), one.note))
    if nulls:
        found["p"] = [
            Candidate(method.key, _sided(method, null), p, (p, p), method.software)
            for null in nulls
            for method in tests.values()
            for p in (null.test(method, group).p,)
        ]
    # the names of the limits where other percentages are printed beside this one
    return {**found, "lower 1": found["lower"], "upper 1": found["upper"]}


def _sided(method: Method, null: Null) -> str:
    """The name of a test, with its side where it has one."""
    return method.name if null.alternative == TWO_SIDED else f"{method.name}, one-sided ({null.alternative})"


def _other_sides(group: OneProportion, tests: Mapping[str, Method], null: Null | None) -> dict[str, list[Candidate]]:
    """What a P of other sides than those asked for would be: a slip that is to be named."""
    from ..reported.match import Candidate

    if null is None:
        return {}
    others = [replace(null, alternative=way) for way in ALTERNATIVES if way != null.alternative]
    return {
        "p": [
            Candidate(method.key, _sided(method, other) + ("" if other.alternative != TWO_SIDED else ", two-sided"), p)
            for other in others
            for method in tests.values()
            for p in (other.test(method, group).p,)
        ]
    }


def _batch(options: Options, null: Null | None) -> int:
    """A file of groups with the columns events and total, or group."""
    from .batch import Shape, run

    def parse(group: str) -> tuple[int, ...]:
        counts = parse_counts(group)
        return counts.events, counts.total

    def wrong(events: int, total: int) -> str | None:
        if total <= 0:
            return f"total is {total}; a group needs at least one patient"
        return None if 0 <= events <= total else f"events is {events}; it must be from 0 to the total of {total}"

    shape = Shape(
        columns=("events", "total"),
        texts=("group",),
        example="groups as 198/203",
        parse=parse,
        wrong=wrong,
        suspect=lambda x, n: (n <= 0) | (x < 0) | (x > n),
        build=OneProportion,
    )
    tests = []
    if null is not None:
        for method in chosen(registry.tests(MEASURE), options.methods):
            against = partial(method.function, null=null.proportion, alternative=null.alternative)
            tests.append(replace(method, function=against))
    return run(shape, "prop", chosen(registry.estimators(MEASURE), options.methods), tests, options)


@click.command(
    "ci",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("198 of 203 patients completed the study", "gvhdcalc prop 198/203"),
        ("does the printed percentage follow?", "gvhdcalc prop 198/203 --reported '97.5% (95% CI 94.3-99.2)'"),
        ("every interval", "gvhdcalc prop 198/203 --method all"),
        ("is a response of 12 in 40 below one half? the P values", "gvhdcalc prop 12/40 --null 50%"),
        ("one-sided, by one test", "gvhdcalc prop 12/40 --null 20% --alternative greater --method exact"),
        ("no event in 60 patients: the rule of three", "gvhdcalc prop 0/60"),
        ("many groups: columns events and total, or group", "gvhdcalc prop --batch groups.csv"),
    ),
)
@click.argument("group", type=Arm(), metavar="GROUP", required=False)
@click.option("--null", type=NullType(), metavar="PROPORTION", help="Test against this proportion: 50%, 0.5 or 1/2.")
@click.option(
    "--alternative", type=click.Choice(ALTERNATIVES), help="Side of the test: two-sided (default), greater or less."
)
@common_options(MEASURE, batch=True)
def ci(group: Counts | None, null: float | None, alternative: str | None, options: Options) -> int:
    """A proportion with its confidence interval, and its test against a null proportion.

    GROUP is EVENTS/TOTAL (198/203), EVENTS:NON-EVENTS (198:5) or PERCENT/TOTAL (97.5%/203). The interval is Wilson's
    unless --method says otherwise, and two-sided (--conf 90 for one-sided limits of 95%); with --null the exact
    binomial test and the score test are shown. --reported searches all methods for those that give the printed
    percentage, limits and P.
    """
    against = _asked(null, alternative, options)
    if options.batch is not None:
        if group is not None:
            fail("--batch reads the groups from its file: give none beside it")
        return _batch(options, against)
    if group is None:
        fail("a group is needed: 198/203")
    estimators, tests = registry.estimators(MEASURE), registry.tests(MEASURE)
    printed = None
    if options.reported is not None:
        from .reported import read

        printed, options = read(options, MEASURE)
    shown = chosen(estimators, options.methods)
    shown_tests = chosen(tests, options.methods) if against else []
    counts = OneProportion(group.events, group.total)
    letters = {"x": group.events, "n": group.total, "conf": options.conf, "z": z_for(options.conf)}
    inputs: dict[str, Any] = {"events": [group.events], "totals": [group.total], "conf": options.conf}
    if against:
        letters["p0"] = against.proportion
        inputs |= {"null": against.proportion, "alternative": against.alternative}
    document = Document(
        command="prop",
        inputs=inputs,
        title=f"{MEASURE.capitalize()}: {group.events}/{group.total}",
        arms=(ArmRow("group", group.events, group.total),),
        facts=(("tested against", against.text),) if against else (),
        estimates=tuple(method.function(counts, options.conf) for method in shown),
        tests=tuple(against.test(method, counts) for method in shown_tests) if against else (),
        values=rule_of_three(counts, options.conf),
        explained=letters,
    )
    if printed is not None:
        from .reported import judged

        searched = estimators if not options.methods else {method.key: method for method in shown}
        searched_tests = tests if not options.methods else {method.key: method for method in shown_tests}
        nulls = [against] if against else []
        if against and printed.p_sides == 1 and against.alternative == TWO_SIDED:
            nulls = [replace(against, alternative=way) for way in (GREATER, LESS)]  # the text says one-sided
        document = judged(
            document,
            printed,
            _candidates(counts, options.conf, searched, searched_tests, nulls),
            [group],
            MEASURE,
            options,
            needs={"p": "a P value needs the proportion it is tested against: --null 50%"},
            slips=_other_sides(counts, searched_tests, against),
        )
    return finish(document, options, (*shown, *shown_tests))


command.add_command(ci)

#: How counts and totals are found, for --explain.
COUNTS = Method(
    "estimator",
    MEASURE,
    "counts",
    "Counts behind a percentage",
    "Brown & Heathers 2017",
    counts_for,
    formula="the counts k with u - h <= 100*k/n <= u + h;  u the printed percentage, h half a unit of its last decimal",
)
GRIM = Method(
    "estimator",
    MEASURE,
    "grim",
    "GRIM test for percentages",
    "Brown & Heathers 2017",
    totals_for,
    formula="the totals n with some count k: u - h <= 100*k/n <= u + h;  "
    "u the printed percentage, h half a unit of its last decimal",
)

# --- counts -----------------------------------------------------------------------------------------------------------


def _fraction(count: int, total: int, percent: Printed) -> str:
    """ "82/203 = 40.39%": the percentage with one digit more than was printed."""
    return f"{count}/{total} = {percent.like(count / total, 1)}"


def _behind(share: Share, item: str) -> tuple[Verdict, list[Value], str]:
    """The verdict on one percentage, the counts behind it (or the nearest), and a sentence."""
    percent, total = share.percent, share.total
    counts = counts_for(percent, total)
    if not counts:
        nearest = nearest_percentages(percent, total)
        by = f"{' and '.join(str(count) for count, _ in nearest)} of {total}"
        computed = min((proportion for _, proportion in nearest), key=percent.distance)
        verdict = Verdict(
            item, percent.text, INCONSISTENT, (), computed, None, f"nearest: {by}", percent.like(computed, 1)
        )
        values = [Value(f"nearest count of {total}", k, "events", _fraction(k, total, percent)) for k, _ in nearest]
        return verdict, values, f"No count out of {total} gives {percent.text}."
    first, last = counts[0], counts[-1]
    attainable = (first / total, last / total)
    if len(counts) <= MOST_COUNTS:
        values = [Value(f"count of {total}", k, "events", _fraction(k, total, percent)) for k in counts]
    else:
        values = [
            Value(f"counts of {total} that give it", len(counts), "counts"),
            Value(f"least count of {total}", first, "events", _fraction(first, total, percent)),
            Value(f"greatest count of {total}", last, "events", _fraction(last, total, percent)),
        ]
    span = f"{first}" if len(counts) == 1 else f"{first} to {last}"
    verdict = Verdict(
        item, percent.text, REPRODUCED, ("counts",), first / total, attainable, shown=percent.like(first / total, 1)
    )
    return verdict, values, f"{percent.text} of {total} is {span}."


@click.command(
    "counts",
    cls=StatCommand,
    no_args_is_help=True,
    examples=(
        ("40.4% of 203 or of 198 patients: which counts?", "gvhdcalc prop counts 40.4%/203 40.4%/198"),
        ("a percentage that no count gives (exit status 1)", "gvhdcalc prop counts 40.4%/100"),
    ),
)
@click.argument("shares", type=ShareType(), nargs=-1, required=True, metavar="PERCENT/TOTAL...")
@common_options(reported=False, plot=False, explain=True)
def counts(shares: tuple[Share, ...], options: Options) -> int:
    """The counts behind a printed percentage.

    Shows every count out of the total that rounds to the percentage, or the nearest ones when none does: exit status 1.
    """
    facts, verdicts, values, sentences = [], [], [], []
    for number, share in enumerate(shares, start=1):
        lower, upper = share.percent.interval
        lower, upper = max(lower, 0.0), min(upper, 1.0)
        facts.append(
            (
                f"{share.percent.text} of {share.total}",
                f"{share.percent.like(lower, 1)} to {share.percent.like(upper, 1)}, "
                f"that is {share.total * lower:.10g} to {share.total * upper:.10g} patients",
            )
        )
        verdict, found, sentence = _behind(share, "percent" if len(shares) == 1 else f"percent {number}")
        verdicts.append(verdict)
        values += found
        sentences.append(sentence)
    document = Document(
        command="prop counts",
        inputs={
            "percents": [share.percent.value for share in shares],
            "printed": [share.percent.text for share in shares],
            "totals": [share.total for share in shares],
        },
        title="Counts behind a percentage",
        facts=tuple(facts),
        values=tuple(values),
        verdicts=tuple(verdicts),
        conclusion=" ".join(sentences),
    )
    return finish(document, options, [COUNTS])


command.add_command(counts)

# --- grim -------------------------------------------------------------------------------------------------------------


def _runs(totals: Sequence[int], width: int = 36) -> str:
    """Whole numbers in order as text, neighbours joined: "90-92, 99"; "93, 99, 116 ... 3000" where that is too wide."""
    runs: list[list[int]] = []
    for n in totals:
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    text = ", ".join(shown)
    if len(text) <= width:
        return text
    end = f" ... {totals[-1]}"
    while len(text) + len(end) > width and len(shown) > 1:
        shown.pop()
        text = ", ".join(shown)
    return text + end


def _alone(percent: Printed, item: str, least: int, most: int) -> tuple[Verdict, Value]:
    """The verdict on one percentage over a range of totals, and the totals that can give it."""
    totals = totals_for([percent], least, most)
    name = f"totals that give {percent.text}"
    if totals:
        return Verdict(item, percent.text, REPRODUCED, ("grim",)), Value(name, len(totals), "totals", _runs(totals))
    nearest = ((*pair, n) for n in range(least, most + 1) for pair in nearest_percentages(percent, n))
    count, proportion, n = min(nearest, key=lambda found: percent.distance(found[1]))
    note = f"nearest: {_fraction(count, n, percent)}"
    return Verdict(item, percent.text, INCONSISTENT, (), proportion, None, note, percent.like(proportion, 1)), Value(
        name, 0, "totals"
    )


def _warnings(percents: Sequence[Printed], most: int) -> tuple[str, ...]:
    """Where n is so large that every percentage has a count, the answer says nothing."""
    places = min((percent.places for percent in percents if percent.relation == "="), default=None)
    if places is None or most < 10**places:
        return ()
    decimals = "1 decimal" if places == 3 else f"{places - 2} decimals" if places > 2 else "no decimals"
    return (f"from n = {10**places} every percentage of {decimals} has a count, right or wrong",)


def _span(counts: range) -> str:
    return f"{counts[0]}" if len(counts) == 1 else f"{counts[0]}-{counts[-1]}"


@click.command(
    "grim",
    cls=StatCommand,
    no_args_is_help=True,
    examples=(
        ("two percentages of arms of one size: which size?", "gvhdcalc prop grim 82.8% 70.7% --n 90-110"),
        ("can a percentage be of this total? (exit status 1)", "gvhdcalc prop grim 82.8% --n 100"),
    ),
)
@click.argument("percents", type=PercentType(), nargs=-1, required=True, metavar="PERCENT...")
@click.option("--n", "totals", type=TotalsType(), required=True, metavar="RANGE", help="Totals to try: 90-110, or 99.")
@common_options(reported=False, plot=False, explain=True)
def grim(percents: tuple[Printed, ...], totals: tuple[int, int], options: Options) -> int:
    """The totals that printed percentages allow.

    Shows the totals in a range that can give each of the percentages, and all of them together. A percentage fits a
    total when some count out of it rounds to it (the GRIM test of Brown & Heathers 2017, for percentages). Exit status
    1 when a percentage fits no total, or no total fits all.
    """
    least, most = totals
    several = len(percents) > 1
    verdicts, values = [], []
    for number, percent in enumerate(percents, start=1):
        verdict, value = _alone(percent, f"percent {number}" if several else "percent", least, most)
        verdicts.append(verdict)
        values.append(value)
    together = totals_for(percents, least, most)
    if several:
        values.append(Value("totals that give all", len(together), "totals", _runs(together) if together else None))
        found = REPRODUCED if together else INCONSISTENT
        verdicts.append(Verdict("percents together", f"all {len(percents)}", found, ("grim",) if together else ()))
    if len(together) <= MOST_TOTALS:
        for n in together:
            events = ", ".join(_span(counts_for(percent, n)) for percent in percents)
            values.append(Value("total", n, "patients", f"events {events}"))
    printed = ", ".join(percent.text for percent in percents)
    within = f"n from {least} to {most}" if least < most else f"n = {least}"
    if together:
        conclusion = f"n = {_runs(together)} can give {printed}."
    else:
        conclusion = f"No {within} can give {printed}." if least < most else f"{within} cannot give {printed}."
    document = Document(
        command="prop grim",
        inputs={
            "percents": [percent.value for percent in percents],
            "printed": [percent.text for percent in percents],
            "n": [least, most],
        },
        title=f"Totals behind {printed}, {within}",
        values=tuple(values),
        verdicts=tuple(verdicts),
        warnings=_warnings(percents, most),
        conclusion=conclusion,
    )
    return finish(document, options, [GRIM])


command.add_command(grim)
