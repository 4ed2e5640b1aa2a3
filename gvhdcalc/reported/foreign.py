"""Figures as French, German, Spanish, Italian and Portuguese texts print them, put as English ones do.

Only the labels of intervals and the marks within numbers are put otherwise, each by as many characters, so that every
place stays: "IC 95 % 0,29 à 1,03" is "  95%CI 0.29 – 1.03".
"""

from __future__ import annotations

import re

#: Words of which a text has one where it may be in another language.
WORDS = ("ic", "ki", "confiance", "confianza", "confiança", "confidenza", "konfidenzintervall", "konfidenzintervalls")
#: "Adjusted" in those languages.
ADJUSTED = (
    "ajusté", "ajustée", "ajustés", "ajustées", "ajustado", "ajustada", "ajustados", "ajustadas", "aggiustato",
    "aggiustata", "aggiustati", "corretto", "adjustiert", "adjustierte", "adjustiertes",
)  # fmt: skip
_LEVEL = r"(?P<{}>[89][0-9](?:[,.][0-9])?)\s?%"
_OF = r"(?:\s?-?(?:à|al|del|de|di|do|ao|a|von|bei|zu)\s)?"
_NAMES = (
    r"intervalles?\sde\sconfiance|intervalos?\sde\sconfian[zç]a|intervall[oi]\sdi\sconfidenza|Konfidenzintervall\w{0,2}"
)
#: "IC 95 %", "IC à 95 %", "IC95%", "IC (95 %)", "95%-KI", "95 %-Konfidenzintervall", "intervalo de confianza del 95%".
_LABEL = re.compile(
    rf"\b(?:(?:IC|KI)(?![^\W\d_])|(?:{_NAMES})\b(?:\s\(IC\))?)"
    rf"(?:{_OF}\s?{_LEVEL.format('after')}|\s?\({_LEVEL.format('inside')}\))"
    rf"|\b{_LEVEL.format('before')}\s?-?\s?(?:IC\b|KI\b|(?:{_NAMES})\b)"
)
_COMMA = re.compile(r"(?<![0-9.,])0,[0-9]")
_POINT = re.compile(r"[0-9]\.(?:[0-9]{1,2}|[0-9]{4,})(?![0-9])")
_DECIMAL = re.compile(r"(?<=[0-9]),(?=[0-9])")
_THOUSANDS = re.compile(r"(?<![0-9.,])([1-9][0-9]{0,2})\.([0-9]{3})(?![0-9.,])")
_TO = re.compile(r"(?<=[0-9%]) (?:à|a|bis) (?=[-\u2212]?[0-9])")


def plain(text: str) -> str:
    """The text, of the same length, with labels, decimal commas and ranges as English texts have them."""
    shown = _LABEL.sub(_label, text)
    if shown == text:
        return text
    if _COMMA.search(shown) and not _POINT.search(shown):
        shown = _DECIMAL.sub(".", _THOUSANDS.sub("\\1\u2009\\2", shown))
    return _TO.sub(lambda match: " \u2013".ljust(len(match[0])), shown)


def _label(match: re.Match[str]) -> str:
    level = (match["after"] or match["inside"] or match["before"]).replace(",", ".")
    return f"{level}%CI".rjust(len(match[0]))  # the words after it are read where they stand
