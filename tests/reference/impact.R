# Reference values for measures of impact and robustness: relative risk reduction, attributable and prevented fractions,
# attributable risk, number needed to treat from a ratio, E-value, fragility index.
#
#   Rscript tests/reference/impact.R [OUTPUT]      (default: impact.json beside this script)
#
# Needs R with epiR and jsonlite (Debian: r-cran-epir r-cran-jsonlite), and counts.json beside this script, made by
# counts.R: measures that are a ratio or a difference on another scale take R's limits from there. epiR::epi.2by2 gives the
# fractions of tables without a zero cell and below 10^6; the routes for the others are held against it on these, and
# the script stops where they disagree. The E-value and the fragility index have no package in Debian's R: the first is
# solved here from the bias factor that defines it (not from the closed form), the second found by trying change after
# change with stats::fisher.test, stats::chisq.test or tails of stats::dhyper.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(epiR)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "impact.json"))

figure_of <- function(x) {
  if (is.null(x)) return(NA_real_)
  if (is.character(x)) return(if (x == "Infinity") Inf else -Inf)
  as.numeric(x)
}
shown <- function(x) {
  if (is.character(x)) return(toJSON(x, auto_unbox = TRUE))
  if (is.na(x)) "null" else if (is.infinite(x)) (if (x > 0) "\"Infinity\"" else "\"-Infinity\"") else sprintf("%.17g", x)
}
line <- function(...) {
  fields <- list(...)
  paste0("{", paste(sprintf("\"%s\": %s", names(fields), vapply(fields, shown, "")), collapse = ", "), "}")
}
checked <- integer(0)
check <- function(what, ours, theirs, tolerance = 1e-9) {
  if (!isTRUE(all.equal(ours, theirs, tolerance = tolerance, check.attributes = FALSE)))
    stop(what, ": ", paste(format(ours, digits = 15), collapse = " "), " against ",
         paste(format(theirs, digits = 15), collapse = " "))
  checked[what] <<- (if (what %in% names(checked)) checked[[what]] else 0L) + 1L
}

# ------------------------------------------------------------------------------------------------ fractions of 2x2 tables

counts <- fromJSON(file.path(here, "counts.json"), simplifyVector = FALSE)
tables <- setNames(counts$tables, vapply(counts$tables, function(t) t$id, ""))
wanted <- c("risk ratio katz", "risk ratio koopman", "odds ratio woolf", "odds ratio conditional-exact",
            "risk difference newcombe", "risk difference wald")
limits <- list()
for (row in counts$values) {
  what <- paste(row$measure, row$method)
  if (what %in% wanted)
    limits[[paste(what, row$id, row$conf)]] <- lapply(row[setdiff(names(row), c("id", "measure", "method"))], figure_of)
}
levels_of <- list()
for (name in names(limits)) {
  parts <- regmatches(name, regexec("^risk ratio katz (.*) ([0-9.]+)$", name))[[1]]
  if (length(parts)) levels_of[[length(levels_of) + 1]] <- list(id = parts[2], conf = as.numeric(parts[3]))
}

rows <- c()
add <- function(id, measure, method, conf, estimate, lower, upper, se = NULL, statistic = NULL, p = NULL, ...) {
  fields <- list(id = id, measure = measure, method = method, conf = conf, estimate = estimate, lower = lower, upper = upper)
  if (!is.null(se)) fields$se <- se
  if (!is.null(statistic)) fields <- c(fields, list(statistic = statistic, p = p))
  rows <<- c(rows, do.call(line, c(fields, list(...))))
}
epir <- function(a, b, c, d, conf, method) {
  suppressWarnings(epi.2by2(as.table(matrix(c(a, b, c, d), 2, byrow = TRUE)), method = method, conf.level = conf)$massoc.detail)
}

