# Reference values for the hazard ratio from printed figures.
#
#   Rscript tests/reference/hazard_ratio.R [OUTPUT]      (default: hazard_ratio.json beside this script)
#
# Needs R with survival, metafor and jsonlite (Debian: r-cran-survival r-cran-metafor r-cran-jsonlite).
#
# ci, limits, p       the standard error that metafor::summary.escalc turns back into the printed limits or P (the
#                     script stops where it does not); z, P and limits at other levels are that function's
# rates               stats::glm, Poisson with the log person-time as offset; checked against survival::survreg
# medians, survival   survival::survreg, exponential, on data with the printed medians (or survival) and events;
#                     survival without events: stats::glm, binomial with link cloglog, on the printed proportions
# attainable          the same formulas over a grid of the values that round to each printed figure
# symmetric           the feasible pairs (log HR, SE), the standard error scanned and log HR at either end for each
# events              survival::survreg on so many events in the given allocation: its standard error must imply them

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(survival)
  library(metafor)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "hazard_ratio.json"))

cases <- function(text) read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = text)

#' Estimate, limits at conf, standard error, z and P of a log hazard ratio with its sampling variance, by metafor.
by_metafor <- function(log_hr, variance, conf) {
  found <- summary(escalc(measure = "GEN", yi = log_hr, vi = variance), level = 100 * conf)
  list(estimate = exp(log_hr), lower = exp(found$ci.lb), upper = exp(found$ci.ub), se = found$sei,
       statistic = found$zi, p = found$pval)
}

#' The same of the coefficient of the first arm in a fitted model.
by_model <- function(log_hr, se, conf) {
  z <- qnorm(1 - (1 - conf) / 2)
  list(estimate = exp(log_hr), lower = exp(log_hr - z * se), upper = exp(log_hr + z * se), se = se,
       statistic = log_hr / se, p = 2 * pnorm(-abs(log_hr / se)))
}

# ---------------------------------------------------------------------------------------------------- ci and limits

