# Reference values for survival trials: probability of an event over accrual, follow-up and loss; size, power, detectable
# hazard ratio and follow-up of the log-rank test; competing risks.
#
#   Rscript tests/reference/power_survival.R [OUTPUT]      (default: power_survival.json beside this script)
#
# Needs R with rpact, Hmisc and jsonlite (Debian: r-cran-rpact r-cran-hmisc r-cran-jsonlite).
# rpact gives event probabilities and the sizes by Schoenfeld, Freedman and Hsieh-Freedman. Lachin & Foulkes,
# Rubinstein, Gail & Santner, and Lakatos are in no package of Debian's R: their formulas are applied here to
# probabilities and integrals found by integrate(), which the script holds against rpact; to Hmisc::cpower (Rubinstein et
# al.); to gsDesign's printed example (Lachin & Foulkes); and to Lakatos's chain of short intervals. It stops where they
# disagree. Roots are uniroot's at machine precision.

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(rpact)
  library(Hmisc)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "power_survival.json"))

checks <- 0
agree <- function(a, b, tolerance = 1e-6) {
  checks <<- checks + 1
  if (!all(abs(a - b) <= tolerance * abs(b))) stop(sprintf("%s is not %s", deparse(a), deparse(b)))
}

# ------------------------------------------------------------------------------------------------ courses of a trial

#' Hazards as rates from starts on, accrual as relative rates up to ends, loss as the fraction lost by a time.
course <- function(rates, accrual, follow_up, starts = 0, weights = rep(1, length(accrual)), lost1 = 0, lost0 = lost1,
                   lost_by = 12) {
  list(
    rates = rates, starts = starts, accrual = accrual, weights = weights, follow_up = follow_up,
    lost1 = lost1, lost0 = lost0, lost_by = lost_by
  )
}
courses <- list(
  "failure-free" = course(log(2) / 6, 54, 12),
  "failure-free-lost" = course(log(2) / 6, 54, 12, lost1 = 0.1),
  "unequal-loss" = course(log(2) / 6, 24, 12, lost1 = 0.2, lost0 = 0.05),
  "rad001" = course(log(2) / 6, 74 / 4, 39 / 4),
  "one-year" = course(-log(0.29) / 52, 52, 52),
  "chronic" = course(-log(1 - 0.627) / 24, 54, 12),
  "falling" = course(c(0.1, 0.05, 0.02), 24, 12, starts = c(0, 6, 12)),
  "falling-lost" = course(c(0.1, 0.05, 0.02), 24, 12, starts = c(0, 6, 12), lost1 = 0.1, lost0 = 0.05),
  "rising" = course(c(0.01, 0.03, 0.09), 18, 6, starts = c(0, 3, 15)),
  "late-only" = course(c(0, 0.08), 12, 12, starts = c(0, 4)),
  "early-only" = course(c(0.08, 0), 12, 12, starts = c(0, 4), lost1 = 0.05),
  "slow-accrual" = course(0.05, c(6, 24), 10, weights = c(1, 3)),
  "four-rates" = course(log(2) / 12, c(1, 3, 6, 24), 12, weights = c(1, 1.5, 2.5, 4), lost1 = 1 - exp(-0.012)),
  "pause" = course(0.05, c(6, 12, 24), 10, weights = c(2, 0, 1), lost1 = 0.1),
  "all-changing" = course(c(0.1, 0.05, 0.02), c(6, 24), 10, c(0, 6, 12), c(1, 3), lost1 = 0.1, lost0 = 0.05),
  "no-follow-up" = course(log(2) / 10, 24, 0),
  "no-follow-up-lost" = course(c(0.1, 0.03), 24, 0, starts = c(0, 8), lost1 = 0.15),
  "long" = course(log(2), 24, 60, lost1 = 0.1),
  "rare" = course(log(2) / 2000, 12, 12, lost1 = 0.1),
  "very-rare" = course(1e-7, 36, 24),
  "common" = course(2, 6, 6, lost1 = 0.5),
  "years" = course(c(0.3, 0.1), 3, 2, starts = c(0, 1), lost1 = 0.05, lost_by = 1),
  "brief" = course(0.02, 0.5, 24, lost1 = 0.1),
  "heavy-loss" = course(0.03, 24, 12, lost1 = 0.6, lost0 = 0.7)
)