for (case in levels_of) {
  t <- tables[[case$id]]
  conf <- case$conf
  z <- qnorm(1 - (1 - conf) / 2)
  a <- as.numeric(t$x1); b <- as.numeric(t$n1) - a; c <- as.numeric(t$x0); d <- as.numeric(t$n0) - c
  n1 <- a + b; n0 <- c + d; N <- n1 + n0
  taken <- function(what) limits[[paste(what, case$id, conf)]]
  easy <- min(a, b, c, d) > 0 && N < 1e6
  if (easy) {
    cohort <- epir(a, b, c, d, conf, "cohort.count")
    cases <- epir(a, b, c, d, conf, "case.control")
  }
  negative <- function(x) if (is.null(x)) NULL else -x

  # measures that are a risk ratio on another scale
  for (method in c("katz", "koopman")) {
    rr <- taken(paste("risk ratio", method))
    down <- list(1 - rr$estimate, 1 - rr$upper, 1 - rr$lower, rr$se, negative(rr$statistic), rr$p)
    up <- list(rr$estimate - 1, rr$lower - 1, rr$upper - 1, rr$se, rr$statistic, rr$p)
    part <- list(1 - 1 / rr$estimate, 1 - 1 / rr$lower, 1 - 1 / rr$upper, rr$se, rr$statistic, rr$p)
    do.call(add, c(list(case$id, "relative risk reduction", method, conf), down))
    do.call(add, c(list(case$id, "relative risk increase", method, conf), up))
    do.call(add, c(list(case$id, "prevented fraction (exposed)", method, conf), down))
    do.call(add, c(list(case$id, "attributable fraction (exposed)", method, conf), part))
    if (easy && method == "katz")
      check("attributable fraction, katz: epi.2by2", unlist(part[1:3]), unlist(cohort$AFRisk.strata.wald))
  }
  # and of an odds ratio
  for (method in c("woolf", "conditional-exact")) {
    or <- taken(paste("odds ratio", method))
    down <- list(1 - or$estimate, 1 - or$upper, 1 - or$lower, or$se, negative(or$statistic), or$p)
    part <- list(1 - 1 / or$estimate, 1 - 1 / or$lower, 1 - 1 / or$upper, or$se, or$statistic, or$p)
    do.call(add, c(list(case$id, "prevented fraction (exposed)", method, conf), down))
    do.call(add, c(list(case$id, "attributable fraction (exposed)", method, conf), part))
    if (easy && method == "conditional-exact" && N < 1000)  # fisher.test stops at about 1e-4
      check("attributable fraction, conditional-exact: epi.2by2", unlist(part[1:3]), unlist(cases$AFest.strata.wald), 2e-2)
  }

  # Levin's formula, share of the exposed from the table and from elsewhere
  for (share in c(NA, 0.05, 0.6)) {
    given <- if (is.na(share)) list() else list(share = share)
    for (kind in c("risk ratio katz", "odds ratio woolf")) {
      ratio <- taken(kind)
      pe <- if (!is.na(share)) share else if (kind == "risk ratio katz") n1 / N else b / (b + d)
      excess <- pe * (c(ratio$estimate, ratio$lower, ratio$upper) - 1)
      method <- if (kind == "risk ratio katz") "levin" else "levin-case-control"
      paf <- 1 - 1 / (1 + excess)
      do.call(add, c(list(case$id, "population attributable fraction", method, conf, paf[1], paf[2], paf[3],
                          NULL, ratio$statistic, ratio$p), given))
      do.call(add, c(list(case$id, "population prevented fraction", method, conf, -excess[1], -excess[3], -excess[2],
                          NULL, -ratio$statistic, ratio$p), given))
    }
  }

  # Walter's intervals
  walter <- function(method, paf, variance) {
    se <- sqrt(variance)
    l <- -log(1 - paf)
    ends <- if (is.finite(se)) l + c(-1, 1) * z * se else c(NA, NA)
    statistic <- l / se
    p <- 2 * pnorm(-abs(statistic))
    figures <- c(1 - exp(-l), 1 - exp(-ends))
    add(case$id, "population attributable fraction", method, conf, paf, figures[2], figures[3], se, statistic, p)
    add(case$id, "population prevented fraction", method, conf, 1 - 1 / (1 - paf), 1 - exp(ends[2]), 1 - exp(ends[1]),
        se, -statistic, p)
    figures
  }
  paf <- (a * d - b * c) / ((a + c) * (c + d))
  # where no unexposed has the event paf is 1, and what is left of the formula is d/0
  figures <- walter("walter", paf, (b + paf * (a + d)) / (N * c))
  if (easy) check("population attributable fraction, walter: epi.2by2", figures, unlist(cohort$PAFRisk.strata.wald))
  paf <- (a * d - b * c) / (d * (a + c))
  figures <- walter("walter-case-control", paf, a / (c * (a + c)) + b / (d * (b + d)))
  if (easy) check("population attributable fraction, walter-case-control: epi.2by2", figures, unlist(cases$PAFest.strata.wald))
  # Walter's variance is that of the delta method for four multinomial counts, by numerical derivatives
  if (easy && N > 30) {
    log_ratio <- function(x) log((x[1] + x[3]) / sum(x)) - log(x[3] / (x[3] + x[4]))
    x <- c(a, b, c, d)
    gradient <- vapply(1:4, function(i) {
      h <- 1e-4 * x[i]; e <- replace(numeric(4), i, h)
      (8 * (log_ratio(x + e) - log_ratio(x - e)) - (log_ratio(x + 2 * e) - log_ratio(x - 2 * e))) / (12 * h)
    }, 0)
    covariance <- N * (diag(x / N) - outer(x / N, x / N))
    paf <- (a * d - b * c) / ((a + c) * (c + d))
    check("Walter's variance: numerical delta method", (b + paf * (a + d)) / (N * c),
          as.numeric(gradient %*% covariance %*% gradient), 1e-6)
  }

  # attributable risks
  for (method in c("newcombe", "wald")) {
    rd <- taken(paste("risk difference", method))
    add(case$id, "attributable risk", method, conf, rd$estimate, rd$lower, rd$upper, rd$se, rd$statistic, rd$p)
  }
  par <- (a + c) / N - c / n0
  empty <- a + c == 0 || b + d == 0
  derivative <- c(1 / N - (a + c) / N^2, -(a + c) / N^2,
                  c / n0^2 - (a + c) / N^2 + 1 / N - 1 / n0, c / n0^2 - (a + c) / N^2)
  variances <- list(pirikahu = sum(derivative^2 * c(a, b, c, d)),
                    wald = (a + c) * (b + d) / N^3 + c * d / n0^3)
  for (method in names(variances)) {
    se <- if (empty) 0 else sqrt(variances[[method]])
    estimate <- if (empty) 0 else par
    add(case$id, "population attributable risk", method, conf, estimate, estimate - z * se, estimate + z * se,
        se, estimate / se, 2 * pnorm(-abs(estimate / se)))
    if (easy) {
      printed <- if (method == "wald") cohort$PARisk.strata.wald else cohort$PARisk.strata.piri
      check(paste("population attributable risk,", method, ": epi.2by2"), 100 * (par + c(0, -1, 1) * z * se), unlist(printed))
    }
  }
}

