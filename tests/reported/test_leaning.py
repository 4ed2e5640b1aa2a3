"""How far lawful intervals lean, against those of scipy and statsmodels; and what leans further is still accused."""

import math

import pytest
from scipy import stats
from scipy.optimize import brentq, minimize_scalar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from gvhdcalc.reported import leaning
from gvhdcalc.reported.abstract import check_text

#: Events and totals of two groups, most of unequal size.
TABLES = [
    (21, 27, 162, 201), (4, 9, 193, 494), (12, 26, 53, 144), (35, 45, 10, 13), (3, 12, 267, 518), (9, 11, 41, 60),
    (7, 10, 21, 89), (94, 99, 31, 41), (16, 19, 556, 588), (6, 7, 160, 186), (2, 15, 45, 276), (5, 40, 9, 38),
    (31, 51, 1, 6), (140, 276, 6, 11), (30, 34, 70, 96), (8, 24, 30, 122), (22, 254, 1, 9), (187, 573, 16, 100),
]  # fmt: skip


def accused(text):
    return [f.verdict.printed for f in check_text(text).figures if f.verdict.verdict == "inconsistent"]


def profile_of_odds(a, n1, c, n0):
    """The profile likelihood interval of an odds ratio, by scipy alone."""
    e = math.log(a * (n0 - c) / (c * (n1 - a)))

    def most(beta):
        def minus(alpha):
            one, two = alpha + beta, alpha
            return n1 * math.log1p(math.exp(one)) - a * one + n0 * math.log1p(math.exp(two)) - c * two

        return -minimize_scalar(minus, bounds=(-12, 12), method="bounded").fun

    def beyond(beta):
        return most(e) - most(beta) - stats.chi2.ppf(0.95, 1) / 2

    return math.exp(e), math.exp(brentq(beyond, e - 9, e)), math.exp(brentq(beyond, e, e + 9))


def score_of_ratio(a, n1, c, n0):
    """Koopman's interval of a risk ratio, by scipy alone."""
    e = a / n1 / (c / n0)

    def beyond(log):
        ratio = math.exp(log)
        b = n1 * ratio + a + n0 + c * ratio
        p0 = (b - math.sqrt(b * b - 4 * (n1 + n0) * ratio * (a + c))) / (2 * (n1 + n0) * ratio)
        p1 = ratio * p0
        spread = p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0
        return (a / n1 - ratio * c / n0) ** 2 / spread - stats.chi2.ppf(0.95, 1)

    middle = math.log(e)
    return e, math.exp(brentq(beyond, middle - 4, middle)), math.exp(brentq(beyond, middle, middle + 4))


def difference(method, a, n1, c, n0):
    return (a / n1 - c / n0, *confint_proportions_2indep(a, n1, c, n0, method=method, compare="diff", alpha=0.05))


@pytest.mark.parametrize(("events", "n"), [(3, 20), (1, 9), (18, 20), (50, 77), (0, 12), (12, 12), (140, 900)])
def test_a_share_alone_leans_as_wilsons_interval(events, n):
    low, high = proportion_confint(events, n, method="wilson")
    share, half = events / n, (high - low) / 2
    assert leaning._share(share, half) == pytest.approx((low + high) / 2 - share, abs=1e-12)
    if events:
        shift = math.log(low * high) / 2 - math.log(share)
        assert leaning._log_share(share, math.log(high / low) / 2) == pytest.approx(shift, abs=1e-12)


@pytest.mark.parametrize("table", TABLES)
def test_intervals_of_two_shares_lean_no_further_than_their_bounds(table):
    a, n1, c, n0 = table
    for method in ("newcomb", "agresti-caffo"):
        e, low, high = difference(method, *table)
        least, most = leaning.of_shares(a / n1, c / n0, (high - low) / 2, False)
        assert least - 1e-9 <= (low + high) / 2 - e <= most + 1e-9
    e, low, high = score_of_ratio(*table)
    least, most = leaning.of_shares(a / n1, c / n0, math.log(high / low) / 2, True)
    assert least <= math.log(low * high) / 2 - math.log(e) <= most
    e, low, high = profile_of_odds(*table)
    half = math.log(high / low) / 2
    assert abs(math.log(low * high) / 2 - math.log(e)) <= leaning.of_odds(half)[1]


