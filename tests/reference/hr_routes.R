# Reference values for the hazard ratio from log-rank statistics, events, landmark survival, rates, curves and several
# trials.
#
#   Rscript tests/reference/hr_routes.R [OUTPUT]      (default: hr_routes.json beside this script)
#
# Needs R with survival, metafor and jsonlite (Debian: r-cran-survival r-cran-metafor r-cran-jsonlite).
#
# peto, pike, peto-expected   survival::survdiff on groups of veteran, lung, ovarian, kidney, colon and pbc
# events-*, p-events-*        metafor::summary.escalc at the log ratio with 1/V, V by its definition
# event-free                  stats::glm, binomial with link cloglog
# survival-ci, -at-risk       metafor::summary.escalc with the variance of log(-log S) of each arm
# bound                       metafor::summary.escalc at the standard error that gives the limit back
# rates-exact, rates-mid-p    stats::binom.test; tails of stats::pbinom, solved by uniroot
# curve-*                     survival::survfit curves cut into intervals by another route: each patient of an interval
# guyot                       the published algorithm (Guyot 2012, its supplement), written from its description
# pooled                      metafor::rma.uni
# conversions                 their definitions

Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(survival)
  library(metafor)
  library(jsonlite)
}))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "hr_routes.json"))

by_metafor <- function(log_hr, variance, conf) {
  found <- summary(escalc(measure = "GEN", yi = log_hr, vi = variance), level = 100 * conf)
  list(estimate = exp(log_hr), lower = exp(found$ci.lb), upper = exp(found$ci.ub), se = found$sei,
       statistic = found$zi, p = found$pval)
}
levels_of <- function(i) c(0.95, 0.9, 0.99)[1 + i %% 3]

# ------------------------------------------------------------------------------------------ groups of real data sets

#' Two arms of a data set: time, status 1 the event, arm 1 the treated.
group <- function(time, status, treated) {
  good <- !is.na(time) & !is.na(status) & !is.na(treated)
  data.frame(time = time[good], status = as.integer(status[good]), arm = as.integer(treated[good]))
}
groups <- list(
  veteran = with(veteran, group(time, status, trt == 2)),
  veteran_prior = with(veteran, group(time, status, prior == 10)),
  veteran_squamous = with(subset(veteran, celltype == "squamous"), group(time, status, trt == 2)),
  veteran_small = with(subset(veteran, celltype == "smallcell"), group(time, status, trt == 2)),
  veteran_adeno = with(subset(veteran, celltype == "adeno"), group(time, status, trt == 2)),
  veteran_large = with(subset(veteran, celltype == "large"), group(time, status, trt == 2)),
  veteran_karno = with(veteran, group(time, status, karno > 60)),
  lung_sex = with(lung, group(time, status == 2, sex == 2)),
  lung_age = with(lung, group(time, status == 2, age > 65)),
  lung_ecog = with(lung, group(time, status == 2, ph.ecog > 1)),
  lung_inst = with(subset(lung, inst == 1), group(time, status == 2, sex == 2)),
  ovarian = with(ovarian, group(futime, fustat, rx == 2)),
  ovarian_resid = with(ovarian, group(futime, fustat, resid.ds == 2)),
  kidney = with(kidney, group(time, status, sex == 2)),
  colon_lev = with(subset(colon, etype == 2 & rx != "Lev+5FU"), group(time, status, rx == "Lev")),
  colon_fu = with(subset(colon, etype == 2 & rx != "Lev"), group(time, status, rx == "Lev+5FU")),
  colon_recurrence = with(subset(colon, etype == 1 & rx != "Lev"), group(time, status, rx == "Lev+5FU")),
  pbc = with(subset(pbc, !is.na(trt)), group(time, status == 2, trt == 1)),
  pbc_edema = with(pbc, group(time, status == 2, edema > 0)),
  leukemia = with(aml, group(time, status, x == "Maintained"))
)

logrank_row <- function(name, i) {
  data <- groups[[name]]
  found <- survdiff(Surv(time, status) ~ factor(arm, levels = 1:0), data = data)
  conf <- levels_of(i)
  o <- found$obs; e <- found$exp; v <- found$var[1, 1]
  v_expected <- 1 / sum(1 / e)
  stopifnot(abs(found$chisq - (o[1] - e[1])^2 / v) < 1e-8 * found$chisq)
  list(id = name, observed1 = o[1], expected1 = e[1], observed0 = o[2], expected0 = e[2], difference = o[1] - e[1],
       variance = v, conf = conf,
       peto = by_metafor((o[1] - e[1]) / v, 1 / v, conf),
       pike = by_metafor(log(o[1] / e[1]) - log(o[2] / e[2]), sum(1 / e), conf),
       "peto-expected" = by_metafor((o[1] - e[1]) / v_expected, 1 / v_expected, conf))
}
logrank <- lapply(seq_along(groups), function(i) logrank_row(names(groups)[i], i))

