"""Time against the length of hostile text: each step of reading must be linear.

    python bench/linear.py

Texts made to provoke a reader, at two lengths; the ratio is that of the time per character, longer to shorter:
about 1 where time is linear and 16 where it is quadratic. Exits 1 when one is above the limit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from time import process_time
from typing import Any

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.reader import read_reported
from gvhdcalc.reported.tokens import tokenise

PIECES = (
    "9", "(", "[", "-", "1.", "1,", "1-", "95% CI ", "OR ", "odds ratio (AB) ", "P = ", "82/99 v ", "82% ",
    "1\u2009000", "one hundred and ", "a", "\x1b[31m", "\u202e", "OR 2.0 (1.0-4.0) ",
    "It was 25/28 (89.3%) v 25/27 (92.6%), P = 0.10. ",
    "F1,1 = 1.1, P = 0.1 ", "80% power to detect 30% v 50% with 93 patients per arm. ", "28% lower (RR 0.72) ",
    "of 450 patients; 12 (24%) v 13 (25%), P = 0.9 ", "OR 2.0 (95% CI 1.0 to 5.0; P = 0.01), ",
    "n = 12, difference 2.0 (95% CI 1.0 to 3.0; P = 0.5). ", "12%, 13% and 14% (1/2, 3/4 and 5/6) ",
    "5/10 (50%) v 6/10 (60%). RR 2.16 (95% CI 1.10 to 3.10). ", "RR 0.4 (0.14-0.51) ", "P = 0.1 and P = 0.2 ",
    "10<sup>9</sup> ", "<sup>9</i>", "&minus;5% ", "x 10^9 ", "10(9)", "P = 5 \u00d7 10\u207b\u2076 ",
)  # fmt: skip
STEPS: dict[str, Callable[[str], Any]] = {"tokens": tokenise, "one finding": read_reported, "abstract": check_text}
SHORT, LONG, LIMIT = 20_000, 320_000, 4.0


def seconds(step: Callable[[str], Any], text: str) -> float:
    best = float("inf")
    for _ in range(3):
        start = process_time()
        with suppress(ValueError):
            step(text)
        best = min(best, process_time() - start)
    return best


def main() -> int:
    print(f"{'step':<12} {'text':<20} {'us/char':>8} {'at ' + str(LONG):>10}  ratio")
    worst = 0.0
    for name, step in STEPS.items():
        for piece in PIECES:
            short, long = (seconds(step, piece * (n // len(piece))) / n * 1e6 for n in (SHORT, LONG))
            worst = max(worst, long / short)
            print(f"{name:<12} {ascii(piece)[:20]:<20} {short:>8.3f} {long:>10.3f}  {long / short:.2f}")
    print(f"limit {LIMIT}: {'kept' if worst <= LIMIT else 'EXCEEDED'} (worst {worst:.2f})")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
