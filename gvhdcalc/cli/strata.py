"""``--stratified``: several 2x2 tables pooled into one estimate, for or, rr and rd."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Document
from ..report.document import Stratum as StratumRow
from ..stats import registry
from ..stats.namespace import z_for
from ..stats.registry import Method
from ..stats.results import Estimate
from ..stats.two_by_two import TwoByTwo
from . import near, one_line
from .arms import Counts
from .common import ALL, Options, chosen, fail, finish
from .two_arms import candidates, tables_in_columns

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate
    from ..reported.number import Printed
    from ..stats.results import TestResult
    from ..stats.strata import Strata

CRUDE = "crude (added up)"


@dataclass(frozen=True, slots=True)
class Table:
    """One stratum as read: its label and its arms."""

    label: str
    treatment: Counts
    control: Counts

    @property
    def counts(self) -> TwoByTwo:
        return TwoByTwo.from_totals(
            self.treatment.events, self.treatment.total, self.control.events, self.control.total
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of strata: by which command, of which measure, and how a claim is put into its signs and units."""

    command: str
    measure: str
    claimed: Callable[[Claim], Claim] | None = None

    @property
    def common(self) -> str:
        """The measure that is pooled."""
        return f"common {self.measure}"


def run(question: Question, arms: Sequence[Counts], by: str | None, options: Options) -> int:
    """Pool strata, typed as arms in pairs or in the rows of --batch FILE; the exit status."""
    if options.batch is not None:
        return _from_file(question, arms, by, options)
    if by is not None:
        fail("--by names a column of --batch FILE: there is no file")
    return finish(*_answer(question, _pairs(arms), options))


def check_methods(question: Question, options: Options, stratified: bool) -> None:
    """End with a message where a method is named that the command has only with, or only without, --stratified."""
    pooling = {**registry.estimators(question.common), **registry.tests(question.common)} if options.methods else {}
    of_one = registry.estimators(question.measure) if options.methods else {}
    for key in options.methods:
        if key == ALL:
            continue
        if stratified and key not in pooling and key not in of_one:
            fail(f"{key} is no method for strata{near(key, pooling)}; one of {', '.join(pooling)}")
        if not stratified and key in pooling and key not in of_one and key not in registry.tests(question.measure):
            fail(f"{key} pools strata: add --stratified")


def _pairs(arms: Sequence[Counts]) -> list[Table]:
    if not arms:
        fail("--stratified needs the arms of each stratum, treatment first: 5/20 8/21 12/40 15/39")
    if len(arms) % 2:
        fail(f"--stratified takes arms in pairs, treatment and control of each stratum; {len(arms)} arms are given")
    return [
        Table(str(number), one, two) for number, (one, two) in enumerate(zip(arms[::2], arms[1::2], strict=True), 1)
    ]


# --- one analysis -----------------------------------------------------------------------------------------------------


def _letters(question: Question, strata: Strata, conf: float) -> dict[str, float]:
    """The sums over strata that formulas name, with their numbers."""
    from ..stats import common_odds_ratio, mantel_haenszel

    sums = {
        "odds ratio": mantel_haenszel.odds_ratio_sums,
        "risk ratio": mantel_haenszel.risk_ratio_sums,
        "risk difference": mantel_haenszel.risk_difference_sums,
    }[question.measure]
    return {**sums(strata), **common_odds_ratio.peto_sums(strata), "k": len(strata.a), "z": z_for(conf)}


def _strata_rows(
    question: Question, tables: Sequence[Table], strata: Strata, own: Method, conf: float
) -> list[StratumRow]:
    """Each stratum with its own estimate and its Mantel-Haenszel weight, and all of them added up."""
    from ..stats.mantel_haenszel import weights

    shares = weights(strata, question.common)
    rows = [
        StratumRow(
            table.label,
            (table.treatment.events, table.control.events),
            (table.treatment.total, table.control.total),
            own.function(table.counts, conf),
            float(share) if share == share else None,
        )
        for table, share in zip(tables, shares, strict=True)
    ]
    one, two = _added_up(tables)
    crude = TwoByTwo.from_totals(one.events, one.total, two.events, two.total)
    if len(tables) > 1:
        rows.append(StratumRow(CRUDE, (one.events, two.events), (one.total, two.total), own.function(crude, conf)))
    return rows


def _added_up(tables: Sequence[Table]) -> tuple[Counts, Counts]:
    def total(arms: Sequence[Counts]) -> Counts:
        return Counts(sum(arm.events for arm in arms), sum(arm.total for arm in arms))

    return total([table.treatment for table in tables]), total([table.control for table in tables])


def _candidates(
    estimates: Sequence[Estimate], tests: Sequence[Any], estimators: dict[str, Method], tested_by: dict[str, Method]
) -> dict[str, list[Candidate]]:
    """What the strata give, by item; a paper that prints several P values may mean any of the tests by each."""
    found = candidates(estimates, tests, estimators, tested_by)
    return {**found, **{f"p {number}": found["p"] for number in range(2, 6)}}