# rpact takes no hazard and no accrual of 0
of_rpact <- function(at) list(
  lambda2 = pmax(at$rates, 1e-12), piecewiseSurvivalTime = at$starts, accrualTime = c(0, at$accrual), accrualIntensity = pmax(at$weights, 1e-12),
  accrualIntensityType = "relative", dropoutRate1 = at$lost1, dropoutRate2 = at$lost0, dropoutTime = at$lost_by
)
quiet <- function(f, ...) suppressWarnings(suppressMessages(do.call(f, c(...))))

# the same by integrate(), between the times at which anything changes
cumulated <- function(t, rates, starts) {
  sapply(t, function(u) sum(rates * pmax(0, pmin(u, c(starts[-1], Inf)) - starts)))
}
rate_at <- function(t, rates, starts) rates[findInterval(t, starts)]
#' The chance to be watched for longer than t.
watched <- function(t, at) {
  lengths <- diff(c(0, at$accrual))
  share <- at$weights * lengths / sum(at$weights * lengths)
  total <- max(at$accrual) + at$follow_up
  starts <- c(0, head(at$accrual, -1))
  sapply(t, function(u) sum(share * pmin(1, pmax(0, (total - u - starts) / lengths))))
}
pieces <- function(at, starts = at$starts) {
  total <- max(at$accrual) + at$follow_up
  fastest <- max(at$rates)
  found <- sort(unique(c(0, starts, total - c(0, at$accrual), total, seq(0, 60, 2) / fastest)))
  found[found >= 0 & found <= total]
}
integrated <- function(f, breaks) {
  sum(mapply(function(a, b) {
    if (b - a < 1e-12) return(0)
    integrate(f, a, b, rel.tol = 1e-12, abs.tol = 0, stop.on.error = FALSE)$value
  }, head(breaks, -1), tail(breaks, -1)))
}
chance_of <- function(at, rates, lost, starts = at$starts) {
  loss <- -log(1 - lost) / at$lost_by
  breaks <- pieces(at, starts)
  integrated(function(t) rate_at(t, rates, starts) * exp(-cumulated(t, rates, starts) - loss * t) * watched(t, at), breaks)
}
chances <- function(at, hr) c(chance_of(at, at$rates * hr, at$lost1), chance_of(at, at$rates, at$lost0))

rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- list(...)
of_course <- function(at) list(
  rates = I(at$rates), starts = I(at$starts), accrual = I(at$accrual), weights = I(at$weights), follow_up = at$follow_up,
  lost1 = at$lost1, lost0 = at$lost0, lost_by = at$lost_by
)

HR <- 0.68
for (id in names(courses)) {
  at <- courses[[id]]
  total <- max(at$accrual) + at$follow_up
  x <- quiet(getEventProbabilities, list(time = total, hazardRatio = HR, maxNumberOfSubjects = 1000), of_rpact(at))
  found <- chances(at, HR)
  agree(c(x$eventProbabilities1, x$eventProbabilities2), found)
  add(quantity = "chance", id = id, method = "chance", hr = HR, course = id, result = list(p1 = found[1], p0 = found[2]))
}

# events over the calendar: those entered by then are watched until then
for (id in c("failure-free", "falling-lost", "slow-accrual", "four-rates", "all-changing", "pause", "years", "rare")) {
  at <- courses[[id]]
  for (part in c(0.1, 0.5, 1, 1.2)) {
    time <- part * max(at$accrual)
    total <- max(at$accrual) + at$follow_up
    if (time > total) next
    lengths <- diff(c(0, at$accrual))
    by_then <- pmax(0, pmin(time, at$accrual) - c(0, head(at$accrual, -1)))
    entered <- sum(at$weights * by_then) / sum(at$weights * lengths)
    shorter <- at
    keep <- which(by_then > 0)
    shorter$accrual <- pmin(time, at$accrual)[keep]
    shorter$weights <- at$weights[keep]
    shorter$follow_up <- time - max(shorter$accrual)
    found <- entered * chances(shorter, HR)
    x <- quiet(getEventProbabilities, list(time = time, hazardRatio = HR, maxNumberOfSubjects = 1000), of_rpact(at))
    agree(c(x$eventProbabilities1, x$eventProbabilities2), found, 1e-5)
    add(
      quantity = "calendar", id = paste(id, part), method = "calendar", hr = HR, course = id, time = time,
      result = list(entered = entered, p1 = found[1], p0 = found[2])
    )
  }
}