# --------------------------------------------------------------------------------------- number needed to treat, a ratio

needed <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, kind, ratio, lower, upper, risk, outcome
day-28, or, 2.00, 1.01, 3.94, 0.707, good
day-56, or, 2.02, 1.08, 3.83, 0.646, good
protective, or, 0.45, 0.30, 0.68, 0.25, bad
harm, or, 1.8, 1.2, 2.7, 0.1, bad
through-one, or, 0.8, 0.5, 1.28, 0.3, bad
through-one-good, or, 1.1, 0.9, 1.34, 0.5, good
limit-one, or, 1.5, 1, 2.25, 0.2, good
upper-one, or, 0.6, 0.36, 1, 0.2, bad
one, or, 1, 0.8, 1.25, 0.4, good
rare, or, 3, 2, 4.5, 1e-6, bad
certain, or, 0.2, 0.1, 0.4, 0.999999, good
tiny-ratio, or, 1e-8, 1e-9, 1e-7, 0.5, bad
huge-ratio, or, 1e8, 1e7, 1e9, 0.5, good
lower-zero, or, 0.5, 0, 0.9, 0.3, bad
upper-infinite, or, 4, 1.2, Inf, 0.3, good
near-one, or, 1.00001, 1.000005, 1.000015, 0.3, good
half, or, 2, 1.5, 2.6667, 0.5, bad
low-risk, or, 0.7, 0.55, 0.89, 0.02, bad
high-risk, or, 0.7, 0.55, 0.89, 0.9, bad
no-limits, or, 2, NA, NA, 0.3, good
good-harm, or, 0.5, 0.3, 0.83, 0.6, good
")
needed <- rbind(needed,
  transform(needed[needed$id != "huge-ratio", ], kind = "rr"),
  data.frame(id = "above-one", kind = "rr", ratio = 2, lower = 1.2, upper = 3.3, risk = 0.45, outcome = "good"),
  transform(needed, kind = "hr"),
  data.frame(id = c("failure-free", "chronic", "two-years", "altman"), kind = "hr", ratio = c(0.68, 0.55, 0.75, 0.72),
             lower = c(0.48, 0.36, 0.34, 0.55), upper = c(0.95, 0.84, 1.67, 0.92),
             risk = 1 - c(0.373, 0.373, 0.865, 0.33), outcome = "bad"))
