#!/usr/bin/env bash
# One trial, finding by finding: what its abstract prints, recomputed from the numbers beside it.
#
#   bash examples/seed.sh        (or: make demo)
#
# The trial: second-line treatment of steroid-resistant acute graft-versus-host disease, with a cell therapy or without
# it; 203 patients randomised, response at day 28 the primary endpoint. Every figure below is one that the abstract
# prints. Where a figure does not follow from the others, the verdict says so, and the exit status of the command is 1.

set -u

# A finding: a heading in plain words.
finding() {
  printf '\n\n%s\n%s\n' "$1" "$(printf '%*s' "${#1}" '' | tr ' ' '=')"
}

# A remark on what was seen.
note() {
  printf '\n%s\n' "$@" | fold -s -w 80 | sed 's/ *$//'
}

# A command, shown as typed, then run; wrong input (exit status 2) ends the script.
try() {
  printf '\n$ %s\n' "$1"
  eval "$1"
  local status=$?
  if [ "$status" -ge 2 ]; then exit "$status"; fi
  if [ "$status" -ne 0 ]; then printf '[exit status %s]\n' "$status"; fi
}

printf 'A trial of a cell therapy for acute graft-versus-host disease, recomputed\n'

finding '1. Enrolment: 203 randomised (101 and 102), 198 (97.5%) completed, 40.4% women'
try 'gvhdcalc prop 198/203 --reported "198 (97.5%)"'
note 'How many women, of those randomised or of those who completed? Both have a count.'
try 'gvhdcalc prop counts 40.4%/203 40.4%/198'
note 'How many patients were analysed in each arm? Responses and adverse events are printed as counts with percentages.' \
  'In the first arm, which total gives them all?'
try 'gvhdcalc prop grim 82.8% 78.8% 65.7% 37.4% --n 90-110'
note 'And in the second:'
try 'gvhdcalc prop grim 70.7% 64.6% 78.8% 53.5% --n 90-110'
note 'So 99 and 99 patients were analysed, the 198 who completed, not the 101 and 102 who were randomised:'
try 'gvhdcalc prop 82/101 --reported 82.8%'

finding '2. Response at day 28: 82 against 70 patients, odds ratio 2.00'
try 'gvhdcalc or 82/99 70/99 --reported "82.8% [82] vs. 70.7% [70]; OR 2.00; 95% CI 1.01-3.94; P = 0.043"'
note 'Odds ratio and interval are of Woolf, P is the chi-square without correction. The Fisher P of the same table is above 0.05.'

finding '3. Durable response at day 56: 78 against 64 patients, odds ratio 2.02'
try 'gvhdcalc or 78/99 64/99 --reported "78.8% [78] vs. 64.6% [64]; OR 2.02; 95% CI 1.08-3.83; P = 0.027"'
note 'Each figure is of some method, but no one method gives all three of odds ratio and limits: the counts give 2.03 with Woolf limits.'

finding '4. Failure-free survival: medians 11.3 and 6.0 months, hazard ratio 0.68'
note 'Ratio, interval and P, one against the other:'
try 'gvhdcalc hr 0.68 0.48 0.95 --reported "P = 0.024"'
note 'The ratio of the medians is the hazard ratio only where survival is exponential. Here it is not the printed one:'
try 'gvhdcalc hr medians 11.3 6.0 --reported "HR 0.68"'

finding '5. Chronic GVHD at 2 years: 39.5% against 62.7%, hazard ratio 0.55'
note 'On which scale are the two intervals symmetric (which software made them), and do they agree with the ratio?'
try 'gvhdcalc cuminc "39.5% (95% CI, 29.3-49.4%)" "62.7% (51.4-72.1%)" --hr "0.55 (0.36-0.84)"'
note 'Does P follow from the interval?'
try 'gvhdcalc hr 0.55 0.36 0.84 --reported "P = 0.005"'

finding '6. Relapse at 3 years: 10.1% against 13.5%, hazard ratio 0.75'
try 'gvhdcalc cuminc "10.1% (95% CI, 5.2-17.1)" "13.5% (7.5-21.2%)" --hr "0.75 (0.34-1.67)"'
note 'Does P follow from the interval?'
try 'gvhdcalc hr 0.75 0.34 1.67 --reported "P = 0.610"'

finding '7. Adverse events: infections in 65 against 78, of the blood in 37 against 53'
note 'Infections: the percentages, and the odds ratio that the abstract does not print:'
try 'gvhdcalc or 65/99 78/99 --reported "65 [65.7%] vs. 78 [78.8%]"'
note 'Their risk ratio, and the number of patients to treat to spare one an infection:'
try 'gvhdcalc rr 65/99 78/99'
try 'gvhdcalc nnt 65/99 78/99 --outcome bad'
note 'Haematological toxicity, the same three:'
try 'gvhdcalc or 37/99 53/99 --reported "37 [37.4%] vs. 53 [53.5%]"'
try 'gvhdcalc rr 37/99 53/99'
try 'gvhdcalc nnt 37/99 53/99 --outcome bad'

finding '8. The power of this trial to find what it saw'
note 'Responses of 82.8% and 70.7% in arms of 99:'
try 'gvhdcalc power 82.8% 70.7% --n1 99 --n0 99'
note 'How many patients would it have taken for a power of 80%?'
try 'gvhdcalc power 82.8% 70.7% --power 80%'
note 'Failure-free survival: the interval of its hazard ratio (finding 4) is that of some 132 events:'
try 'gvhdcalc power logrank --hr 0.68 --events 132'
