# Reference values for paired proportions: odds ratio, risk difference, and tests of the discordant pairs.
#
#   Rscript tests/reference/paired.R [OUTPUT]      (default: paired.json beside this script)
#
# Needs R with survival and jsonlite (Debian: r-cran-survival r-cran-jsonlite). McNemar's tests are stats::mcnemar.test,
# exact limits stats::binom.test's. For the methods that Debian's packages do not have the defining equation is solved
# here by uniroot at machine precision, and Tango's restricted likelihood is maximised numerically (no cubic). Published
# examples of each method are in tests/stats/test_paired.py.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(survival)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "paired.json"))

# ---------------------------------------------------------------------------------------------------------- inputs

# id; pairs with the event in both, in the first only, in the second only, in neither; where it comes from
tables <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, a, b, c, d, about
bentur, 1, 1, 7, 12, Bentur 2009: airway hyper-responsiveness before and after transplantation
cavo, 59, 6, 16, 80, Cavo 2012: complete response before and after consolidation
armitage, 20, 12, 2, 16, Armitage & Berry: two media for M. tuberculosis
stata-mcci, 8, 8, 3, 8, Stata: mcci 8 8 3 8
tango-lens, 43, 0, 1, 0, Tango 1998: soft contact lenses
tango-second, 4, 9, 3, 16, Tango 1998: second example
agresti-min, 53, 16, 8, 9, Agresti & Min 2005
approval, 794, 150, 86, 570, Agresti 1990: approval of the prime minister (R help of mcnemar.test)
statpsych, 6, 26, 4, 12, example of statpsych ci.prop.ps
propcis, 60, 40, 20, 40, example of PropCIs scoreci.mp
tang-2010, 8, 3, 1, 2, Tang 2010
chang-2024, 7, 25, 2, 68, Chang 2024
tang-2003, 446, 5, 16, 690, Tang 2003
discordant, 0, 15, 5, 0, discordant pairs only
none-discordant, 6, 0, 0, 9, no discordant pair
none-discordant-one, 0, 0, 0, 1, one pair
all-both, 7, 0, 0, 0, all pairs (yes; yes)
first-only, 0, 5, 0, 0, all pairs (yes; no)
second-only, 0, 0, 5, 0, all pairs (no; yes)
one-pair, 0, 1, 0, 0, one pair
zero-c, 12, 6, 0, 9, no pair (no; yes)
zero-b, 12, 0, 6, 9, no pair (yes; no)
zero-c-small, 30, 1, 0, 40, one discordant pair
equal, 10, 7, 7, 21, as many of either kind
equal-one, 3, 1, 1, 3, one of either kind
one-apart, 4, 6, 5, 8, one apart
few, 2, 3, 1, 1, few pairs
negative-phi, 1, 20, 15, 2, negative correlation
positive-phi, 50, 3, 2, 45, strong correlation
corrected-to-zero, 8, 4, 3, 5, correlation corrected to zero
empty-margin, 0, 0, 4, 10, empty margin
p-1e-50, 100, 300, 50, 100, P about 1e-44
p-1e-50-reversed, 100, 50, 300, 100, P about 1e-44
thousands, 5000, 1200, 1100, 4000, thousands
million, 400000, 101000, 100000, 399000, 10^6
billion, 400000000, 100050000, 100000000, 399950000, 10^9
billion-rare, 100, 12, 5, 999999883, 10^9; rare
billion-zero, 100, 3, 0, 999999897, 10^9; no pair (no; yes)
")
at_other_levels <- c("bentur", "armitage", "tango-lens", "none-discordant", "first-only", "zero-c", "negative-phi",
                     "billion-rare")

interval <- function(three) list(estimate = three[1], lower = three[2], upper = three[3])
odds <- function(p) p / (1 - p)

# ------------------------------------------------------------------------------------------------------- odds ratio