needed_rows <- c()
for (i in seq_len(nrow(needed))) {
  x <- needed[i, ]
  risk <- function(ratio) switch(x$kind,
    or = if (is.na(ratio)) NA else if (is.infinite(ratio)) 1 else {
      odds <- ratio * x$risk / (1 - x$risk)
      odds / (1 + odds)
    },
    rr = ratio * x$risk,
    hr = 1 - (1 - x$risk)^ratio)
  # 1 - (1-p0)^HR and its like lose figures next to p0: there the differences of logs are used
  benefit <- function(ratio) {
    difference <- switch(x$kind,
      or = if (!is.na(ratio) && is.finite(ratio) && ratio > 0)
        plogis(qlogis(x$risk) + log(ratio)) - x$risk else risk(ratio) - x$risk,
      rr = risk(ratio) - x$risk,
      hr = (1 - x$risk) - exp(ratio * log1p(-x$risk)))
    if (!is.na(ratio) && ratio == 1) 0 else if (x$outcome == "good") difference else -difference
  }
  ends <- c(benefit(x$lower), benefit(x$upper))
  low <- if (anyNA(ends)) NA else min(ends)
  high <- if (anyNA(ends)) NA else max(ends)
  inverse <- function(d, side) if (is.na(d)) NA else if (d == 0) side * Inf else 1 / d
  needed_rows <- c(needed_rows, line(id = x$id, kind = x$kind, ratio = x$ratio, ratio_lower = x$lower,
    ratio_upper = x$upper, risk = x$risk, outcome = x$outcome, estimate = inverse(benefit(x$ratio), 1),
    lower = inverse(high, -1), upper = inverse(low, 1)))
}

# ------------------------------------------------------------------------------------------------------------- E-values

# the E-value g makes the bias factor g*g/(g + g - 1) (Ding & VanderWeele 2016) equal to the risk ratio
e_value <- function(ratio, true) {
  if (is.na(ratio)) return(NA)
  above <- max(ratio / true, true / ratio)
  if (above == 1) return(1)
  if (is.infinite(above)) return(Inf)
  exp(uniroot(function(log_g) 2 * log_g - log(2 * exp(log_g) - 1) - log(above), c(0, log(above) + log(2) + 1),
              tol = 1e-14)$root)
}
on_risk_ratio <- list(
  "risk-ratio" = function(x) x,
  "square-root" = function(x) x^(1 / 2),
  "hazard-ratio" = function(x) (1 - 0.5^sqrt(x)) / (1 - 0.5^sqrt(1 / x)),
  "smd" = function(x) exp(0.91 * x))