# --------------------------------------------------------------------------------------------------- events with HR, P

events <- expand.grid(d1 = c(1, 7, 60, 229, 12345), d0 = c(2, 72, 256, 99999), KEEP.OUT.ATTRS = FALSE)
events$hr <- rep(c(0.85, 0.5, 1, 1.7, 0.02, 40), length.out = nrow(events))
events$p <- rep(c(0.075, 0.5, 1e-12, 0.999, 0.024), length.out = nrow(events))
events$ratio <- rep(c(1, 2, 0.5, 491 / 485), length.out = nrow(events))
events$sign <- rep(c(-1, 1, -1), length.out = nrow(events))
events_row <- function(i) {
  row <- as.list(events[i, ])
  conf <- levels_of(i)
  total <- row$d1 + row$d0
  n0 <- 1 / (1 + row$ratio)  # shares of the arms
  va <- row$d1 * row$d0 / total
  vt <- total * n0 * (1 - n0)
  z <- row$sign * qnorm(row$p / 2, lower.tail = FALSE)
  c(list(id = i), row, list(conf = conf,
    "events-arms" = by_metafor(log(row$hr), 1 / va, conf), "events-total" = by_metafor(log(row$hr), 1 / vt, conf),
    "p-events-arms" = by_metafor(z / sqrt(va), 1 / va, conf), "p-events-total" = by_metafor(z / sqrt(vt), 1 / vt, conf)))
}
events_rows <- lapply(seq_len(nrow(events)), events_row)

# ---------------------------------------------------------------------------------------------------- event-free, bound

randomised <- data.frame(
  d1 = c(229, 1, 5, 50, 99, 82, 12, 300, 3, 40, 70, 2, 9, 1000, 66, 31, 450, 8, 25, 61),
  n1 = c(491, 100, 10, 100, 100, 99, 40, 1000, 500, 101, 99, 3, 90, 90000, 99, 62, 900, 16, 80, 99),
  d0 = c(256, 2, 6, 50, 90, 70, 20, 350, 9, 63, 78, 1, 18, 1200, 77, 40, 400, 9, 24, 53),
  n0 = c(485, 100, 10, 100, 100, 99, 41, 1000, 500, 102, 99, 3, 95, 88000, 99, 63, 950, 15, 82, 99)
)
event_free_row <- function(i) {
  row <- as.list(randomised[i, ])
  conf <- levels_of(i)
  fitted <- glm(cbind(c(row$d0, row$d1), c(row$n0 - row$d0, row$n1 - row$d1)) ~ c(0, 1),
                family = binomial(link = "cloglog"), control = glm.control(epsilon = 1e-13, maxit = 100))
  found <- summary(fitted)$coefficients[2, ]
  c(list(id = i), row, list(conf = conf), by_metafor(found[[1]], found[[2]]^2, conf))
}
# the smallest change of deviance that glm can be asked for is below rounding for some: it says so, having converged
event_free <- suppressWarnings(lapply(seq_len(nrow(randomised)), event_free_row))

bounds <- data.frame(hr = rep(c(0.68, 0.9, 1, 1.2, 0.05), 4), factor = rep(c(1.4, 0.6, 3, 1.01), each = 5),
                     level = rep(c(0.975, 0.95, 0.9, 0.995), length.out = 20))
bound_row <- function(i) {
  row <- as.list(bounds[i, ])
  conf <- levels_of(i)
  bound <- row$hr * row$factor
  v <- uniroot(function(s) exp(log(row$hr) + sign(log(row$factor)) * qnorm(row$level) * s) - bound, c(1e-9, 20),
               tol = 1e-15)$root^2
  c(list(id = i, hr = row$hr, bound = bound, level = row$level, conf = conf), by_metafor(log(row$hr), v, conf))
}
bound <- lapply(seq_len(nrow(bounds)), bound_row)

# ------------------------------------------------------------------------------------------------------------ landmark