# --------------------------------------------------------------------------------------------------------- log-rank

designs <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
course, hr, power, alpha, sides, ratio, margin, n1, n0
failure-free, 0.68, 0.8, 0.05, 2, 1, 1, 101, 102
failure-free-lost, 0.68, 0.9, 0.05, 2, 1, 1, 101, 102
unequal-loss, 0.7, 0.8, 0.05, 2, 1, 1, 200, 200
rad001, 0.66666666666666663, 0.926, 0.05, 2, 1, 1, 176, 176
one-year, 0.74021562387, 0.8, 0.05, 2, 1, 1, 222, 222
chronic, 0.5095706882520723, 0.8, 0.05, 2, 1, 1, 60, 60
falling, 0.7, 0.8, 0.05, 2, 1, 1, 150, 150
falling-lost, 0.7, 0.8, 0.05, 2, 2, 1, 200, 100
rising, 1.5, 0.8, 0.025, 1, 1, 1, 120, 120
late-only, 0.6, 0.85, 0.05, 1, 0.5, 1, 80, 160
early-only, 0.5, 0.8, 0.05, 2, 1, 1, 150, 150
slow-accrual, 0.75, 0.8, 0.05, 2, 1, 1, 300, 300
four-rates, 0.75, 0.9, 0.025, 1, 1, 1, 388, 388
pause, 0.65, 0.8, 0.05, 2, 1.5, 1, 150, 100
all-changing, 0.7, 0.8, 0.05, 2, 1, 1, 250, 250
no-follow-up, 0.6, 0.8, 0.05, 2, 1, 1, 110, 110
no-follow-up-lost, 0.6, 0.8, 0.05, 2, 0.33333333333333331, 1, 60, 180
long, 0.6, 0.9, 0.05, 2, 1, 1, 100, 100
rare, 0.5, 0.8, 0.05, 2, 1, 1, 4000, 4000
very-rare, 0.7, 0.8, 0.05, 2, 1, 1, 50000000, 50000000
common, 0.8, 0.8, 0.05, 2, 1, 1, 400, 400
years, 0.9, 0.4, 0.1, 2, 1, 1, 400, 400
brief, 0.3, 0.9995, 0.00004, 2, 1, 1, 200, 200
heavy-loss, 20, 0.8, 0.05, 2, 1, 1, 10, 10
failure-free, 1, 0.8, 0.025, 1, 1, 1.3, 300, 300
failure-free-lost, 0.9, 0.9, 0.05, 2, 2, 1.25, 300, 150
falling-lost, 1.05, 0.8, 0.025, 1, 1, 1.5, 250, 250
all-changing, 1, 0.8, 0.025, 1, 0.5, 1.4, 150, 300
four-rates, 0.95, 0.8, 0.025, 1, 1, 1.2, 500, 500
rare, 1.2, 0.8, 0.05, 1, 1, 0.8, 4000, 4000
rad001, 0.7, 0.8, 0.05, 2, 2, 1, 200, 100
one-year, 0.8, 0.9, 0.025, 1, 0.5, 1, 200, 400
no-follow-up, 1.4, 0.8, 0.05, 2, 1, 1, 250, 250
unequal-loss, 1.5, 0.8, 0.05, 1, 1.5, 1, 120, 80
chronic, 0.8, 0.8, 0.05, 2, 1, 1, 200, 200
")
KINDS <- c("schoenfeld" = "Schoenfeld", "freedman" = "Freedman", "hsieh-freedman" = "HsiehFreedman")