associations <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, estimate, lower, upper, true
breastfeeding, 3.9, 1.8, 8.7, 1
smoking, 10.73, 8.02, 14.36, 1
leukaemia, 0.80, 0.71, 0.91, 1
leukaemia-turned, 1.25, 1.0989011, 1.4084507, 1
non-null, 2.5, 1.8, 3.4, 1.5
non-null-below, 0.6, 0.5, 0.72, 0.8
away, 1.2, 1.05, 1.37, 2
away-below, 0.9, 0.7, 0.95, 0.5
day-28, 2.00, 1.01, 3.94, 1
day-56, 2.02, 1.08, 3.83, 1
failure-free, 0.68, 0.48, 0.95, 1
chronic, 0.55, 0.36, 0.84, 1
relapse, 0.75, 0.34, 1.67, 1
common-or, 0.86, 0.75, 0.99, 1
common-hr, 0.56, 0.46, 0.69, 1
through-null, 1.3, 0.9, 1.88, 1
limit-is-null, 1.5, 1, 2.25, 1
no-association, 1, 0.8, 1.25, 1
no-limits, 2.2, NA, NA, 1
huge, 1e6, 1e5, 1e7, 1
tiny, 1e-6, 1e-7, 1e-5, 1
near-null, 1.0001, 1.00005, 1.00015, 1
cross-true, 1.4, 1.1, 1.8, 1.2
")
differences <- transform(associations, estimate = log(estimate), lower = log(lower), upper = log(upper), true = log(true))
e_rows <- c()
for (method in names(on_risk_ratio)) {
  scale <- on_risk_ratio[[method]]
  given <- if (method == "smd") differences else associations
  for (i in seq_len(nrow(given))) {
    x <- given[i, ]
    ratio <- scale(x$estimate); lower <- scale(x$lower); upper <- scale(x$upper); true <- scale(x$true)
    limit <- if (ratio > true) max(lower, true) else if (ratio < true) min(upper, true) else true
    e_rows <- c(e_rows, line(id = x$id, method = method, estimate = x$estimate, lower = x$lower, upper = x$upper,
      true = x$true, rr = ratio, rr_lower = lower, rr_upper = upper, e_value = e_value(ratio, true),
      e_value_limit = if (is.na(lower)) NA else e_value(limit, true)))
  }
}
# risk difference: the bias factor by uniroot on its definition (the EValue package searches a grid of 0.0001)
from_counts <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, a, b, c, d, true
hammond-horn, 397, 78557, 51, 108778, 0
hammond-horn-non-null, 397, 78557, 51, 108778, 0.001
day-28, 82, 17, 70, 29, 0
day-56, 78, 21, 64, 35, 0
infection, 65, 34, 78, 21, 0
toxicity, 37, 62, 53, 46, 0
toxicity-non-null, 37, 62, 53, 46, -0.05
openepi, 66, 28, 36, 32, 0
equal, 25, 25, 25, 25, 0
tiny, 1, 1, 1, 2, 0
strong, 250, 50, 70, 230, 0
strong-non-null, 250, 50, 70, 230, 0.3
through-zero, 12, 55, 16, 125, 0
perondi, 7, 27, 1, 33, 0
unequal-arms, 900, 100, 2, 3, 0
rare, 30, 999970, 10, 999990, 0
million, 124000, 876000, 123000, 877000, 0
billion, 500020000, 499980000, 500000000, 500000000, 0
billion-rare, 50, 999999950, 12, 999999988, 0
all-events, 10, 0, 4, 6, 0
small-true, 60, 40, 40, 60, 0.1
")
for (i in seq_len(nrow(from_counts))) {
  x <- from_counts[i, ]
  cells <- c(x$a, x$b, x$c, x$d)
  true <- x$true
  if (x$a / (x$a + x$b) < x$c / (x$c + x$d)) { cells <- cells[c(3, 4, 1, 2)]; true <- -true }
  n1 <- cells[1] + cells[2]; n0 <- cells[3] + cells[4]; f <- n1 / (n1 + n0)
  p1 <- cells[1] / n1; p0 <- cells[3] / n0
  s1 <- p1 * (1 - p1) / n1; s0 <- p0 * (1 - p0) / n0; sf <- f * (1 - f) / (n1 + n0)
  shifted <- function(B) (p1 - p0 * B) * (f + (1 - f) / B)
  low <- function(B) shifted(B) - qnorm(0.975) * sqrt((s1 + s0 * B^2) * (f + (1 - f) / B)^2 +
                                                      (p1 - p0 * B)^2 * (1 - 1 / B)^2 * sf) - true
  zero <- function(g) if (g(1) <= 0) 1 else exp(uniroot(function(l) g(exp(l)), c(0, log(1 + p1 / p0) + 1), tol = 1e-15)$root)
  bias <- zero(function(B) shifted(B) - true)
  limit <- zero(low)
  e_rows <- c(e_rows, line(id = x$id, method = "risk-difference", a = x$a, b = x$b, c = x$c, d = x$d, true = x$true,
    rr = bias, rr_lower = limit, e_value = e_value(bias, 1), e_value_limit = e_value(limit, 1)))
}