odds_ratios_of <- function(t, conf) {
  b <- t$b
  c <- t$c
  n <- b + c
  z <- qnorm((1 + conf) / 2)
  tail <- (1 - conf) / 2
  tag <- paste0(" [", t$id, "]")
  ratio <- b / c
  se <- sqrt(1 / b + 1 / c)
  exists <- b > 0 && c > 0
  if (exists && n < 500) {
    pairs <- data.frame(set = rep(seq_len(n), each = 2), first = rep(1:0, n),
                        event = c(rep(c(1, 0), b), rep(c(0, 1), c)))
    # of a discordant pair the one with the event is the case: this is the paired odds ratio of the event
    fit <- clogit(event ~ first + strata(set), pairs, control = coxph.control(eps = 1e-14, iter.max = 100))
    agree(paste0("Wald limits of b/c and survival::clogit", tag), log(ratio) + c(-1, 1) * z * se,
          unname(coef(fit) + c(-1, 1) * z * sqrt(vcov(fit)[1, 1])), 1e-7, 1e-7)
  }
  y <- log(ratio)
  statistic <- if (exists) y / se else NaN
  half <- if (exists) z * se else NaN
  exact <- c(if (b == 0) 0 else odds(qbeta(tail, b, c + 1)), if (c == 0) Inf else 1 / odds(qbeta(tail, c, b + 1)))
  if (n > 0 && n < 1e6) {
    agree(paste0("exact limits of b/c and stats::binom.test", tag), exact,
          odds(as.vector(binom.test(b, n, conf.level = conf)$conf.int)), 1e-9)
  }
  above <- function(l) pbinom(b, n, plogis(l), lower.tail = FALSE) + dbinom(b, n, plogis(l)) / 2
  below <- function(l) pbinom(b - 1, n, plogis(l)) + dbinom(b, n, plogis(l)) / 2
  start <- log((b + 0.5) / (c + 0.5))
  mid <- c(if (b == 0) 0 else exp(solve_outward(function(l) log(above(l) / tail), start)),
           if (c == 0) Inf else exp(solve_outward(function(l) log(below(l) / tail), start)))
  # Wilson's equation for p = b/n, in the odds
  squared <- function(l) (b - c * exp(l)) / sqrt(exp(l) * n)
  wilson <- if (n == 0) c(0, Inf) else
    c(if (b == 0) 0 else exp(solve_outward(function(l) squared(l) - z, start)),
      if (c == 0) Inf else exp(solve_outward(function(l) squared(l) + z, start)))
  if (n > 0 && n < 1e6) {
    share <- 1 / (1 + 1 / wilson)
    agree(paste0("Wilson limits of b/c and stats::prop.test", tag), share,
          as.vector(quietly(prop.test(b, n, conf.level = conf, correct = FALSE))$conf.int), 1e-9, 1e-12)
  }
  list(
    list("wald", list(estimate = ratio, lower = exp(y - half), upper = exp(y + half), se = se, statistic = statistic,
                      p = two_sided(statistic))),
    list("exact", interval(c(ratio, exact))),
    list("mid-p", interval(c(ratio, mid))),
    list("wilson", interval(c(ratio, wilson)))
  )
}

# --------------------------------------------------------------------------------------------------- risk difference

#' Tango's statistic at a difference delta: p21 maximises the multinomial likelihood with p12 = p21 + delta, found by
#' solving the score equation numerically (the log likelihood is concave).
z_tango <- function(t, delta) {
  n <- t$a + t$b + t$c + t$d
  rest <- t$a + t$d
  part <- function(count, p) if (count == 0) 0 else count / p
  derivative <- function(q) part(t$b, q + delta) + part(t$c, q) - 2 * part(rest, 1 - delta - 2 * q)
  low <- max(0, -delta)
  high <- (1 - delta) / 2
  nudge <- 1e-15 * (high - low)
  q <- if (derivative(low + nudge) <= 0) low else if (derivative(high - nudge) >= 0) high else
    solve_for(derivative, low + nudge, high - nudge)
  # p12 + p21 - delta^2, as (1 - p12 - p21)(p12 + p21) + 4 p12 p21: no term is subtracted from another
  p12 <- max(q + delta, 0)
  other <- max(1 - delta - 2 * q, 0)
  top <- t$b - t$c - n * delta
  if (top == 0) 0 else top / sqrt(n * (other * (p12 + q) + 4 * p12 * q))
}

differences_of <- function(t, conf) {
  n <- t$a + t$b + t$c + t$d
  z <- qnorm((1 + conf) / 2)
  d <- (t$b - t$c) / n
  tag <- paste0(" [", t$id, "]")
  se <- sqrt(max(t$b + t$c - (t$b - t$c)^2 / n, 0)) / n

  p1 <- (t$a + t$b) / n
  p2 <- (t$a + t$c) / n
  wilson <- function(x) as.vector(quietly(prop.test(x, n, conf.level = conf, correct = FALSE))$conf.int)
  w1 <- wilson(t$a + t$b)
  w2 <- wilson(t$a + t$c)
  margins <- (t$a + t$b) * (t$c + t$d) * (t$a + t$c) * (t$b + t$d)
  product <- t$a * t$d - t$b * t$c
  corrected <- if (product > n / 2) product - n / 2 else if (product >= 0) 0 else product
  phi <- if (margins == 0) 0 else corrected / sqrt(margins)
  size <- function(x, y) sqrt(max(x^2 - 2 * phi * x * y + y^2, 0))
  hybrid <- c(d, d - size(p1 - w1[1], w2[2] - p2), d + size(w1[2] - p1, p2 - w2[1]))

  edge <- 1 - 1e-12
  tango <- c(if (d == -1) -1 else solve_for(function(v) z_tango(t, v) - z, -edge, d),
             if (d == 1) 1 else solve_for(function(v) z_tango(t, v) + z, d, edge))
  q1 <- (t$b + 1) / (n + 2)
  q2 <- (t$c + 1) / (n + 2)
  se_bp <- sqrt((q1 + q2 - (q1 - q2)^2) / (n + 2))
  chi <- quietly(mcnemar.test(t$matrix, correct = FALSE))
  root <- if (t$b + t$c == 0) NaN else sign(t$b - t$c) * sqrt(unname(chi$statistic))
  if (!is.nan(root)) agree(paste0("Tango's statistic at no difference and stats::mcnemar.test", tag), z_tango(t, 0), root,
                           1e-6, 1e-9)
  list(
    list("newcombe", interval(hybrid)),
    list("tango", c(interval(c(d, tango)), statistic = root, p = two_sided(root))),
    list("bonett-price", list(estimate = d, lower = q1 - q2 - z * se_bp, upper = q1 - q2 + z * se_bp, se = se_bp)),
    list("wald", list(estimate = d, lower = d - z * se, upper = d + z * se, se = se, statistic = d / se,
                      p = two_sided(d / se))),
    list("wald-cc", list(estimate = d, lower = d - z * se - 1 / n, upper = d + z * se + 1 / n, se = se))
  )
}

