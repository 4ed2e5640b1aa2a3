#!/usr/bin/env bash
# gvhdcalc among other programs: JSON into jq, a loop over a table, exit status in an if, a batch.
#
#   bash examples/pipes.sh
#
# Standard output is data and standard error is talk, so every command here can stand in a pipe.

set -u
cd "$(dirname "$0")" || exit

heading() { printf '\n# %s\n' "$1"; }

# The JSON of standard input through a jq filter; where jq is not installed Python answers for the two filters used here.
if command -v jq >/dev/null; then
  filter() { jq -r "$1"; }
else
  echo 'pipes.sh: jq is not installed; Python takes its place here' >&2
  filter() {
    python3 -c '
import json, sys
document = json.load(sys.stdin)
if "verdicts" in sys.argv[1]:
    for row in document["verdicts"]:
        print(row["item"], row["printed"], row["verdict"], " ".join(row["methods"]), sep="\t")
else:
    print(round(document["estimates"][0]["upper"] * 100) / 100)
' "$1"
  }
fi

heading 'The upper limit of the odds ratio, out of the JSON'
gvhdcalc or 82/99 70/99 --format json | filter '.estimates[0].upper * 100 | round / 100'

heading 'Each printed figure, its verdict, and the methods that give it'
gvhdcalc or 82/99 70/99 --reported 'OR 2.00; 95% CI 1.01-3.94; P = 0.043' --format json |
  filter '.verdicts[] | [.item, .printed, .verdict, (.methods | join(" "))] | join("\t")'

heading 'Exit status in an if: 0 it follows, 1 it does not'
if gvhdcalc prop 198/203 --reported 97.5% >/dev/null; then
  echo '198 of 203 is 97.5%'
fi
if ! gvhdcalc hr 0.75 0.34 1.67 --reported 'P = 0.610' >/dev/null; then
  echo 'P = 0.610 does not follow from 0.75 (0.34-1.67)'
fi

heading 'A loop over a table: which findings follow from their counts?'
while IFS=$'\t' read -r finding treatment control printed; do
  gvhdcalc or "$treatment" "$control" --reported "$printed" >/dev/null
  case $? in
    0) verdict='follows' ;;
    1) verdict='does not follow' ;;
    *) verdict='cannot be read' ;;
  esac
  printf '%-32s %s\n' "$finding" "$verdict"
done < <(tail -n +2 trials.tsv)

heading 'The same table in one run: the results of each row stand in added columns'
cut -f 1-3 trials.tsv | gvhdcalc or --batch - --method woolf |
  awk -F '\t' 'NR > 1 { printf "%-32s %.2f (%.2f to %.2f)\n", $1, $4, $5, $6 }'

heading 'Wrong input: exit status 2, one line on standard error, nothing in the pipe'
gvhdcalc or 102/99 70/99 2>/dev/null | wc -c | tr -d ' '
gvhdcalc or 102/99 70/99 2>&1 >/dev/null || echo "exit status $?"