#' Survival of both arms at a time with survfit's log-log limits, and the numbers at risk.
landmark_row <- function(i) {
  name <- names(groups)[i]
  data <- groups[[name]]
  conf <- levels_of(i)
  at <- as.numeric(quantile(data$time, 0.4))
  one <- function(arm) summary(survfit(Surv(time, status) ~ 1, data = data[data$arm == arm, ], conf.type = "log-log",
                                       conf.int = 0.95), times = at)
  a <- one(1); b <- one(0)
  cloglog <- log(-log(a$surv)) - log(-log(b$surv))
  # the standard error of log(-log S) is that of the cumulative hazard over -log S; the limits must give it back
  s <- function(x) x$std.err / x$surv / -log(x$surv)
  peto <- function(x) { v <- x$surv^2 * (1 - x$surv) / x$n.risk; v / (x$surv * log(x$surv))^2 }
  list(id = name, survival1 = a$surv, lower1 = a$lower, upper1 = a$upper, survival0 = b$surv, lower0 = b$lower,
       upper0 = b$upper, at_risk1 = a$n.risk, at_risk0 = b$n.risk, conf = conf,
       "survival-ci" = by_metafor(cloglog, s(a)^2 + s(b)^2, conf),
       "survival-at-risk" = by_metafor(cloglog, peto(a) + peto(b), conf))
}
landmark <- lapply(seq_along(groups), landmark_row)

# --------------------------------------------------------------------------------------------------------------- rates

rates <- data.frame(d1 = c(3, 0, 60, 1, 10, 5, 0, 200, 7, 15, 2, 33, 4, 90, 6, 11, 1, 28, 0, 19),
                    t1 = c(120, 50, 812.5, 3, 100, 1e-3, 20, 5e4, 33.3, 400, 12, 700, 81, 1e6, 9, 50, 1, 99, 10, 380),
                    d0 = c(9, 4, 72, 1, 0, 7, 1, 260, 7, 20, 8, 21, 5, 80, 0, 30, 9, 41, 12, 22),
                    t0 = c(110, 60, 645, 3, 100, 1e-3, 30, 5.2e4, 44.4, 390, 11, 650, 90, 9e5, 10, 55, 2, 120, 9, 400))
shown <- function(x) if (is.infinite(x)) "Infinity" else x
rates_row <- function(i) {
  row <- as.list(rates[i, ])
  conf <- levels_of(i)
  n <- row$d1 + row$d0; x <- row$d1; share <- row$t1 / (row$t1 + row$t0)
  odds <- function(p) p / (1 - p) * row$t0 / row$t1
  exact <- binom.test(x, n, share, conf.level = conf)$conf.int
  lower <- function(p) pbinom(x, n, p) - dbinom(x, n, p) / 2  # mid-P of at most x
  alpha <- (1 - conf) / 2
  solved <- function(target) uniroot(function(t) lower(plogis(t)) - target, c(-40, 40), tol = 1e-14)$root
  mid <- c(if (x == 0) 0 else plogis(solved(1 - alpha)), if (x == n) 1 else plogis(solved(alpha)))
  central <- min(1, 2 * min(pbinom(x, n, share), pbinom(x - 1, n, share, lower.tail = FALSE)))
  mid_p <- min(1, 2 * min(lower(share), 1 - lower(share)))
  estimate <- shown((row$d1 / row$t1) / (row$d0 / row$t0))
  c(list(id = i), row, list(conf = conf,
    "rates-exact" = list(estimate = estimate, lower = odds(exact[1]), upper = shown(odds(exact[2])), p = central),
    "rates-mid-p" = list(estimate = estimate, lower = odds(mid[1]), upper = shown(odds(mid[2])), p = mid_p)))
}
rates_rows <- lapply(seq_len(nrow(rates)), rates_row)

# -------------------------------------------------------------------------------------------------------------- curves

#' A curve as it would be read off: the Kaplan-Meier estimate at a grid, rounded, and numbers at risk at some times.
curve_of <- function(data, arm, grid, risk_times, decimals) {
  d <- data[data$arm == arm, ]
  fit <- survfit(Surv(time, status) ~ 1, data = d)
  s <- summary(fit, times = grid, extend = TRUE)$surv
  list(times = I(grid), survival = I(round(s, decimals)), risk_times = I(risk_times),
       at_risk = I(vapply(risk_times, function(t) sum(d$time >= t), 0L)), events = sum(d$status))
}
step <- function(curve, t) { i <- findInterval(t, curve$times); if (i == 0) 1 else curve$survival[i] }