# ------------------------------------------------------------------------------------------------------------ fragility

tails <- function(a, n1, c, n0) {
  m <- a + c
  x <- max(0, m - n0):min(n1, m)
  p <- dhyper(x, n1, n0, m)
  list(x = x, p = p, at = p[x == a])
}
p_value <- list(
  fisher = function(a, n1, c, n0) fisher.test(matrix(c(a, n1 - a, c, n0 - c), 2))$p.value,
  pearson = function(a, n1, c, n0) suppressWarnings(chisq.test(matrix(c(a, n1 - a, c, n0 - c), 2), correct = FALSE)$p.value),
  yates = function(a, n1, c, n0) suppressWarnings(chisq.test(matrix(c(a, n1 - a, c, n0 - c), 2), correct = TRUE)$p.value),
  "likelihood-ratio" = function(a, n1, c, n0) {
    o <- c(a, n1 - a, c, n0 - c); N <- n1 + n0
    e <- c(n1 * (a + c), n1 * (N - a - c), n0 * (a + c), n0 * (N - a - c)) / N
    if (any(e == 0)) NaN else pchisq(2 * sum(ifelse(o == 0, 0, o * log(o / e))), 1, lower.tail = FALSE)
  },
  wald = function(a, n1, c, n0) {
    o <- c(a, n1 - a, c, n0 - c)
    if (any(o == 0)) NaN else 2 * pnorm(-abs(log(o[1] * o[4] / (o[2] * o[3]))) / sqrt(sum(1 / o)))
  },
  "fisher-central" = function(a, n1, c, n0) {
    t <- tails(a, n1, c, n0)
    min(1, 2 * min(sum(t$p[t$x <= a]), sum(t$p[t$x >= a])))
  },
  "fisher-mid-p" = function(a, n1, c, n0) {
    t <- tails(a, n1, c, n0)
    min(1, 2 * (min(sum(t$p[t$x < a]), sum(t$p[t$x > a])) + t$at / 2))
  },
  "fisher-blaker" = function(a, n1, c, n0) {
    t <- tails(a, n1, c, n0)
    own <- pmin(cumsum(t$p), rev(cumsum(rev(t$p))))
    min(1, sum(t$p[own <= own[t$x == a] * (1 + 1e-7)]))
  })
