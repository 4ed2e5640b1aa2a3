# Reference values for the intervals of a cumulative incidence and for two of them compared at one time.
#
#   Rscript tests/reference/cumulative_incidence.R [OUTPUT]      (default: cumulative_incidence.json beside this script)
#
# Needs R with survival, cmprsk, metafor and jsonlite (Debian: r-cran-survival r-cran-cmprsk r-cran-metafor
# r-cran-jsonlite).
#
# Routes, none of which shares code with gvhdcalc:
#   survfit         intervals of survival::survfit on single-event data (1 - S) and on competing risks (pstate)
#   survfit_confint the same package's interval function at chosen F and SE: tiny, huge, near 0 and 1
#   cmprsk          F and variance of cmprsk::cuminc, transformed here in R
#   metafor         proportions without censoring by escalc and the transf.* functions
#   glm             two proportions without censoring: binomial regression with links identity, log and cloglog

suppressPackageStartupMessages({
  library(survival)
  library(cmprsk)
  library(metafor)
  library(jsonlite)
})

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "cumulative_incidence.json"))

z_of <- function(conf) qnorm(1 - (1 - conf) / 2)
confint_at <- survival:::survfit_confint

cases <- list()
add <- function(method, source, f, se, conf, lower, upper) {
  cases[[length(cases) + 1]] <<- list(
    method = method, source = source, f = f, se = se, conf = conf,
    lower = unname(lower), upper = unname(upper)
  )
}

# --- survfit_confint at chosen figures. F itself, or S = 1 - F with the limits turned over.
on_f <- c("plain" = "plain", "log" = "log", "log-log-f" = "log-log", "logit" = "logit", "arcsine-sqrt" = "arcsin")
on_s <- c("log-s" = "log", "log-log-s" = "log-log")
points <- rbind(
  c(0.395, 0.0514), c(0.627, 0.0530), c(0.101, 0.0300), c(0.135, 0.0350),
  c(1e-6, 4e-7), c(0.0001, 0.0002), c(0.001, 0.001), c(0.02, 0.014), c(0.052, 0.022), c(0.2, 0.0001),
  c(0.25, 0.06), c(0.5, 0.07), c(0.5, 0.3), c(0.5, 1e-6), c(0.75, 0.04), c(0.9, 0.03), c(0.97, 0.03),
  c(0.999, 0.001), c(0.9999, 0.00003), c(0.3, 0.45), c(0.05, 0.09), c(0.6, 0.002)
)
for (i in seq_len(nrow(points))) {
  f <- points[i, 1]; se <- points[i, 2]
  for (conf in if (i <= 4) c(0.90, 0.95, 0.99) else 0.95) {
    for (key in names(on_f)) {
      got <- confint_at(f, se, logse = FALSE, conf.type = on_f[[key]], conf.int = conf)
      add(key, "survfit_confint", f, se, conf, got$lower, got$upper)
    }
    for (key in names(on_s)) {
      got <- confint_at(1 - f, se, logse = FALSE, conf.type = on_s[[key]], conf.int = conf)
      add(key, "survfit_confint", f, se, conf, 1 - got$upper, 1 - got$lower)
    }
  }
}

# --- survfit on data: one event (1 - Kaplan-Meier), then competing risks (Aalen-Johansen)
single <- c("plain" = "plain", "log-s" = "log", "log-log-s" = "log-log", "logit" = "logit", "arcsine-sqrt" = "arcsin")
for (key in names(single)) {
  got <- summary(survfit(Surv(time, status) ~ 1, data = lung, conf.type = single[[key]]), times = c(50, 200, 400, 700))
  for (i in seq_along(got$time)) {
    add(key, "survfit single event", 1 - got$surv[i], got$std.err[i], 0.95, 1 - got$upper[i], 1 - got$lower[i])
  }
}
mgus <- transform(mgus2,
  etime = ifelse(pstat == 0, futime, ptime),
  event = factor(ifelse(pstat == 0, 2 * death, 1), 0:2, c("censor", "pcm", "death"))
)
multi <- c("plain" = "plain", "log" = "log", "log-log-f" = "log-log", "logit" = "logit")
for (key in names(multi)) {
  got <- summary(survfit(Surv(etime, event) ~ 1, data = mgus, conf.type = multi[[key]]), times = c(12, 60, 120, 240))
  for (i in seq_along(got$time)) {
    for (state in 2:3) {
      add(key, "survfit competing risks", got$pstate[i, state], got$std.err[i, state], 0.95,
        got$lower[i, state], got$upper[i, state])
    }
  }
}