def _heterogeneity_candidates(
    tests: Sequence[TestResult], methods: dict[str, Method], common: str, strata: Strata, shown: Sequence[str]
) -> dict[str, list[Candidate]]:
    """What the strata give of heterogeneity: P of the tests of homogeneity, I^2 of each Q and of each tau^2."""
    from ..reported.heterogeneity import I_SQUARED, P_OF_HETEROGENEITY
    from ..reported.match import Candidate
    from ..stats.meta_analysis import heterogeneity, i_squared_of_q

    own = [test for test in tests if methods[test.method].measure == common]
    found: dict[str, list[Candidate]] = {I_SQUARED: [], P_OF_HETEROGENEITY: []}
    for test in own:
        software = methods[test.method].software
        found[P_OF_HETEROGENEITY].append(Candidate(test.method, test.name, test.p, (test.p, test.p), software))
        if "cochran-q" in test.method or test.method == "peto-homogeneity":
            share = float(i_squared_of_q(test.statistic, test.df))
            found[I_SQUARED].append(Candidate(test.method, f"I^2 of {test.name}", share, (share, share), software))
    for value in heterogeneity(strata, common, tuple(shown), 0.95):
        if value.name == I_SQUARED and value.value is not None:
            at = (value.value, value.value)
            found[I_SQUARED].append(Candidate(value.method or "", f"I^2 by {value.method}", value.value, at))
    return found


def _crude_slips(question: Question, tables: Sequence[Table], conf: float) -> dict[str, list[Candidate]]:
    """What ignoring the strata would give."""
    from ..reported.match import Candidate

    one, two = _added_up(tables)
    crude = TwoByTwo.from_totals(one.events, one.total, two.events, two.total)
    found: dict[str, list[Candidate]] = {"estimate": [], "lower": [], "upper": []}
    for method in registry.estimators(question.measure).values():
        if method.slow:
            continue
        row = method.function(crude, conf)
        for item, value in (("estimate", row.estimate), ("lower", row.lower), ("upper", row.upper)):
            found[item].append(Candidate(row.method, f"{row.name} of the strata added up", value))
    return found


def _answer(
    question: Question, tables: Sequence[Table], options: Options, group: tuple[str, str] | None = None
) -> tuple[Document, Options, list[Method]]:
    """The document of one analysis, the options at the level that a claim prints, and the methods it shows."""
    from ..stats.meta_analysis import heterogeneity
    from ..stats.strata import Strata

    estimators, tests = registry.estimators(question.common), registry.tests(question.common)
    printed = None
    of_heterogeneity: list[tuple[str, Printed]] = []
    if options.reported is not None:
        from ..reported.heterogeneity import read_heterogeneity

        try:
            of_heterogeneity, rest = read_heterogeneity(options.reported)
        except ValueError as error:
            fail(str(error))
        options = replace(options, reported=rest)
    if options.reported is not None and (not of_heterogeneity or any(ch.isdigit() for ch in options.reported)):
        from .reported import read

        printed, options = read(options, question.measure)
        printed = question.claimed(printed) if question.claimed else printed
    conf = options.conf
    strata = Strata.of(table.counts for table in tables)
    # whether the arms differ at all comes before whether they do so alike
    tests = dict(sorted(tests.items(), key=lambda item: item[1].measure == question.common))
    shown, shown_tests = chosen(estimators, options.methods), chosen(tests, options.methods)
    own = next(
        (m for k, m in registry.estimators(question.measure).items() if k in options.methods and k not in estimators),
        next(m for m in registry.estimators(question.measure).values() if m.default),
    )
    named = f"{group[0]} {group[1]}: " if group else ""
    stratum_word = "stratum" if len(tables) == 1 else "strata"
    title = f"{named}{question.common} of {len(tables)} {stratum_word}"
    document = Document(
        command=question.command,
        inputs={
            "stratified": True,
            **({"by": {group[0]: group[1]}} if group else {}),
            "strata": [
                {
                    "label": table.label,
                    "events": [table.treatment.events, table.control.events],
                    "totals": [table.treatment.total, table.control.total],
                }
                for table in tables
            ],
            "conf": conf,
        },
        title=title if group else title.capitalize(),
        facts=(("Each stratum", f"{own.name}; Mantel-Haenszel weight"),),
        strata=tuple(_strata_rows(question, tables, strata, own, conf)),
        estimates=tuple(m.function(strata, conf) for m in shown),
        tests=tuple(m.function(strata) for m in shown_tests),
        values=heterogeneity(strata, question.common, tuple(m.key for m in shown), conf),
        explained=_letters(question, strata, conf),
    )
    if printed is not None or of_heterogeneity:
        searched = {m.key: m for m in shown} if options.methods else estimators
        searched_tests = {m.key: m for m in shown_tests} if options.methods else tests
        tested = [m.function(strata) for m in searched_tests.values()]
        of_these = _heterogeneity_candidates(tested, tests, question.common, strata, list(searched))
        document = _judged_heterogeneity(document, of_heterogeneity, of_these)
    if printed is not None:
        from ..reported.slips import turned
        from .reported import conclusion, judged

        found = _candidates([m.function(strata, conf) for m in searched.values()], tested, estimators, tests)
        crude = _crude_slips(question, tables, conf)
        wrong_way = {
            item: [*crude[item], *figures] for item, figures in turned(strata, conf, [*searched.values()]).items()
        }
        document = judged(document, printed, found, list(_added_up(tables)), question.measure, options, slips=wrong_way)
        document = replace(document, conclusion=conclusion(document.verdicts))
    return document, options, [*shown, *shown_tests]