#' Events and effective number at risk between times with numbers at risk: solved, not by the closed form.
williamson <- function(curve, times) {
  do.call(rbind, lapply(seq_len(length(times) - 1), function(j) {
    n <- curve$at_risk[match(times[j], curve$risk_times)]
    m <- curve$at_risk[match(times[j + 1], curve$risk_times)]
    r <- step(curve, times[j + 1]) / step(curve, times[j])
    # d + c = n - m, and d/(n - c/2) = 1 - r
    solved <- solve(rbind(c(1, 1), c(1, (1 - r) / 2)), c(n - m, n * (1 - r)))
    c(d = solved[1], r = n - solved[2] / 2)
  }))
}
parmar <- function(curve, grid, shortest, longest) {
  n <- curve$at_risk[1]; from <- 0; out <- NULL
  for (to in grid) {
    c <- if (to <= shortest) 0
      else if (from >= shortest) n / 2 * (to - from) / (longest - from)
      else n / 2 * (to - shortest) / (longest - shortest)
    d <- (n - c) * (step(curve, from) - step(curve, to)) / step(curve, from)
    out <- rbind(out, c(d = d, r = n - c))
    n <- n - c - d; from <- to
  }
  out
}
interval_pool <- function(a, b, conf) {
  use <- a[, "d"] > 1e-9 & b[, "d"] > 1e-9
  a <- a[use, , drop = FALSE]; b <- b[use, , drop = FALSE]
  y <- log(a[, "d"] / a[, "r"]) - log(b[, "d"] / b[, "r"])
  v <- 1 / a[, "d"] - 1 / a[, "r"] + 1 / b[, "d"] - 1 / b[, "r"]
  fit <- rma(yi = y, vi = v, method = "EE", level = 100 * conf)
  list(estimate = exp(fit$beta[1]), lower = exp(fit$ci.lb), upper = exp(fit$ci.ub), se = fit$se, statistic = fit$zval,
       p = fit$pval)
}

#' Guyot, Ades, Ouwens & Welton 2012, from the description of the algorithm.
#' Points at the numbers at risk are put in first; a walk that would go round without end is stopped.
guyot <- function(curve, total = NULL) {
  last_time <- max(curve$times)
  keep <- curve$risk_times <= last_time
  t <- sort(unique(c(0, curve$times, curve$risk_times[keep])))
  s <- cummin(vapply(t, function(x) step(curve, x), 0))
  n_risk <- curve$at_risk[keep]
  low <- match(curve$risk_times[keep], t)
  size <- length(t); parts <- length(low)
  d <- cen <- rep(0, size); n <- rep(n_risk[1], size + 1); km <- rep(1, size)
  spread <- function(from, to, count) {
    if (count <= 0 || to == from) return(rep(0, to - from))
    at <- t[from] + seq_len(count) * (t[to] - t[from]) / (count + 1)
    at <- at - 1e-9 * (t[to] - t[from])
    as.numeric(table(cut(at, t[from:to], include.lowest = TRUE)))
  }
  walk <- function(from, to, last, start) {
    n[from] <<- start
    for (k in from:to) {
      if (k == 1) { d[k] <<- 0; km[k] <<- 1 }
      else {
        x <- if (km[last] > 0) round(n[k] * (1 - s[k] / km[last])) else 0
        d[k] <<- max(0, min(x, n[k]))
        km[k] <<- if (n[k] > 0) km[last] * (1 - d[k] / n[k]) else km[last]
      }
      cen[k] <<- max(0, min(cen[k], n[k] - d[k]))
      n[k + 1] <<- n[k] - d[k] - cen[k]
      if (d[k] > 0) last <- k
    }
    last
  }
  last <- 1; gone <- 0
  if (parts > 1) for (i in seq_len(parts - 1)) {
    a <- low[i]; b <- low[i + 1]
    count <- if (s[a] > 0) max(0, round(n_risk[i] * s[b] / s[a] - n_risk[i + 1])) else 0
    seen <- c()
    repeat {
      cen[a:(b - 1)] <- spread(a, b, count)
      now <- walk(a, b - 1, last, n_risk[i])
      over <- n[b] - n_risk[i + 1]
      seen <- c(seen, count)
      if (over == 0 || (over < 0 && count == 0)) break
      count <- max(0, count + over)
      if (count %in% seen) break
    }
    n_risk[i + 1] <- n[b]; gone <- gone + count; last <- now
  }
  a <- low[parts]
  # the rate of the intervals before the last, which end at the point before its number at risk
  span <- if (a > 2) t[a - 1] - t[1] else t[a]
  count <- if (parts > 1) min(round(gone * (t[size] - t[a]) / span), n_risk[parts]) else 0
  if (size > a) cen[a:(size - 1)] <- spread(a, size, count)
  walk(a, size, last, n_risk[parts])
  if (!is.null(total)) {
    if (a > 1 && sum(d[seq_len(a - 1)]) >= total) { d[a:size] <- 0; cen[a:size] <- 0 }
    else {
      seen <- c()
      repeat {
        over <- sum(d) - total
        if (over == 0 || (over < 0 && count == 0)) break
        seen <- c(seen, count)
        count <- min(max(0, count + over), n_risk[parts])
        if (count %in% seen) break
        if (size > a) cen[a:(size - 1)] <- spread(a, size, count)
        walk(a, size, last, n_risk[parts])
      }
    }
  }
  time <- c(rep(t, d), rep((t + c(t[-1], t[size])) / 2, cen))
  status <- c(rep(1, sum(d)), rep(0, sum(cen)))
  left <- curve$at_risk[1] - length(time)
  data.frame(time = c(time, rep(t[size], left)), status = c(status, rep(0, left)))
}