# --- cmprsk: F and variance; each transformation written out, with its derivative by R
transformations <- list(
  "log" = list(quote(log(f)), function(y) exp(y)),
  "log-s" = list(quote(log(1 - f)), function(y) 1 - exp(y)),
  "log-log-f" = list(quote(log(-log(f))), function(y) exp(-exp(y))),
  "log-log-s" = list(quote(log(-log(1 - f))), function(y) 1 - exp(-exp(y))),
  "logit" = list(quote(log(f / (1 - f))), function(y) plogis(y)),
  "arcsine-sqrt" = list(quote(asin(sqrt(f))), function(y) sin(pmin(pmax(y, 0), pi / 2))^2)
)
estimates <- timepoints(cuminc(mgus$etime, as.integer(mgus$event) - 1), c(24, 96, 180))
for (row in 1:2) {
  for (column in 1:3) {
    f <- estimates$est[row, column]
    se <- sqrt(estimates$var[row, column])
    for (key in names(transformations)) {
      g <- transformations[[key]][[1]]
      ends <- eval(g) + c(-1, 1) * z_of(0.95) * se * eval(D(g, "f"))
      ends <- sort(transformations[[key]][[2]](ends))
      add(key, "cmprsk", f, se, 0.95, max(ends[1], 0), min(ends[2], 1))
    }
  }
}

# --- metafor: proportions without censoring
counts <- rbind(
  c(40, 101), c(63, 102), c(1, 12), c(11, 12), c(5, 99), c(3, 40), c(250, 1000), c(999, 1000), c(17, 1000000), c(1, 2)
)
measures <- list(
  "plain" = list("PR", function(y) pmin(pmax(y, 0), 1)),
  "log" = list("PLN", function(y) pmin(exp(y), 1)),
  "logit" = list("PLO", function(y) transf.ilogit(y)),
  "arcsine-sqrt" = list("PAS", function(y) transf.iarcsin(y))
)
for (i in seq_len(nrow(counts))) {
  x <- counts[i, 1]; n <- counts[i, 2]; f <- x / n
  for (key in names(measures)) {
    es <- escalc(measure = measures[[key]][[1]], xi = x, ni = n, add = 0, to = "none")
    # PAS has variance 1/(4n), which is also the delta method's
    ends <- measures[[key]][[2]](es$yi + c(-1, 1) * z_of(0.95) * sqrt(es$vi))
    cases[[length(cases) + 1]] <- list(
      method = key, source = "metafor", events = x, total = n, f = f, se = sqrt(f * (1 - f) / n), conf = 0.95,
      lower = ends[1], upper = ends[2]
    )
  }
}

# --- two arms without censoring: saturated binomial regressions
pairs <- rbind(
  c(40, 101, 63, 102), c(10, 99, 13, 99), c(82, 99, 70, 99), c(65, 99, 78, 99), c(37, 99, 53, 99), c(1, 20, 9, 22),
  c(5, 8, 1, 9), c(50, 100, 50, 100), c(1, 500, 2, 400), c(3, 1000, 30, 1000), c(999, 1000, 990, 1000),
  c(7, 10, 9, 10), c(1, 2, 1, 3), c(200000, 1000000, 201000, 1000000), c(12, 4000, 5, 4000), c(90, 120, 20, 120),
  c(30, 31, 30, 33), c(2, 90, 60, 90), c(17, 18, 2, 19), c(450, 900, 300, 901), c(11, 60, 12, 61), c(6, 7, 2, 7)
)
links <- list(
  "cumulative incidence difference" = "identity",
  "cumulative incidence ratio" = "log",
  "subdistribution hazard ratio" = "cloglog"
)
starts <- list(identity = identity, log = log, cloglog = function(p) log(-log(1 - p)))
comparisons <- list()
for (i in seq_len(nrow(pairs))) {
  x <- pairs[i, c(1, 3)]; n <- pairs[i, c(2, 4)]
  p <- x / n
  for (measure in names(links)) {
    link <- links[[measure]]
    g <- starts[[link]]
    # started at the solution of the saturated model, so that the fit only confirms it and gives its variance
    fit <- glm(cbind(x, n - x) ~ arm, data = data.frame(x = x, n = n, arm = c(1, 0)), family = binomial(link),
      start = c(g(p[2]), g(p[1]) - g(p[2])), control = list(epsilon = 1e-11, maxit = 50))
    row <- coef(summary(fit))["arm", ]
    for (conf in if (i <= 3) c(0.90, 0.95) else 0.95) {
      ends <- row[["Estimate"]] + c(-1, 1) * z_of(conf) * row[["Std. Error"]]
      back <- if (link == "identity") identity else exp
      comparisons[[length(comparisons) + 1]] <- list(
        measure = measure, counts = c(x[1], n[1], x[2], n[2]), conf = conf, estimate = back(row[["Estimate"]]),
        lower = back(ends[1]), upper = back(ends[2]), se = row[["Std. Error"]], statistic = row[["z value"]],
        p = row[["Pr(>|z|)"]]
      )
    }
  }
}

