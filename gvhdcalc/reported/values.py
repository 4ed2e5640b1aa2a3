"""Two values set against one another: medians ("11.0 vs 3.2 months"), means ("49.0 ± 15.2 v 25.4 (SD 14.2)"),
rates ("42 per 1000 ... v 55 per 1000").

The patterns are over the one-letter codes of lexemes (scan.py), each of bounded length.
"""

from __future__ import annotations

import re

from .drafts import Arm
from .scan import Scan
from .words import word_set

_UNIT = "(?:u(?:/[uw])?)?"
_VALUE = rf"(?P<value>[inq]){_UNIT}(?:s?±(?P<spread>[inq]){_UNIT}|\((?:s[:=]?)?±?(?P<inner>[inq])\){_UNIT})?"
_LEFT = re.compile(rf"{_VALUE}[,)]?\Z")
_RIGHT = re.compile(rf"(?:[wg:]{{0,2}}){_VALUE}")
_RATE = re.compile("(?P<value>[in])w?(?P<per>w)i")
_LOOK = 10
_TIMES = word_set("months month years year weeks week days day hours hour")


def find(scan: Scan, masked: str, v: int, first: int, last: int, taken: set[int]) -> list[Arm] | None:
    """The two values about a "versus" at ``v`` in the sentence ``first`` to before ``last``; None without such."""
    left = _LEFT.search(masked, max(first, v - _LOOK), v)
    right = _RIGHT.match(masked, v + 1, last)
    words = sum(scan.words[v + 1 : right.start("value")]) if right else 0
    if not left or not right or words > 3 or left.start("value") in taken or right.start("value") in taken:
        return _rates(scan, masked, v, first, last, taken)
    spreads = [match.start("spread") if match["spread"] else match.start("inner") for match in (left, right)]
    if min(spreads) < 0:
        spreads = []
    values = [left.start("value"), right.start("value")]
    if not spreads and "q" in (masked[values[0]], masked[values[1]]):
        return None
    end = spreads[1] + 1 if spreads else values[1] + 1
    unit = scan.prose(end, end + 1).strip() if masked[end : end + 1] == "u" else ""
    middle = "d" in masked[max(first, values[0] - 4) : values[0]]  # "median PFS 10.9 vs. 5.3"
    if not spreads and not unit and not middle:
        bare = masked[left.start() - 1 : left.start()] == "(" and masked[right.end() : right.end() + 1] == ")"
        if bare and masked[values[0]] == masked[values[1]] == "i":  # "(253 vs 241)": events
            return [Arm(value, value + 1, events=value, what="events") for value in values]
        return None
    if any(match["inner"] for match in (left, right)) and "s" not in masked[first:last]:
        return None
    what = "mean" if spreads else ("median" if middle or unit in _TIMES else "value")
    ends = [left.end(), right.end()]
    return [
        Arm(value, ends[k], value=value, what=what, spread=spreads[k] if spreads else None)
        for k, value in enumerate(values)
    ]


def _rates(scan: Scan, masked: str, v: int, first: int, last: int, taken: set[int]) -> list[Arm] | None:
    """ "42 deaths per 1000 livebirths in intervention clusters compared with 55 per 1000"."""
    right = _RATE.match(masked, v + 1, last)
    if not right or not _per(scan, right):
        return None
    for at in range(v - 3, max(first, v - _LOOK) - 1, -1):
        left = _RATE.match(masked, at, v)
        if left and _per(scan, left) and not taken.intersection((at, right.start())):
            return [Arm(match.start(), match.end(), value=match.start(), what="rate") for match in (left, right)]
    return None


def _per(scan: Scan, match: re.Match[str]) -> bool:
    return scan.prose(match.start("per"), match.end("per")).rstrip().endswith(" per")