curve_row <- function(i) {
  name <- names(groups)[i]
  data <- groups[[name]]
  conf <- levels_of(i)
  longest <- max(data$time)
  grid <- unique(round(seq(0, longest, length.out = c(60, 120, 25)[1 + i %% 3]), 3))
  risk_times <- grid[unique(round(seq(1, length(grid), length.out = 6)))]
  risk_times <- risk_times[vapply(risk_times, function(t) min(table(factor(data$arm[data$time >= t], 0:1))), 0) > 0]
  a <- curve_of(data, 1, grid, risk_times, 3)
  b <- curve_of(data, 0, grid, risk_times, 3)
  last <- max(which(vapply(risk_times, function(t) min(step(a, t), step(b, t)), 0) > 0))
  times <- risk_times[seq_len(last)]
  follow_up <- c(0.1 * longest, 1.1 * longest)
  ends <- times[-1]
  pa <- guyot(a); pb <- guyot(b); ta <- guyot(a, a$events); tb <- guyot(b, b$events)
  peto <- function(one, two) {
    both <- rbind(cbind(one, arm = 1), cbind(two, arm = 0))
    found <- survdiff(Surv(time, status) ~ factor(arm, levels = 1:0), data = both)
    by_metafor((found$obs[1] - found$exp[1]) / found$var[1, 1], 1 / found$var[1, 1], conf)
  }
  cox <- function(one, two) {
    both <- rbind(cbind(one, arm = 1), cbind(two, arm = 0))
    fit <- coxph(Surv(time, status) ~ arm, data = both, control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100))
    by_metafor(coef(fit)[[1]], vcov(fit)[1, 1], conf)
  }
  original <- coxph(Surv(time, status) ~ arm, data = data)
  list(id = name, conf = conf, treated = a, control = b, usable_times = I(times), follow_up = I(follow_up), grid = I(ends),
       "curve-at-risk" = interval_pool(williamson(a, times), williamson(b, times), conf),
       "curve-follow-up" = interval_pool(parmar(a, ends, follow_up[1], follow_up[2]),
                                         parmar(b, ends, follow_up[1], follow_up[2]), conf),
       reconstructed = list(events1 = sum(pa$status), events0 = sum(pb$status), time1 = sum(pa$time),
                            time0 = sum(pb$time), with_total1 = sum(ta$status), with_total0 = sum(tb$status)),
       "guyot-logrank" = peto(ta, tb), "guyot-cox" = cox(ta, tb),
       original = list(log_hr = coef(original)[[1]], se = sqrt(vcov(original)[1, 1])))
}
curves <- lapply(seq_along(groups), curve_row)

# -------------------------------------------------------------------------------------------------------------- pooled