# --- tests at one time on each scale: cmprsk's F and variance by sex, chi-square on each transformation
tests <- list()
by_sex <- timepoints(cuminc(mgus$etime, as.integer(mgus$event) - 1, mgus$sex), c(24, 96, 180, 300))
transformations[["plain"]] <- list(quote(f), identity)
for (state in 1:2) {
  for (column in 1:4) {
    rows <- paste(c("F", "M"), state)
    fs <- by_sex$est[rows, column]
    ses <- sqrt(by_sex$var[rows, column])
    for (key in names(transformations)) {
      g <- transformations[[key]][[1]]
      y <- sapply(fs, function(f) eval(g))
      s <- ses * sapply(fs, function(f) eval(D(g, "f")))
      chi2 <- (y[1] - y[2])^2 / sum(s^2)
      tests[[length(tests) + 1]] <- list(
        method = key, f = unname(fs), se = unname(ses), chi2 = unname(chi2),
        p = unname(pchisq(chi2, 1, lower.tail = FALSE))
      )
    }
  }
}
# the same at chosen figures, far apart and close, near 0 and 1
chosen <- rbind(
  c(0.395, 0.0514, 0.627, 0.053), c(0.101, 0.03, 0.135, 0.035), c(0.001, 0.0005, 0.002, 0.001), c(1e-6, 5e-7, 3e-6, 1e-6),
  c(0.5, 0.01, 0.5, 0.02), c(0.99, 0.004, 0.97, 0.01), c(0.9999, 1e-5, 0.9998, 2e-5), c(0.2, 0.001, 0.6, 0.002),
  c(0.3, 0.2, 0.35, 0.3), c(0.05, 0.02, 0.9, 0.02), c(0.25, 0.06, 0.4, 0.07), c(0.12, 0.03, 0.11, 0.02)
)
for (i in seq_len(nrow(chosen))) {
  fs <- chosen[i, c(1, 3)]; ses <- chosen[i, c(2, 4)]
  for (key in names(transformations)) {
    g <- transformations[[key]][[1]]
    y <- sapply(fs, function(f) eval(g))
    s <- ses * sapply(fs, function(f) eval(D(g, "f")))
    chi2 <- (y[1] - y[2])^2 / sum(s^2)
    tests[[length(tests) + 1]] <- list(
      method = key, f = fs, se = ses, chi2 = chi2, p = pchisq(chi2, 1, lower.tail = FALSE)
    )
  }
}

header <- list(
  about = paste("Reference values for cumulative incidence, made by cumulative_incidence.R.",
    "F and SE are fractions, limits are of F; a case names the route it came by."),
  R = R.version.string,
  packages = versions_of(c("survival", "cmprsk", "metafor", "jsonlite")),
  sources = list(
    "survfit_confint" = "survival:::survfit_confint at chosen F and SE; of S = 1 - F for log-s and log-log-s",
    "survfit single event" = "survival::survfit of lung, 1 - S, each conf.type",
    "survfit competing risks" = "survival::survfit of mgus2, pstate, each conf.type",
    "cmprsk" = "cmprsk::cuminc and timepoints of mgus2; the transformation and its derivative (stats::D) in R",
    "metafor" = "metafor::escalc PR, PLN, PLO, PAS, back by transf.ilogit, transf.iarcsin and exp",
    "comparisons" = "stats::glm, binomial, links identity, log, cloglog: the coefficient of the arm",
    "tests" = "cmprsk::cuminc of mgus2 by sex, and chosen figures; chi-square of the transformed difference"
  )
)
one_a_line <- function(name, rows) block(name, vapply(rows, json_line, ""))
write_blocks(header, one_a_line("intervals", cases), one_a_line("comparisons", comparisons), one_a_line("tests", tests))
message(sprintf("%d intervals, %d comparisons and %d tests in %s", length(cases), length(comparisons), length(tests), output))