@pytest.mark.parametrize("table", TABLES)
def test_lawful_intervals_of_unequal_groups_whose_percentages_are_printed(table):
    a, n1, c, n0 = table
    one, two = f"{100 * a / n1:.1f}%", f"{100 * c / n0:.1f}%"
    for measure, (e, low, high) in (("OR", profile_of_odds(*table)), ("RR", score_of_ratio(*table))):
        for text in (
            f"Relapse was seen in {one} v {two} ({measure} {e:.2f}, 95% CI {low:.2f} to {high:.2f}).",
            f"It occurred in {one} of smokers and {two} of others ({measure} = {e:.1f}; 95% CI {low:.1f}-{high:.1f}).",
        ):
            assert accused(text) == [], text
    for method in ("newcomb", "agresti-caffo"):
        e, low, high = (100 * x for x in difference(method, *table))
        for text in (
            f"Cure was seen in {one} v {two} (difference {e:.1f}%, 95% CI {low:.1f}% to {high:.1f}%).",
            f"Cure rates were {one} and {two} (difference {e:.1f} percentage points; 95% CI {low:.1f} to {high:.1f}).",
            f"Fewer were cured, {two} versus {one} (difference {-e:.1f}% [95% CI {-high:.1f}% to {-low:.1f}%]).",
        ):
            assert accused(text) == [], text


@pytest.mark.parametrize(
    "text",
    [
        # profile likelihood, no counts printed: 21/27 v 162/201, 12/26 v 53/144, 8/24 v 30/122
        "Relapse was related to smoking (OR 0.84, 95% CI 0.34 to 2.42).",
        "Smokers did not relapse more (adjusted odds ratio 1.47; 95% CI 0.62-3.43).",
        "Stage was no predictor (OR 1.53 [95% CI 0.57, 3.86]).",
        # exact limits of 4/25 v 34/522
        "Stage was a predictor (exact OR 2.73; 95% CI 0.64-8.74).",
        # 40 cases, of whom smokers are few: 16/160 v 24/980
        "Smoking was related to it in logistic regression (OR 4.43; 95% CI 2.26 - 8.47; P < 0.001).",
        # score limits of common events: 150/200 v 70/200 and 70/80 v 150/400
        "Response was more frequent (RR 2.14, 95% CI 1.76 to 2.65).",
        "Responses were more frequent with it (RR 2.33; 95% CI, 1.99 to 2.71).",
        "RRs 2.00 [95% CI 1.63 to 2.50] and 1.91 [1.58 to 2.31].",
        # Poisson limits: 23 cases of 26.7 expected give 0.545 to 1.290; 7 of 3.65 give 0.77 to 3.95
        "The standardized incidence ratio was 0.86 (0.54, 1.28; 23 cases).",
        "The standardised incidence ratio was 0.86 (95% CI 0.55-1.29).",
        "Mortality was raised (standardised mortality ratio 1.92, 95% CI 0.77 to 3.95; 7 deaths).",
    ],
)
def test_lawful_ratios_without_their_counts(text):
    assert check_text(text).claims
    assert accused(text) == []


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        # beyond what the percentages allow
        ("Relapse was seen in 42.0% v 30.0% (OR 1.69, 95% CI 1.10 to 3.60).", "1.69"),
        ("Relapse was seen in 12.0% v 8.0% (RR 1.50, 95% CI 1.21 to 2.36).", "1.50"),
        ("Cure was seen in 62.0% v 50.0% (difference 12.0%, 95% CI -2.1% to 19.5%).", "12.0%"),
        # narrow, so of many events
        ("Relapse was commoner (HR 1.45, 95% CI 1.02-2.12).", "1.45"),
        ("Relapse was commoner (OR 1.22, 95% CI 1.05-1.49).", "1.22"),
        ("Relapse was commoner (RR 1.50, 95% CI 1.27 to 1.69).", "1.50"),
        # wide, but leaning towards 1 from far off
        ("Relapse was commoner (OR 77.6, 95% CI 1.35-447).", "77.6"),
        # equal groups
        ("Relapse was commoner, 25/54 v 12/54 (OR 3.02, 95% CI 1.20-6.79).", "3.02"),
    ],
)
def test_what_leans_further_is_accused(text, printed):
    assert accused(text) == [printed]