#' Hazards pooled under the null hypothesis: k h1 + h0 over k margin + 1.
pooled <- function(at, hr, k, margin) at$rates * (k * hr + 1) / (k * margin + 1)
spread <- function(p, k) (1 + k) * (1 / (k * p[1]) + 1 / p[2])
moments <- list(
  "lachin-foulkes" = function(at, hr, k, margin) {
    null <- pooled(at, hr, k, margin)
    p_null <- c(chance_of(at, null * margin, at$lost1), chance_of(at, null, at$lost0))
    c(abs(log(hr / margin)), sqrt(spread(p_null, k)), sqrt(spread(chances(at, hr), k)))
  },
  "rubinstein-gail-santner" = function(at, hr, k, margin) {
    v <- sqrt(spread(chances(at, hr), k))
    c(abs(log(hr / margin)), v, v)
  },
  "lachin-foulkes-difference" = function(at, hr, k, margin) {
    if (length(at$rates) > 1 || margin != 1) return(NULL)
    h <- pooled(at, hr, k, 1)
    p_null <- c(chance_of(at, h, at$lost1), chance_of(at, h, at$lost0))
    p <- chances(at, hr)
    c(
      abs(at$rates * hr - at$rates), h * sqrt(spread(p_null, k)),
      sqrt((1 + k) * ((at$rates * hr)^2 / (k * p[1]) + at$rates^2 / p[2]))
    )
  },
  "lakatos" = function(at, hr, k, margin, delay = 0) {
    if (margin != 1) return(NULL)
    starts <- sort(unique(c(at$starts, delay)))
    rates0 <- rate_at(starts, at$rates, at$starts)
    rates1 <- rates0 * ifelse(starts >= delay, hr, 1)
    loss1 <- -log(1 - at$lost1) / at$lost_by
    loss0 <- -log(1 - at$lost0) / at$lost_by
    at_risk <- function(t) {
      list(
        one = k / (1 + k) * exp(-cumulated(t, rates1, starts) - loss1 * t) * watched(t, at),
        two = 1 / (1 + k) * exp(-cumulated(t, rates0, starts) - loss0 * t) * watched(t, at)
      )
    }
    at$rates <- c(rates1, rates0, loss1, loss0)
    part <- function(which) integrated(function(t) {
      y <- at_risk(t)
      h1 <- rate_at(t, rates1, starts)
      h0 <- rate_at(t, rates0, starts)
      d <- y$one * h1 + y$two * h0
      phi <- y$one / y$two
      theta <- h1 / h0
      happens <- ifelse(h0 > 0, phi * theta / (1 + phi * theta), 0)
      value <- if (which == 1) d * (happens - phi / (1 + phi)) else d * phi / (1 + phi)^2
      ifelse(is.finite(value), value, 0)
    }, pieces(at, starts))
    c(abs(part(1)), rep(sqrt(part(2)), 2))
  }
)
#' Lakatos's sums over intervals of 1/b, those at risk followed as a chain (1988, as in SAS's documentation).
by_chain <- function(at, hr, k, b) {
  total <- max(at$accrual) + at$follow_up
  t <- seq(0, total, by = 1 / b)[-1] - 1 / b
  loss <- -log(1 - c(at$lost1, at$lost0)) / at$lost_by
  still <- watched(t, at)
  h0 <- rate_at(t + 1e-12, at$rates, at$starts)
  h1 <- h0 * hr
  n1 <- k / (1 + k) * still * c(1, cumprod(1 - (h1 + loss[1]) / b)[-length(t)])
  n0 <- 1 / (1 + k) * still * c(1, cumprod(1 - (h0 + loss[2]) / b)[-length(t)])
  d <- (n1 * h1 + n0 * h0) / b
  phi <- n1 / n0
  c(sum(d * (ifelse(h0 > 0, phi * hr / (1 + phi * hr), 0) - ifelse(h0 > 0, phi / (1 + phi), 0))), sqrt(sum(d * phi / (1 + phi)^2)))
}
power_of <- function(m, n, alpha1) pnorm((sqrt(n) * m[1] - qnorm(alpha1, lower.tail = FALSE) * m[2]) / m[3])
away_of <- function(m, n, alpha1) pnorm((-sqrt(n) * m[1] - qnorm(alpha1, lower.tail = FALSE) * m[2]) / m[3])
size_of <- function(m, power, alpha1) ((qnorm(alpha1, lower.tail = FALSE) * m[2] + qnorm(power) * m[3]) / m[1])^2
signal_of <- list(
  "schoenfeld" = function(hr, k, margin) abs(log(hr / margin)) * sqrt(k) / (1 + k),
  "freedman" = function(hr, k, margin) abs(1 - hr) * sqrt(k) / (1 + k * hr),
  "hsieh-freedman" = function(hr, k, margin) 2 * abs(1 - hr) / (1 + hr) * sqrt(k) / (1 + k)
)