intervals <- cases("
id, hr, lower, upper, level, conf, about
failure-free, 0.68, 0.48, 0.95, 0.95, 0.95, a trial of graft-versus-host disease
failure-free-90, 0.68, 0.48, 0.95, 0.95, 0.90, the same at 90%
chronic-gvhd, 0.55, 0.36, 0.84, 0.95, 0.95, a trial of graft-versus-host disease
relapse, 0.75, 0.34, 1.67, 0.95, 0.95, a trial of graft-versus-host disease
tierney-bladder, 0.88, 0.74, 1.05, 0.95, 0.95, Tierney 2007: bladder cancer
harm, 1.47, 1.05, 2.08, 0.95, 0.95, the first with the arms swapped
no-effect, 1, 0.5, 2, 0.95, 0.95, HR 1 in the middle
no-effect-99, 1, 0.5, 2, 0.95, 0.99, HR 1 in the middle; to 99%
off-the-middle, 0.7, 0.48, 0.95, 0.95, 0.95, HR not the geometric mean
at-the-limit, 0.5, 0.5, 0.9, 0.95, 0.95, HR printed as its own limit
from-90, 0.80, 0.65, 0.98, 0.90, 0.95, a 90% interval to 95%
from-99, 0.80, 0.50, 1.28, 0.99, 0.95, a 99% interval to 95%
from-97.5, 0.62, 0.41, 0.94, 0.975, 0.95, a 97.5% interval to 95%
from-50, 0.90, 0.80, 1.01, 0.50, 0.95, a 50% interval to 95%
to-99.9, 0.55, 0.36, 0.84, 0.95, 0.999, to 99.9%
to-50, 0.55, 0.36, 0.84, 0.95, 0.50, to 50%
narrow, 0.9, 0.899, 0.901, 0.95, 0.95, P far below 1e-300
very-narrow, 0.999, 0.9989, 0.9991, 0.95, 0.95, z about -20
wide, 0.9, 0.001, 810, 0.95, 0.95, next to no information
tiny, 1e-6, 1e-7, 1e-5, 0.95, 0.95, a tiny ratio
huge, 1000000, 1000, 1e9, 0.95, 0.95, a huge ratio
very-wide, 3, 1e-100, 1e101, 0.95, 0.95, limits of 1e-100 and 1e101
three-decimals, 0.742, 0.613, 0.898, 0.95, 0.95, three decimals
nearly-one, 1.001, 0.9, 1.113, 0.95, 0.95, z near 0
")

interval_rows <- function(row) {
  variance <- (log(row$upper / row$lower) / (2 * qnorm((1 + row$level) / 2)))^2
  middle <- mean(log(c(row$lower, row$upper)))
  back <- by_metafor(middle, variance, row$level)
  stopifnot(abs(c(back$lower, back$upper) / c(row$lower, row$upper) - 1) < 1e-9)
  list(ci = by_metafor(log(row$hr), variance, row$conf), limits = by_metafor(middle, variance, row$conf))
}

# ---------------------------------------------------------------------------------------------------------------- p

p_values <- cases("
id, hr, p, conf, about
altman-bland, 0.30, 0.034, 0.95, Altman & Bland 2011 (d2090)
failure-free, 0.68, 0.024, 0.95, a trial of graft-versus-host disease
chronic-gvhd, 0.55, 0.005, 0.95, a trial of graft-versus-host disease
relapse, 0.75, 0.610, 0.95, a trial of graft-versus-host disease
tierney, 0.81, 0.075, 0.95, Tierney 2007: log-rank P of 0.075
harm, 1.47, 0.024, 0.95, a ratio above 1
at-90, 0.68, 0.024, 0.90, to 90%
at-99, 0.68, 0.024, 0.99, to 99%
at-50, 0.68, 0.024, 0.5, to 50%
borderline, 0.8, 0.05, 0.95, a limit at 1
p-0.001, 0.68, 0.001, 0.95, P at a bound
p-0.0001, 0.68, 0.0001, 0.95, P at a bound
p-1e-10, 0.2, 1e-10, 0.95, small P
p-1e-100, 0.2, 1e-100, 0.95, tiny P
p-1e-300, 0.2, 1e-300, 0.95, P near the smallest number
p-0.99, 0.9, 0.99, 0.95, P near 1: a very wide interval
p-0.5, 0.9, 0.5, 0.95, P of one half
p-0.999, 0.999, 0.999, 0.95, P nearer 1
tiny, 1e-6, 0.03, 0.95, a tiny ratio
huge, 1000000, 0.03, 0.95, a huge ratio
nearly-one, 1.0001, 0.03, 0.95, a ratio next to 1
large, 25, 0.2, 0.95, a large ratio
")

p_row <- function(row) {
  variance <- (log(row$hr) / qnorm(row$p / 2))^2
  found <- by_metafor(log(row$hr), variance, row$conf)
  stopifnot(abs(found$p / row$p - 1) < 1e-9)
  found
}

# ------------------------------------------------------------------------------------------ rates, medians, survival

#' log HR and its standard error of an exponential model in which the arms have these hazards and numbers of events.
exponential <- function(hazard1, hazard0, events1, events0) {
  data <- data.frame(time = 1 / c(hazard1, hazard0), events = c(events1, events0), arm = c(1, 0))
  fit <- survreg(Surv(time, rep(1, 2)) ~ arm, data = data, weights = events, dist = "exponential",
                 control = survreg.control(rel.tolerance = 1e-14, maxiter = 200))
  c(-unname(coef(fit)["arm"]), sqrt(fit$var[2, 2]))
}

rates <- cases("
id, events1, time1, events0, time0, conf, about
example, 60, 812.5, 72, 645, 0.95, 60 events in 812.5 and 72 in 645
example-90, 60, 812.5, 72, 645, 0.90, the same at 90%
example-99, 60, 812.5, 72, 645, 0.99, the same at 99%
swapped, 72, 645, 60, 812.5, 0.95, the arms swapped
breast-cancer, 41, 28010, 15, 19017, 0.95, Rothman: fluoroscopy and breast cancer
breast-cancer-90, 41, 28010, 15, 19017, 0.90, Rothman: fluoroscopy and breast cancer
aspirin, 104, 54560.0, 189, 54355.7, 0.95, Physicians' Health Study: myocardial infarction
one-each, 1, 10, 1, 10, 0.95, one event in each arm
one-and-two, 1, 10, 2, 5, 0.95, few events
equal, 30, 100, 30, 100, 0.95, no difference
equal-rates, 30, 100, 60, 200, 0.95, no difference in unlike arms
one-and-many, 1, 3, 5000, 9000, 0.95, unlike arms
many-and-one, 5000, 9000, 1, 3, 0.95, unlike arms
short, 5, 0.001, 8, 0.002, 0.95, tiny times
long, 5, 1e12, 8, 2e12, 0.95, huge times
short-and-long, 7, 0.01, 9, 1e6, 0.95, a huge ratio
million, 1000000, 5e6, 1001000, 5e6, 0.95, 10^6 events
billion, 1000000000, 5e10, 1000050000, 5e10, 0.95, 10^9 events
strong, 20, 1000, 200, 1000, 0.95, a strong effect
weak, 200, 1000, 201, 1000, 0.95, a weak effect
half-unit, 12, 0.5, 20, 0.5, 0.95, person-time below 1
")

rates_row <- function(row) {
  data <- data.frame(events = c(row$events1, row$events0), time = c(row$time1, row$time0), arm = c(1, 0))
  # so small an epsilon makes glm warn though it has long converged; survreg says whether it has
  fit <- suppressWarnings(glm(events ~ arm + offset(log(time)), family = poisson, data = data,
                              control = list(epsilon = 1e-15, maxit = 100)))
  found <- c(unname(coef(fit)["arm"]), unname(sqrt(diag(vcov(fit)))["arm"]))
  other <- exponential(row$events1 / row$time1, row$events0 / row$time0, row$events1, row$events0)
  stopifnot(abs(found[1] - other[1]) < 1e-7 * max(abs(found[1]), 1e-3), abs(found[2] / other[2] - 1) < 1e-6)
  by_model(found[1], found[2], row$conf)
}

medians <- cases("
id, median1, median0, events1, events0, conf, about
failure-free, 11.3, 6.0, 60, 72, 0.95, a trial of graft-versus-host disease; events chosen here
failure-free-90, 11.3, 6.0, 60, 72, 0.90, the same at 90%
failure-free-99, 11.3, 6.0, 60, 72, 0.99, the same at 99%
swapped, 6.0, 11.3, 72, 60, 0.95, the arms swapped
equal, 12, 12, 40, 50, 0.95, no difference
one-each, 10, 8, 1, 1, 0.95, one event in each arm
days, 344, 183, 60, 72, 0.95, in days
unlike, 10, 8, 1, 5000, 0.95, unlike arms
many, 10, 8, 5000, 1, 0.95, unlike arms
short, 0.001, 0.002, 10, 12, 0.95, short times
long, 100000, 90000, 10, 12, 0.95, long times
short-and-long, 0.01, 100000, 10, 12, 0.95, a huge ratio
long-and-short, 100000, 0.01, 10, 12, 0.95, a tiny ratio
million, 10, 9.99, 1000000, 1000000, 0.95, 10^6 events
billion, 10, 9.9999, 1000000000, 1000000000, 0.95, 10^9 events
strong, 50, 5, 300, 300, 0.95, a strong effect
weak, 10.1, 10, 300, 300, 0.95, a weak effect
nsclc, 10.3, 7.4, 150, 160, 0.95, months
small, 3.5, 2.9, 12, 9, 0.95, few events
decimals, 17.25, 13.75, 88, 93, 0.95, two decimals
fifty, 17.25, 13.75, 88, 93, 0.5, to 50%
")

medians_row <- function(row) {
  found <- exponential(log(2) / row$median1, log(2) / row$median0, row$events1, row$events0)
  by_model(found[1], found[2], row$conf)
}

proportions <- cases("
id, survival1, survival0, events1, events0, conf, about
two-years, 0.605, 0.373, 39, 62, 0.95, without chronic disease at 2 years; events about as many
two-years-90, 0.605, 0.373, 39, 62, 0.90, the same at 90%
two-years-99, 0.605, 0.373, 39, 62, 0.99, the same at 99%
swapped, 0.373, 0.605, 62, 39, 0.95, the arms swapped
equal, 0.5, 0.5, 20, 20, 0.95, no difference
high, 0.95, 0.90, 5, 10, 0.95, few events
very-high, 0.999, 0.998, 1, 2, 0.95, rare events
nearly-one, 0.999999, 0.999998, 1, 2, 0.95, very rare events
low, 0.05, 0.02, 95, 98, 0.95, nearly all
very-low, 0.001, 0.0005, 95, 98, 0.95, nearly all
nearly-zero, 1e-9, 1e-8, 95, 98, 0.95, a survival of 1e-9
high-and-low, 0.999, 0.001, 3, 90, 0.95, a strong effect
low-and-high, 0.001, 0.999, 90, 3, 0.95, a strong effect
relapse, 0.899, 0.865, 10, 13, 0.95, without relapse at 3 years
one-each, 0.8, 0.7, 1, 1, 0.95, one event in each arm
unlike, 0.8, 0.7, 1, 5000, 0.95, unlike arms
million, 0.5, 0.4999, 1000000, 1000000, 0.95, 10^6 events
weak, 0.501, 0.5, 50, 50, 0.95, a weak effect
halves, 0.5, 0.25, 50, 75, 0.95, HR one half
quarters, 0.25, 0.5, 75, 50, 0.95, HR 2
")

survival_row <- function(row) {
  found <- exponential(-log(row$survival1), -log(row$survival0), row$events1, row$events0)
  # without the events: the contrast of a saturated model of the proportions
  data <- data.frame(alive = c(row$survival1, row$survival0), arm = c(1, 0))
  fit <- suppressWarnings(glm(1 - alive ~ arm, family = binomial(link = "cloglog"), data = data, weights = c(1, 1),
                              control = list(epsilon = 1e-13, maxit = 500)))
  c(by_model(found[1], found[2], row$conf), list(cloglog = exp(unname(coef(fit)["arm"]))))
}

# ------------------------------------------------------------------------------------------------------- attainable

#' Values that round to x at so many decimals, the ends among them.
rounds_to <- function(x, decimals, steps = 21) seq(x - 0.5 * 10^-decimals, x + 0.5 * 10^-decimals, length.out = steps)

attainable_intervals <- cases("
id, hr, lower, upper, decimals, level
failure-free, 0.68, 0.48, 0.95, 2, 0.95
chronic-gvhd, 0.55, 0.36, 0.84, 2, 0.95
relapse, 0.75, 0.34, 1.67, 2, 0.95
tierney, 0.88, 0.74, 1.05, 2, 0.95
across-one, 1.00, 0.80, 1.26, 2, 0.95
one-decimal, 0.7, 0.5, 0.9, 1, 0.95
three-decimals, 0.742, 0.613, 0.898, 3, 0.95
above, 1.47, 1.05, 2.08, 2, 0.95
ninety, 0.80, 0.65, 0.98, 2, 0.90
touching, 0.6, 0.5, 0.6, 1, 0.95
")

attainable_row <- function(row) {
  grid <- expand.grid(hr = rounds_to(row$hr, row$decimals), lower = rounds_to(row$lower, row$decimals),
                      upper = rounds_to(row$upper, row$decimals))
  z <- qnorm(1 - (1 - row$level) / 2)
  se <- pmax(log(grid$upper) - log(grid$lower), 0) / (2 * z)
  p <- 2 * pnorm(-abs(log(grid$hr) / se))
  middle <- sqrt(grid$lower * grid$upper)
  if (row$hr - 0.5 * 10^-row$decimals < 1 && row$hr + 0.5 * 10^-row$decimals > 1) p <- c(p, 1)
  list(p = range(p, na.rm = TRUE), middle = range(middle[grid$lower <= grid$upper]))
}

#' The lowest and highest P over pairs (b, s) with exp(b), exp(b - z s), exp(b + z s) in the three intervals.
symmetric_row <- function(row) {
  ends <- function(x) log(range(rounds_to(x, row$decimals, 2)))
  hr <- ends(row$hr); lower <- ends(row$lower); upper <- ends(row$upper)
  z <- qnorm(1 - (1 - row$level) / 2)
  least <- function(s) pmax(hr[1], lower[1] + z * s, upper[1] - z * s)
  most <- function(s) pmin(hr[2], lower[2] + z * s, upper[2] - z * s)
  s <- seq(1e-9, (upper[2] - lower[1]) / z, length.out = 4e6)
  s <- s[least(s) <= most(s)]
  if (!length(s)) return(NULL)
  z_least <- least(s) / s; z_most <- most(s) / s
  largest <- max(abs(z_least), abs(z_most))
  smallest <- if (any(z_least <= 0 & z_most >= 0)) 0 else min(abs(z_least), abs(z_most))
  2 * pnorm(-c(largest, smallest))
}

attainable_ps <- cases("
id, hr, hr_decimals, p, p_decimals
failure-free, 0.68, 2, 0.024, 3
chronic-gvhd, 0.55, 2, 0.005, 3
relapse, 0.75, 2, 0.610, 3
altman-bland, 0.30, 2, 0.034, 3
above, 1.47, 2, 0.02, 2
")

attainable_p_row <- function(row) {
  grid <- expand.grid(hr = rounds_to(row$hr, row$hr_decimals, 201), p = rounds_to(row$p, row$p_decimals, 201))
  se <- abs(log(grid$hr)) / qnorm(1 - grid$p / 2)
  z <- qnorm(0.975)
  list(lower = range(exp(log(grid$hr) - z * se)), upper = range(exp(log(grid$hr) + z * se)))
}

# ----------------------------------------------------------------------------------------------------------- events

allocations <- cases("
events, ratio
100, 1
132, 1
60, 2
90, 0.5
200, 3
4, 1
1000000, 1
75, 1.5
")

events_row <- function(row) {
  first <- row$events * row$ratio / (1 + row$ratio)
  list(events = row$events, ratio = row$ratio, se = exponential(0.1, 0.1, first, row$events - first)[2])
}

# ----------------------------------------------------------------------------------------------------------- output

value <- function(x) {
  if (is.null(x)) return("null")
  if (is.character(x)) return(sprintf("\"%s\"", x))
  if (length(x) > 1) return(paste0("[", paste(vapply(x, number, ""), collapse = ", "), "]"))
  number(x)
}
object <- function(fields) {
  paste0("{", paste(sprintf("\"%s\": %s", names(fields), vapply(fields, value, "")), collapse = ", "), "}")
}
each <- function(table, made) {
  vapply(seq_len(nrow(table)), function(i) object(c(as.list(table[i, ]), made(table[i, ]))), "")
}

packages <- c("survival", "metafor", "jsonlite")
header <- list(
  about = "Reference values for the hazard ratio from printed figures, made by hazard_ratio.R.",
  R = R.version.string,
  packages = versions_of(packages),
  sources = list(
    ci = "metafor::summary.escalc at log HR with the standard error of the limits",
    limits = "metafor::summary.escalc at the mean of the log limits; gives the printed limits back at their level",
    p = "metafor::summary.escalc at log HR with the standard error that gives the printed P back",
    rates = "stats::glm, Poisson with offset log(time); checked against survival::survreg(dist = 'exponential')",
    medians = "survival::survreg(dist = 'exponential') on data with these medians and events",
    survival = paste("survival::survreg(dist = 'exponential') on data with this survival at time 1 and these events;",
                     "cloglog: stats::glm(binomial(link = 'cloglog')) of the proportions"),
    attainable = "grid over the values that round to the printed figures, 21 of each",
    attainable_p = "grid over the values that round to the printed figures, 201 of each",
    symmetric = "scan over 4e6 standard errors, log HR at either end of what each allows: good to about 1e-5",
    events = "standard error of survival::survreg(dist = 'exponential') with equal hazards and so many events"
  )
)
estimates <- function(name, table, made) {
  block(name, vapply(seq_len(nrow(table)), function(i) {
    row <- table[i, ]
    inputs <- as.list(row[setdiff(names(row), c("id", "about"))])
    object(c(list(id = row$id), inputs, made(row), list(about = row$about)))
  }, ""))
}
both <- lapply(seq_len(nrow(intervals)), function(i) interval_rows(intervals[i, ]))
names(both) <- intervals$id
# printed limits are inputs as well as results: the inputs are named as printed
printed <- setNames(intervals, sub("^(lower|upper|hr)$", "printed_\\1", names(intervals)))
write_blocks(
  header,
  estimates("ci", printed, function(row) both[[row$id]]$ci),
  estimates("limits", printed, function(row) both[[row$id]]$limits),
  estimates("p", setNames(p_values, sub("^p$", "printed_p", names(p_values))),
            function(row) p_row(list(hr = row$hr, p = row$printed_p, conf = row$conf))),
  estimates("rates", rates, rates_row),
  estimates("medians", medians, medians_row),
  estimates("survival", proportions, survival_row),
  block("attainable", each(attainable_intervals, attainable_row)),
  block("symmetric", each(attainable_intervals, function(row) list(p = symmetric_row(row)))),
  block("attainable_p", each(setNames(attainable_ps, sub("^p$", "printed_p", names(attainable_ps))), function(row) {
    attainable_p_row(list(hr = row$hr, hr_decimals = row$hr_decimals, p = row$printed_p, p_decimals = row$p_decimals))
  })),
  block("events", vapply(seq_len(nrow(allocations)), function(i) object(events_row(allocations[i, ])), ""))
)
