"""What a meta-analysis prints of heterogeneity, beside the pooled estimate: I^2 and the P value of its test."""

from __future__ import annotations

import re

from .number import Printed, parse_number

#: How the figures of heterogeneity are called among the verdicts.
I_SQUARED, P_OF_HETEROGENEITY = "I^2", "p heterogeneity"

_NUMBER = r"\d*[.\u00b7]?\d+"
#: "I2 = 72%", "I-squared: 72.1%": a percentage, but of no arm.
_I_SQUARED = re.compile(
    rf"\bI\s*(?:\^?2|\u00b2|[- ]?squared)\s*(?:=|:|of|was)?\s*(?P<figure>{_NUMBER}\s*%)", re.IGNORECASE
)
_HETEROGENEITY = r"(?:test\s+(?:for|of)\s+)?(?:het(?:erogeneity|\.)?|homogeneity)"
#: "P for heterogeneity = 0.38", "Phet=0.38", "heterogeneity P = 0.38": a P value, but not of the pooled estimate.
_P_OF_HETEROGENEITY = re.compile(
    rf"\bP\s*[-_]?\s*(?:values?\s+)?(?:(?:for|of)\s+)?\(?{_HETEROGENEITY}\)?\s*(?P<figure>[=<>]\s*{_NUMBER})"
    rf"|\b{_HETEROGENEITY}[:,]?\s*P\s*(?P<behind>[=<>]\s*{_NUMBER})",
    re.IGNORECASE,
)


def read_heterogeneity(text: str) -> tuple[list[tuple[str, Printed]], str]:
    """The I^2 and the P of heterogeneity that a text prints, by item, and the text without them.

    Raises ValueError with one line where a figure is no number.
    """
    found = []
    for item, pattern in ((I_SQUARED, _I_SQUARED), (P_OF_HETEROGENEITY, _P_OF_HETEROGENEITY)):
        for match in pattern.finditer(text):
            figure = next(part for part in match.groups() if part)
            found.append((item, parse_number(figure.removeprefix("="))))
        text = pattern.sub(" ", text)
    return found, text