for (i in seq_len(nrow(designs))) {
  d <- designs[i, ]
  at <- courses[[d$course]]
  alpha1 <- d$alpha / d$sides
  n <- d$n1 + d$n0
  k <- d$n1 / d$n0
  about <- list(
    quantity = "logrank", id = paste(d$course, i), hr = d$hr, alpha = d$alpha, sides = d$sides, margin = d$margin,
    course = d$course
  )
  for (method in names(KINDS)) {
    if (d$margin != 1 && method != "schoenfeld") next
    p <- chances(at, d$hr)
    # rpact's accrual weights times their duration are the shares of patients; loss and hazards as given
    x <- quiet(getSampleSizeSurvival, list(
      sided = 1, alpha = alpha1, beta = 1 - d$power, hazardRatio = d$hr, thetaH0 = d$margin,
      allocationRatioPlanned = d$ratio, typeOfComputation = KINDS[[method]], followUpTime = at$follow_up
    ), of_rpact(at))
    # at machine precision: rpact's events over the integrated probability, which is its own to 1e-6
    n0 <- x$eventsFixed / (d$ratio * p[1] + p[2])
    agree(c(x$nFixed1, x$nFixed2), c(d$ratio * n0, n0))
    rows[[length(rows) + 1]] <- c(about, list(
      method = method, solve = "n", power = d$power, ratio = d$ratio,
      result = list(n1 = d$ratio * n0, n0 = n0, events = x$eventsFixed)
    ))
    events <- sum(c(d$n1, d$n0) * p)
    upper <- d$hr > d$margin
    y <- quiet(getPowerSurvival, list(
      sided = 1, alpha = alpha1, hazardRatio = d$hr, thetaH0 = d$margin, directionUpper = upper, pi2 = 0.5,
      maxNumberOfEvents = events, maxNumberOfSubjects = 10 * events + 10, allocationRatioPlanned = k,
      typeOfComputation = KINDS[[method]]
    ))
    agree(y$overallReject, pnorm(sqrt(events) * signal_of[[method]](d$hr, k, d$margin) + qnorm(alpha1)), 1e-7)
    rows[[length(rows) + 1]] <- c(about, list(
      method = method, solve = "power", n1 = d$n1, n0 = d$n0, result = list(power = y$overallReject, events = events)
    ))
  }
  for (method in names(moments)) {
    m <- moments[[method]](at, d$hr, d$ratio, d$margin)
    if (is.null(m)) next
    if (method == "lakatos" && !d$course %in% c("very-rare", "rare", "common")) {
      coarse <- by_chain(at, d$hr, d$ratio, 200)
      agree(abs(coarse[1]), m[1], 0.02)
      agree(coarse[2], m[2], 0.01)
    }
    size <- size_of(m, d$power, alpha1)
    p <- chances(at, d$hr)
    rows[[length(rows) + 1]] <- c(about, list(
      method = method, solve = "n", power = d$power, ratio = d$ratio,
      result = list(
        n1 = size * d$ratio / (1 + d$ratio), n0 = size / (1 + d$ratio), events = size * (d$ratio * p[1] + p[2]) / (1 + d$ratio)
      )
    ))
    m <- moments[[method]](at, d$hr, k, d$margin)
    found <- power_of(m, n, alpha1)
    if (method == "rubinstein-gail-santner" && length(at$rates) == 1 && length(at$accrual) == 1 && at$lost1 == 0 &&
          d$margin == 1 && d$sides == 2) {
      # both tails, a reference time at which mortality is neither 0 nor 1
      tref <- 0.1 / at$rates
      mc <- 1 - exp(-0.1)
      both <- cpower(
        tref, mc = mc, r = 100 * (1 - (1 - exp(-0.1 * d$hr)) / mc), accrual = at$accrual, tmin = at$follow_up,
        alpha = d$alpha, nc = d$n0, ni = d$n1, pr = FALSE
      )
      agree(unname(both), found + away_of(m, n, alpha1))
    }
    rows[[length(rows) + 1]] <- c(about, list(
      method = method, solve = "power", n1 = d$n1, n0 = d$n0, result = list(power = found, events = sum(c(d$n1, d$n0) * p))
    ))
  }
  # the detectable hazard ratio of these patients, on the side on which the ratio above is
  if (!d$course %in% c("heavy-loss", "brief")) for (method in c(names(KINDS), names(moments))) {
    if (d$margin != 1 && method %in% c("freedman", "hsieh-freedman")) next
    if (method %in% names(moments) && is.null(moments[[method]](at, d$hr, k, d$margin))) next
    side <- sign(log(d$hr / d$margin))
    excess <- function(log_away) {
      hr <- d$margin * exp(side * exp(log_away))
      if (method %in% names(moments)) {
        m <- moments[[method]](at, hr, k, d$margin)
        return((sqrt(n) * m[1] - qnorm(alpha1, lower.tail = FALSE) * m[2]) / m[3] - qnorm(d$power))
      }
      sqrt(sum(c(d$n1, d$n0) * chances(at, hr))) * signal_of[[method]](hr, k, d$margin) + qnorm(alpha1) - qnorm(d$power)
    }
    steps <- seq(log(1e-3), log(3), length.out = 40)
    first <- 1
    while (first < length(steps) && excess(steps[first]) < 0) first <- first + 1
    if (first == length(steps) || first == 1) next
    hr <- d$margin * exp(side * exp(root(excess, steps[first - 1], steps[first])))
    rows[[length(rows) + 1]] <- c(about[names(about) != "hr"], list(
      method = method, solve = "effect", n1 = d$n1, n0 = d$n0, power = d$power,
      direction = if (side < 0) "lower" else "higher", result = list(effect = hr)
    ))
  }
}