def _judged_heterogeneity(
    document: Document, printed: Sequence[tuple[str, Printed]], found: dict[str, list[Candidate]]
) -> Document:
    """The document with a verdict on each printed figure of heterogeneity."""
    from ..reported.match import judge_all
    from .reported import conclusion

    verdicts = judge_all(printed, found)
    return replace(document, verdicts=verdicts, conclusion=conclusion(verdicts)) if verdicts else document


# --- from a file ------------------------------------------------------------------------------------------------------


def _rows(options: Options, by: str | None) -> Iterator[tuple[str | None, Table]]:
    """Each row of the file with the value of its column ``by``. A bad row ends it all: pooled without it is wrong."""
    from .batch import Source
    from .delimited import opened

    shape = tables_in_columns()
    taken = {*shape.columns, *shape.texts, by}
    with opened(options.batch or "-") as stream:
        source = Source(stream, shape)

        def cell(row: Any, column: str) -> str:
            value = row.get(column) if source.is_json else row[source.columns.index(column)]
            return "" if value is None else one_line(str(value)).strip()

        if by is not None and not source.is_json and by not in source.columns:
            fail(f"--by {by!r}: no such column{near(by, source.columns)}; columns are {', '.join(source.columns)}")
        for block in source.blocks():
            numbers = source.numbers(block)
            for index, error in sorted(block.errors.items()):
                fail(f"line {block.lines[index]}: {error}; nothing is pooled without it")
            for line, row, found in zip(block.lines, block.rows, numbers, strict=True):
                if by is not None and source.is_json and by not in row:
                    fail(f"line {line}: no {by!r} for --by; nothing is pooled without it")
                named = [name for name in (row if source.is_json else source.columns) if name not in taken]
                label = cell(row, named[0]) if named else ""
                events1, total1, events0, total0 = map(int, found)
                table = Table(label or f"line {line}", Counts(events1, total1), Counts(events0, total0))
                yield (cell(row, by) if by is not None else None), table


def _from_file(question: Question, arms: Sequence[Counts], by: str | None, options: Options) -> int:
    """All rows pooled, or those of each value of a column."""
    if arms:
        fail("--batch reads the arms from its file: give no arms beside it")
    groups: dict[str | None, list[Table]] = {}
    for value, table in _rows(options, by):
        groups.setdefault(value, []).append(table)
    if not groups:
        fail("the batch has no rows: a row for each stratum is needed")
    if by is None:
        return finish(*_answer(question, groups[None], options))
    if options.reported is not None and len(groups) > 1:
        fail("--reported is about one analysis: it does not go with --by")
    if options.form == "json":
        fail("--by makes one document for each analysis: write them with --format jsonl")
    answers = (_answer(question, tables, options, (by, str(value))) for value, tables in groups.items())
    if options.form in {"csv", "tsv"}:
        return _flat(by, list(groups), answers, options)
    worst = 0
    for number, answer in enumerate(answers):
        if number and options.form not in {"jsonl"}:
            click.echo()
        worst = max(worst, finish(*answer))
    return worst


def _flat(
    by: str, values: Sequence[str | None], answers: Iterator[tuple[Document, Options, list[Method]]], options: Options
) -> int:
    """The flat rows of every analysis under one header, the value of --by first."""
    import csv

    from ..report.render import FLAT_COLUMNS, flat_rows
    from .common import status

    delimiter = "," if options.form == "csv" else "\t"
    writer = csv.writer(sys.stdout, delimiter=delimiter, lineterminator="\n")
    writer.writerow([by, *FLAT_COLUMNS])
    worst = 0
    for value, (document, _, _) in zip(values, answers, strict=True):
        writer.writerows([value, *(row.get(column) for column in FLAT_COLUMNS)] for row in flat_rows(document))
        worst = max(worst, status(document.verdicts))
    return worst