set.seed(20070607)
pool_rows <- lapply(seq_len(20), function(i) {
  k <- c(2, 3, 5, 8, 12)[1 + i %% 5]
  spread <- c(0, 0.1, 0.5, 1)[1 + i %% 4]
  se <- round(runif(k, 0.05, c(0.1, 0.6, 2)[1 + i %% 3]), 3)
  y <- round(rnorm(k, -0.3, sqrt(se^2 + spread^2)), 3)
  conf <- levels_of(i)
  one <- function(method, test = "z") {
    fit <- suppressWarnings(rma(yi = y, vi = se^2, method = method, test = test, level = 100 * conf,
                                control = list(threshold = 1e-12, maxiter = 10000, tol = 1e-12)))
    list(estimate = exp(fit$beta[1]), lower = exp(fit$ci.lb), upper = exp(fit$ci.ub), se = fit$se, statistic = fit$zval,
         p = fit$pval, tau2 = fit$tau2)
  }
  fit <- rma(yi = y, vi = se^2, method = "EE")
  # metafor's Paule-Mandel and REML stop their search early: polished to the root of their equations
  fixed <- one("EE")
  polished <- function(method, test = "z") {
    start <- one(method)$tau2
    q <- function(t) { w <- 1 / (se^2 + t); m <- sum(w * y) / sum(w); sum(w * (y - m)^2) - (k - 1) }
    score <- function(t) {
      w <- 1 / (se^2 + t); m <- sum(w * y) / sum(w)
      sum(w^2 * (y - m)^2) - sum(w) + sum(w^2) / sum(w)
    }
    f <- if (method == "PM") q else score
    tau2 <- if (start <= 1e-6) 0 else uniroot(f, c(start * 0.9, start * 1.1), extendInt = "yes", tol = 1e-15)$root
    stopifnot(abs(tau2 - start) < 1e-3 * max(start, 1e-2))
    fit <- suppressWarnings(rma(yi = y, vi = se^2, tau2 = tau2, test = test, level = 100 * conf))
    list(estimate = exp(fit$beta[1]), lower = exp(fit$ci.lb), upper = exp(fit$ci.ub), se = fit$se, statistic = fit$zval,
         p = fit$pval, tau2 = tau2)
  }
  list(id = i, log_hr = I(y), se = I(se), conf = conf, "inverse-variance" = fixed, peto = fixed,
       "dersimonian-laird" = one("DL"), "dersimonian-laird-hartung-knapp" = one("DL", "knha"),
       "paule-mandel" = polished("PM"), "paule-mandel-hartung-knapp" = polished("PM", "knha"),
       reml = polished("REML"), "reml-hartung-knapp" = polished("REML", "knha"),
       "cochran-q" = list(statistic = fit$QE, p = fit$QEp, df = k - 1))
})

# --------------------------------------------------------------------------------------------------------- conversions

conversion_rows <- lapply(seq_len(20), function(i) {
  hr <- c(0.68, 0.55, 0.75, 1, 1.5, 0.1, 8)[1 + i %% 7]; s0 <- c(0.373, 0.5, 0.9, 0.05)[1 + i %% 4]; m0 <- c(6, 37.5, 0.2)[1 + i %% 3]
  # exponential arms with these hazards: the chance that the first exceeds the second, by integration
  longer <- integrate(function(x) exp(-hr * x) * exp(-x), 0, Inf, rel.tol = 1e-12)$value
  list(id = i, hr = hr, control_survival = s0, control_median = m0, longer = longer, survival = s0^hr,
       median = qexp(0.5, log(2) / m0 * hr), needed = 1 / (s0^hr - s0))
})

header <- list(
  about = "Reference values for the hazard ratio by every route, made by hr_routes.R.",
  R = R.version.string,
  packages = versions_of(c("survival", "metafor", "jsonlite")),
  sources = list(
    logrank = "survival::survdiff (O, E, V) on data sets of survival; metafor::summary.escalc for the interval",
    events = "metafor::summary.escalc with V = d1 d0/d, V = d p (1 - p), p the share of an arm",
    event_free = "stats::glm, binomial with link cloglog",
    bound = "metafor::summary.escalc at the standard error that gives the limit back (uniroot)",
    landmark = "survival::survfit, conf.type log-log; Peto's variance S^2 (1-S)/r on the log(-log) scale",
    rates = "stats::binom.test; mid-P tails of stats::pbinom solved by uniroot",
    curves = paste("survival::survfit curves read at a grid; events and risk solved from their equations, pooled by",
                   "metafor::rma; Guyot 2012 written from its description, then survival::survdiff and coxph (Efron)"),
    pooled = "metafor::rma.uni; PM and REML polished with uniroot",
    conversions = "definitions; the probability by numerical integration of two exponentials"
  )
)
blocks <- list(logrank = logrank, events = events_rows, event_free = event_free, bound = bound, landmark = landmark,
               rates = rates_rows, curves = curves, pooled = pool_rows, conversions = conversion_rows)
write_blocks(header, vapply(names(blocks), function(name) block(name, vapply(blocks[[name]], json_line, "")), ""))