# gsDesign's printed example of nSurv (its article "Basic time-to-event group sequential design using gsSurv")
m <- moments[["lachin-foulkes"]](courses[["four-rates"]], 0.75, 1, 1)
agree(size_of(m, 0.9, 0.025), 775.0306, 1e-7)
agree(size_of(m, 0.9, 0.025) * mean(chances(courses[["four-rates"]], 0.75)), 507.1519, 1e-7)

# an effect that begins late: Lakatos alone
for (delay in c(1, 3, 6, 12)) for (id in c("failure-free", "failure-free-lost", "falling-lost", "all-changing", "years")) {
  at <- courses[[id]]
  if (id == "years") delay <- delay / 6
  m <- moments$lakatos(at, 0.6, 1, 1, delay)
  if (m[1] == 0) next
  size <- size_of(m, 0.8, 0.025)
  rows[[length(rows) + 1]] <- list(
    quantity = "delay", id = paste(id, delay), method = "lakatos", solve = "n", hr = 0.6, power = 0.8, alpha = 0.05,
    sides = 2, ratio = 1, margin = 1, delay = delay, course = id, result = list(n1 = size / 2, n0 = size / 2)
  )
}

# the follow-up that a number of patients needs
for (i in seq_len(nrow(designs))) {
  d <- designs[i, ]
  at <- courses[[d$course]]
  alpha1 <- d$alpha / d$sides
  for (method in names(KINDS)) {
    if (d$margin != 1 && method != "schoenfeld") next
    needed <- quiet(getSampleSizeSurvival, list(
      sided = 1, alpha = alpha1, beta = 1 - d$power, hazardRatio = d$hr, thetaH0 = d$margin,
      allocationRatioPlanned = d$n1 / d$n0, typeOfComputation = KINDS[[method]], followUpTime = at$follow_up
    ), of_rpact(at))$eventsFixed
    events <- function(follow_up) sum(c(d$n1, d$n0) * chances(modifyList(at, list(follow_up = follow_up)), d$hr)) - needed
    if (events(0) >= 0 || events(2000) < 0) next
    found <- root(events, 0, 2000)
    rows[[length(rows) + 1]] <- list(
      quantity = "follow-up", id = paste(d$course, i), method = method, solve = "follow-up", hr = d$hr, power = d$power,
      alpha = d$alpha, sides = d$sides, margin = d$margin, n1 = d$n1, n0 = d$n0, course = d$course,
      result = list(follow_up = found)
    )
  }
}

# ------------------------------------------------------------------------------------------------- competing risks