fragile <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, x1, n1, x0, n0, alpha
day-28, 82, 99, 70, 99, 0.05
day-56, 78, 99, 64, 99, 0.05
infection, 65, 99, 78, 99, 0.05
toxicity, 37, 99, 53, 99, 0.05
fragilityindex-readme, 15, 40, 6, 40, 0.05
fragilityindex-help, 15, 40, 5, 40, 0.05
fragilityindex-reverse, 6, 50, 5, 50, 0.05
fragilitytools-readme, 40, 60, 100, 210, 0.05
walsh-small, 1, 100, 9, 100, 0.05
walsh-large, 200, 4000, 250, 4000, 0.05
strict, 200, 4000, 250, 4000, 0.01
zero-first, 0, 50, 9, 50, 0.05
zero-second, 8, 60, 0, 60, 0.05
zero-both, 0, 30, 0, 30, 0.05
all-both, 30, 30, 30, 30, 0.05
one-each, 1, 1, 0, 1, 0.05
few, 3, 5, 1, 5, 0.05
none-turns, 1, 4, 2, 4, 0.05
as-many-events, 10, 20, 10, 200, 0.05
fewer-higher-risk, 20, 40, 30, 300, 0.05
fewer-higher-risk-not, 6, 40, 30, 300, 0.05
unequal, 12, 300, 10, 90, 0.05
strong, 250, 300, 70, 300, 0.05
near-alpha, 120, 300, 95, 300, 0.05
near-alpha-not, 118, 300, 96, 300, 0.05
high-alpha, 30, 100, 22, 100, 0.2
rare-million, 5, 1000000, 60, 1000000, 0.05
rare-million-not, 30, 1000000, 40, 1000000, 0.05
")
fragility_rows <- c()
for (test in names(p_value)) for (i in seq_len(nrow(fragile))) {
  x <- fragile[i, ]
  for (count in c("x1", "n1", "x0", "n0")) x[[count]] <- as.numeric(x[[count]])  # integers overflow
  p <- function(a, c) {
    if (a + c == 0 || a + c == x$n1 + x$n0) return(1)  # no one or every one has the event
    value <- p_value[[test]](a, x$n1, c, x$n0)
    if (is.na(value)) NA else value
  }
  start <- p(x$x1, x$x0)
  significant <- !is.na(start) && start < x$alpha
  # a test that does not exist turns nothing, and what does not exist cannot be turned
  turned <- function(value) !is.na(start) && !is.na(value) && (value < x$alpha) != significant
  # Walsh 2014 and Khan 2020: the arm with fewer events; as many: the lower risk (the larger arm), else the second
  first <- x$x1 < x$x0 || (x$x1 == x$x0 && x$n1 > x$n0)
  step <- if (significant) 1 else -1
  changes <- NA; at <- c(NA, NA)
  most <- if (first) (if (significant) x$n1 - x$x1 else x$x1) else (if (significant) x$n0 - x$x0 else x$x0)
  if (most > 20000) most <- 200
  for (k in seq_len(most)) {
    now <- if (first) c(x$x1 + step * k, x$x0) else c(x$x1, x$x0 + step * k)
    if (turned(p(now[1], now[2]))) { changes <- k; at <- now; break }
  }
  p_at <- if (is.na(changes)) NA else p(at[1], at[2])
  # the fewest changes in either or both arms, for small tables: every pair of counts is tried
  fewest <- NA
  if (x$n1 + x$n0 <= 200) {
    for (f in seq_len(x$n1 + x$n0)) {
      for (u in -f:f) for (v in unique(c(f - abs(u), abs(u) - f))) {
        now <- c(x$x1 + u, x$x0 + v)
        if (all(now >= 0) && now[1] <= x$n1 && now[2] <= x$n0 && turned(p(now[1], now[2]))) fewest <- f
      }
      if (!is.na(fewest)) break
    }
  }
  fields <- list(id = x$id, test = test, x1 = x$x1, n1 = x$n1, x0 = x$x0, n0 = x$n0, alpha = x$alpha, p = start,
                 changes = changes, turned_x1 = at[1], turned_x0 = at[2], p_turned = p_at)
  if (x$n1 + x$n0 <= 200) fields$fewest <- fewest
  fragility_rows <- c(fragility_rows, do.call(line, fields))
}