# -------------------------------------------------------------------------------------------------------------- tests

tests_of <- function(t) {
  n <- t$b + t$c
  chi <- function(correct) {
    m <- quietly(mcnemar.test(t$matrix, correct = correct))
    list(statistic = unname(m$statistic), df = 1, p = unname(m$p.value))
  }
  exact <- min(1, 2 * pbinom(min(t$b, t$c), n, 0.5))
  if (n > 0 && n < 1e6) {
    agree(paste0("exact P and stats::binom.test [", t$id, "]"), exact, binom.test(t$b, n)$p.value, 1e-9)
  }
  # Fagerland, Lydersen & Laake 2013
  mid <- if (n == 0) 1 else if (t$b == t$c) 1 - dbinom(t$b, n, 0.5) / 2 else
    2 * pbinom(min(t$b, t$c), n, 0.5) - dbinom(t$b, n, 0.5)
  list(
    list("mcnemar", chi(FALSE)),
    list("mcnemar-cc", chi(TRUE)),
    list("exact", list(p = exact)),
    list("mid-p", list(p = mid))
  )
}

# ------------------------------------------------------------------------------------------------------------- output

rows <- character()
for (i in seq_len(nrow(tables))) {
  t <- as.list(tables[i, ])
  t[c("a", "b", "c", "d")] <- lapply(t[c("a", "b", "c", "d")], as.numeric)
  t$matrix <- matrix(c(t$a, t$b, t$c, t$d), 2, byrow = TRUE)
  for (conf in if (t$id %in% at_other_levels) c(0.95, 0.90, 0.99) else 0.95) {
    for (r in odds_ratios_of(t, conf)) rows <- c(rows, row_of(t$id, conf, "paired odds ratio", r[[1]], r[[2]]))
    for (r in differences_of(t, conf)) rows <- c(rows, row_of(t$id, conf, "paired risk difference", r[[1]], r[[2]]))
  }
  for (r in tests_of(t)) rows <- c(rows, row_of(t$id, NULL, "paired", r[[1]], r[[2]]))
}

sources <- list(
  "paired odds ratio" = list(
    "wald" = "plain R: exp(log(b/c) -+ z sqrt(1/b + 1/c)); agrees with survival::clogit below 500 discordant pairs",
    "exact" = "stats::qbeta, taken as odds; equals stats::binom.test",
    "mid-p" = "uniroot at machine precision on mid-P tails (stats::pbinom, dbinom)",
    "wilson" = "uniroot at machine precision on Wilson's equation in the odds; agrees with stats::prop.test"
  ),
  "paired risk difference" = list(
    "newcombe" = paste("Newcombe 1998 (Stat Med 17:2635-2650), method 10, from the Wilson limits of",
                       "stats::prop.test(correct = FALSE)"),
    "tango" = paste("uniroot on the score statistic, restricted likelihood maximised numerically; statistic and p: the",
                    "root of stats::mcnemar.test(correct = FALSE)"),
    "bonett-price" = "Bonett & Price 2012 in plain R; the estimate is the observed difference; not cut to [-1, 1]",
    "wald" = "plain R; not cut to [-1, 1]",
    "wald-cc" = "plain R; not cut to [-1, 1]"
  ),
  "paired" = list(
    "mcnemar" = "stats::mcnemar.test(correct = FALSE)",
    "mcnemar-cc" = "stats::mcnemar.test(correct = TRUE)",
    "exact" = "stats::pbinom; equals stats::binom.test",
    "mid-p" = "Fagerland, Lydersen & Laake 2013 by stats::pbinom and dbinom"
  )
)
packages <- c("survival", "jsonlite")
header <- list(
  about = paste("Reference values for paired proportions, made by paired.R. Infinite figures are the strings 'Infinity'",
                "and '-Infinity'; what does not exist is null."),
  R = R.version.string,
  packages = versions_of(packages),
  sources = sources,
  checks = checked[order(names(checked))]
)
write_blocks(header, block("tables", lines_of(tables, c("a", "b", "c", "d"))), block("values", rows))
message(sprintf("%d values of %d tables in %s", length(rows), nrow(tables), output))