competing <- read.csv(strip.white = TRUE, stringsAsFactors = FALSE, text = "
id, f1, f0, c1, c0, time, accrual, follow_up, lost, power, alpha, sides, ratio, n1, n0
chronic-gvhd, 0.395, 0.627, 0, 0, 24, 0, 0, 0, 0.8, 0.05, 2, 1, 101, 102
chronic-gvhd-competing, 0.395, 0.627, 0.2, 0.25, 24, 0, 0, 0, 0.8, 0.05, 2, 1, 101, 102
chronic-gvhd-accrual, 0.395, 0.627, 0.2, 0.25, 24, 54, 12, 0, 0.8, 0.05, 2, 1, 101, 102
chronic-gvhd-lost, 0.395, 0.627, 0.2, 0.25, 24, 54, 12, 0.1, 0.8, 0.05, 2, 1, 101, 102
no-competing-accrual, 0.395, 0.627, 0, 0, 24, 54, 12, 0, 0.8, 0.05, 2, 1, 101, 102
relapse, 0.101, 0.135, 0.3, 0.35, 36, 54, 12, 0, 0.8, 0.05, 2, 1, 101, 102
relapse-two-to-one, 0.101, 0.135, 0.3, 0.35, 36, 54, 12, 0, 0.8, 0.05, 2, 2, 200, 100
harm, 0.4, 0.25, 0.2, 0.2, 12, 12, 12, 0.05, 0.9, 0.05, 2, 1, 100, 100
one-sided, 0.2, 0.3, 0.1, 0.1, 12, 12, 12, 0, 0.8, 0.025, 1, 1, 200, 200
one-to-three, 0.2, 0.3, 0.1, 0.2, 12, 24, 12, 0, 0.8, 0.05, 2, 0.33333333333333331, 100, 300
only-treated-competes, 0.2, 0.3, 0.3, 0, 12, 24, 12, 0, 0.8, 0.05, 2, 1, 200, 200
only-control-competes, 0.2, 0.3, 0, 0.3, 12, 24, 12, 0, 0.8, 0.05, 2, 1, 200, 200
heavy-competition, 0.2, 0.3, 0.75, 0.65, 12, 24, 12, 0, 0.8, 0.05, 2, 1, 200, 200
light-competition, 0.2, 0.3, 0.001, 0.001, 12, 24, 12, 0, 0.8, 0.05, 2, 1, 200, 200
rare, 0.001, 0.002, 0.1, 0.1, 12, 24, 12, 0, 0.8, 0.05, 2, 1, 20000, 20000
very-rare, 0.00001, 0.00002, 0.00001, 0.00001, 12, 24, 12, 0, 0.8, 0.05, 2, 1, 3000000, 3000000
near-all, 0.9, 0.97, 0.01, 0.02, 12, 24, 12, 0, 0.8, 0.05, 2, 1, 200, 200
close, 0.299, 0.3, 0.2, 0.2, 12, 24, 12, 0, 0.9, 0.01, 2, 1, 2000000, 2000000
no-follow-up, 0.2, 0.4, 0.1, 0.1, 12, 24, 0, 0, 0.8, 0.05, 2, 1, 100, 100
at-once, 0.2, 0.4, 0.1, 0.1, 12, 0, 24, 0.1, 0.8, 0.05, 2, 1, 100, 100
strict, 0.2, 0.5, 0.1, 0.1, 12, 24, 12, 0, 0.9995, 0.00004, 2, 1, 300, 300
low-power, 0.2, 0.25, 0.1, 0.1, 12, 24, 12, 0, 0.4, 0.1, 2, 1, 100, 100
")
#' Constant cause-specific hazards through the incidences, and by integrate() the probability of the event while watched.
hazards_of <- function(f, c, time) -log1p(-(f + c)) / time * c(f, c) / (f + c)
event_chance <- function(f, c, at) {
  if (at$accrual == 0 && at$follow_up == 0) return(f)
  h <- hazards_of(f, c, at$time)
  loss <- -log(1 - at$lost) / 12
  end <- at$accrual + at$follow_up
  density <- function(t) h[1] * exp(-(sum(h) + loss) * t) * if (at$accrual > 0) pmin(1, (end - t) / at$accrual) else 1
  integrated(density, unique(c(0, at$follow_up, end)))
}
for (i in seq_len(nrow(competing))) {
  at <- competing[i, ]
  alpha1 <- at$alpha / at$sides
  shr <- log(1 - at$f1) / log(1 - at$f0)
  cshr <- hazards_of(at$f1, at$c1, at$time)[1] / hazards_of(at$f0, at$c0, at$time)[1]
  p <- c(event_chance(at$f1, at$c1, at), event_chance(at$f0, at$c0, at))
  for (method in c("latouche", "pintilie")) {
    hr <- if (method == "latouche") shr else cshr
    about <- list(
      quantity = "competing", id = at$id, method = method, hr = shr, alpha = at$alpha, sides = at$sides,
      at = list(
        cuminc0 = at$f0, competing0 = at$c0, competing1 = at$c1, time = at$time, accrual = at$accrual,
        follow_up = at$follow_up, lost = at$lost
      )
    )
    # Schoenfeld's events for the ratio of hazards, by rpact
    needed <- quiet(getSampleSizeSurvival, list(
      sided = at$sides, alpha = at$alpha, beta = 1 - at$power, hazardRatio = hr, pi2 = 0.5, allocationRatioPlanned = at$ratio
    ))$eventsFixed
    n0 <- needed / (at$ratio * p[1] + p[2])
    rows[[length(rows) + 1]] <- c(about, list(
      solve = "n", power = at$power, ratio = at$ratio,
      result = list(n1 = at$ratio * n0, n0 = n0, events = needed, effect = hr)
    ))
    events <- sum(c(at$n1, at$n0) * p)
    k <- at$n1 / at$n0
    rows[[length(rows) + 1]] <- c(about, list(
      solve = "power", n1 = at$n1, n0 = at$n0,
      result = list(power = pnorm(sqrt(events * k) / (1 + k) * abs(log(hr)) + qnorm(alpha1)), events = events, effect = hr)
    ))
    # the incidence of the treated arm that these patients detect, on the side of the one above
    excess <- function(f1) {
      q <- c(event_chance(f1, at$c1, at), p[2])
      ratio <- if (method == "latouche") log(1 - f1) / log(1 - at$f0) else
        hazards_of(f1, at$c1, at$time)[1] / hazards_of(at$f0, at$c0, at$time)[1]
      toward <- if (at$f1 < at$f0) max(-log(ratio), 0) else max(log(ratio), 0)
      sqrt(sum(c(at$n1, at$n0) * q) * k) / (1 + k) * toward + qnorm(alpha1) - qnorm(at$power)
    }
    far <- if (at$f1 < at$f0) at$f0 * 0.02 else (1 - at$c1) * 0.999
    if (at$f0 + at$c1 >= 1 || excess(at$f0) >= 0 || excess(far) < 0) next
    f1 <- root(excess, at$f0, far)
    rows[[length(rows) + 1]] <- c(about[names(about) != "hr"], list(
      solve = "effect", n1 = at$n1, n0 = at$n0, power = at$power, direction = if (at$f1 < at$f0) "lower" else "higher",
      result = list(p1 = f1)
    ))
  }
}
# Latouche, Porcher & Chevret 2004, end of section 5.2, as powerSurvEpi's help has it: 139 patients
agree(ceiling((qnorm(0.975) + qnorm(0.8))^2 / (0.39 * 0.61 * log(2)^2 * 0.505 * (1 - 0.132^2))), 139)

# ----------------------------------------------------------------------------------------------------------- output

packages <- c("rpact", "Hmisc", "jsonlite")
header <- list(
  about = paste(
    "Reference values for survival trials, made by power_survival.R. n1, n0 and events are exact, before rounding up. A",
    "course has hazards as rates from starts on, accrual as weights up to times, the fraction lost by a time."
  ),
  R = R.version.string,
  packages = versions_of(packages),
  checks = checks,
  sources = list(
    "chance" = "integrate(); equals rpact::getEventProbabilities",
    "calendar" = "integrate(); equals rpact::getEventProbabilities at that time",
    "schoenfeld" = "events: rpact::getSampleSizeSurvival, its n checked; power: rpact::getPowerSurvival; effect, follow-up: uniroot",
    "freedman" = "as schoenfeld, typeOfComputation = 'Freedman'",
    "hsieh-freedman" = "as schoenfeld, typeOfComputation = 'HsiehFreedman'",
    "lachin-foulkes" = "formula of Lachin & Foulkes 1986 over integrate(); equals gsDesign's printed example of nSurv",
    "rubinstein-gail-santner" = "formula over integrate(); power equals Hmisc::cpower where that has the course",
    "lachin-foulkes-difference" = "formula of Lachin & Foulkes 1986 over integrate()",
    "lakatos" = "integrals of Lakatos 1988 by integrate(); near his chain of short intervals",
    "latouche" = "events: rpact; probabilities: integrate(); equals the example of Latouche et al. 2004, section 5.2",
    "pintilie" = "events: rpact for the ratio of cause-specific hazards; probabilities: integrate()"
  )
)
named <- sprintf("\"%s\": %s", names(courses), vapply(courses, function(at) json_line(of_course(at)), ""))
write_blocks(header, sprintf("\"courses\": {\n  %s\n}", paste(named, collapse = ",\n  ")),
             block("cases", vapply(rows, json_line, "")))
message(sprintf("%d cases in %s", length(rows), output))