# ------------------------------------------------------------------------------------------------------------------ out

from_ratio <- function(what) paste0(what, " of counts.json (made by counts.R), on another scale")
exposed <- list(
  katz = paste0(from_ratio("limits of the risk ratio by katz"), "; agrees with epiR::epi.2by2"),
  koopman = from_ratio("limits of the risk ratio by koopman"),
  woolf = from_ratio("limits of the odds ratio by woolf"),
  "conditional-exact" = paste0(from_ratio("limits of the odds ratio by conditional-exact"),
                               "; agrees with epiR::epi.2by2(method = 'case.control') within fisher.test's tolerance"))
population <- list(
  walter = paste("formula of epiR::epi.2by2 (PAFRisk), with which it agrees where no cell is zero; its variance is",
                 "that of the delta method by numerical derivatives of the four counts"),
  levin = "Pe (RR - 1) / (1 + Pe (RR - 1)) of the limits of the risk ratio by katz in counts.json",
  "walter-case-control" = "formula of epiR::epi.2by2(method = 'case.control') (PAFest), with which it agrees where no cell is zero",
  "levin-case-control" = "Pe (OR - 1) / (1 + Pe (OR - 1)) of the limits of the odds ratio by woolf in counts.json")
turned_over <- lapply(population, function(text) paste0("1 - 1/(1 - PAF): ", text))
sources <- list(
  "relative risk reduction" = exposed[c("katz", "koopman")],
  "relative risk increase" = exposed[c("katz", "koopman")],
  "attributable fraction (exposed)" = exposed,
  "prevented fraction (exposed)" = exposed,
  "population attributable fraction" = population,
  "population prevented fraction" = turned_over,
  "attributable risk" = list(
    newcombe = "risk difference by newcombe of counts.json", wald = "risk difference by wald of counts.json"),
  "population attributable risk" = list(
    pirikahu = "formula of epiR::epi.2by2 (PARisk, Pirikahu), with which it agrees where no cell is zero",
    wald = "formula of epiR::epi.2by2 (PARisk, Wald), with which it agrees where no cell is zero"),
  "number needed to treat, from a ratio" = list(
    or = "1/(p1 - p0) of the ratio and its limits, p1 by plogis(qlogis(p0) + log(OR))",
    rr = "1/(p1 - p0) of the ratio and its limits, p1 = RR p0",
    hr = "1/(p1 - p0) of the ratio and its limits, p1 = 1 - (1 - p0)^HR (Altman & Andersen 1999)"),
  "risk ratio to explain away" = setNames(as.list(c(
    rep("the g whose bias factor g^2/(2g - 1) is the risk ratio (Ding & VanderWeele 2016), by uniroot", 4),
    "the bias factor that takes the difference, or its lower limit, to the true one (Ding & VanderWeele 2016, p. 376), by uniroot")),
    c(names(on_risk_ratio), "risk-difference")),
  fragility = setNames(as.list(c("stats::fisher.test, change after change", "stats::chisq.test(correct = FALSE)",
    "stats::chisq.test(correct = TRUE)", "2 sum O log(O/E)", "log odds ratio over sqrt(1/a + 1/b + 1/c + 1/d)",
    rep("tails of stats::dhyper", 3))), names(p_value)))
packages <- c("epiR", "jsonlite")
header <- list(
  about = paste("Reference values for measures of impact and robustness, made by impact.R. Infinite figures are the",
                "strings 'Infinity' and '-Infinity'; what does not exist is null."),
  R = R.version.string,
  packages = versions_of(packages),
  sources = sources,
  checks = as.list(checked[order(names(checked))]))
write_blocks(header, block("values", rows), block("needed", needed_rows), block("e_values", e_rows),
             block("fragility", fragility_rows))
message(sprintf("%d values, %d numbers needed, %d E-values, %d fragilities in %s", length(rows), length(needed_rows),
                length(e_rows), length(fragility_rows), output))
