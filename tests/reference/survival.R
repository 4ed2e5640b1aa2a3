# Reference values of individual patient data by R's survival: Kaplan-Meier curves, medians, tests of survival curves,
# hazard ratios of the log-rank test, restricted means.
#
#   Rscript tests/reference/survival.R [OUTPUT]      (default: survival.json beside this script)
#
# Needs R with survival, survMisc and jsonlite (Debian: r-cran-survival r-cran-survmisc r-cran-jsonlite).
#
# survival gives curves, standard errors, limits, medians, restricted means, and the (stratified) log-rank test with O, E
# and V. Weighted tests are added up here event time by event time from their published formulas, and held against
# survdiff (rho), survMisc's comp and, with left truncation, the score test of coxph (exact ties).

suppressMessages({
  library(survival)
  library(survMisc)
  library(jsonlite)
})
here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "survival.json"))
LEVELS <- c(0.90, 0.95, 0.99)
SOME <- c("veteran", "lung", "heart", "ties", "drawn 1")  # all levels for these, 0.95 for every set
levels_of <- function(name) if (name %in% SOME) LEVELS else 0.95
SCALES <- c("log-log-s" = "log-log", "log" = "log", "plain" = "plain", "logit" = "logit", "arcsine-sqrt" = "arcsin")
checks <- 0
same <- function(a, b, tolerance = 1e-9) {
  stopifnot(isTRUE(all.equal(as.numeric(a), as.numeric(b), tolerance = tolerance)))
  checks <<- checks + 1
}

# --- data: arm 0 is the first (treated) arm, the control the last -----------------------------------------------------

patients <- function(time, status, arm, entry = NULL, strata = NULL) {
  list(time = time, status = as.integer(status), arm = as.integer(arm), entry = entry, strata = strata)
}
drawn <- function(seed, n, arms = 2, entry = FALSE, strata = 1, digits = 1, late = 1) {
  set.seed(seed)
  arm <- sample(rep(0:(arms - 1), length.out = n))
  t <- round(rexp(n, exp(-0.4 * arm) / 10)^late + 10^-digits, digits)  # no two times apart by a rounding error
  censor <- round(runif(n, 1, 25), digits)
  start <- if (entry) round(pmin(runif(n, 0, 6), pmin(t, censor) * 0.8), digits + 1) else NULL
  patients(pmin(t, censor), t <= censor, arm, start, if (strata > 1) sample(0:(strata - 1), n, TRUE) else NULL)
}
code <- function(x) match(x, sort(unique(x))) - 1
v <- veteran; l <- lung; p <- pbc[!is.na(pbc$trt), ]; h <- heart; o <- ovarian
m <- mgus2[mgus2$age < 60, ]
sets <- list(
  veteran = patients(v$time, v$status, 2 - v$trt),
  "veteran by cell type" = patients(v$time, v$status, 3 - code(as.character(v$celltype))),
  "veteran, strata" = patients(v$time, v$status, 2 - v$trt, strata = code(as.character(v$celltype))),
  lung = patients(l$time, l$status == 2, 2 - l$sex),
  pbc = patients(p$time, p$status == 2, p$trt - 1),
  "pbc by stage, strata" = with(p[!is.na(p$stage), ], patients(time / 365.25, status == 2, 4 - stage, strata = trt - 1)),
  mgus2 = patients(m$futime + 0.5, m$death, as.integer(m$sex == "F")),
  ovarian = patients(o$futime, o$fustat, 2 - o$rx),
  heart = patients(h$stop, h$event, 1 - as.integer(as.character(h$transplant)), entry = h$start),
  "heart, strata" = patients(h$stop, h$event, 1 - as.integer(as.character(h$transplant)), h$start, h$surgery),
  aml = patients(aml$time, aml$status, as.integer(aml$x == "Nonmaintained")),
  ties = patients(c(1, 1, 2, 2, 2, 3, 3, 4, 1, 1, 1, 2, 2, 3, 4, 4), c(1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0),
                  rep(0:1, each = 8)),
  "no event in the first arm" = patients(c(3, 4, 5, 6, 1, 2, 3, 4), c(0, 0, 0, 0, 1, 1, 0, 1), rep(0:1, each = 4)),
  "one event" = patients(c(3, 4, 5, 1, 2, 6), c(0, 1, 0, 0, 0, 0), rep(0:1, each = 3)),
  "everyone censored" = patients(c(3, 4, 5, 1, 2, 6), rep(0, 6), rep(0:1, each = 3)),
  "everyone at once" = patients(rep(2, 6), rep(1, 6), rep(0:1, each = 3)),
  "two patients" = patients(c(5, 3), c(1, 1), c(0, 1)),
  "separated" = patients(c(11:18, 1:8), rep(1, 16), rep(0:1, each = 8)),
  "at one half" = patients(c(1, 2, 3, 4, 1, 2, 3, 4), c(1, 1, 0, 0, 1, 1, 1, 1), rep(0:1, each = 4)),
  "time 0" = patients(c(0, 0, 1, 3, 0, 2, 2, 5), c(1, 0, 1, 1, 0, 1, 1, 0), rep(0:1, each = 4)),
  tiny = with(drawn(5, 24), patients(time * 1e-6, status, arm)),
  huge = with(drawn(6, 24), patients(time * 1e9, status, arm)),
  "small, left truncation" = patients(c(5, 6, 7, 9, 10, 4, 5, 7, 8, 10), c(1, 0, 1, 1, 0, 1, 1, 0, 1, 1),
                                      rep(0:1, each = 5), entry = c(0, 2, 5, 1, 7, 0, 4, 0, 3, 6)),
  "crossing" = drawn(7, 80, late = 1.5),
  "drawn 1" = drawn(11, 40), "drawn 2" = drawn(12, 60, digits = 0), "drawn 3" = drawn(13, 200),
  "drawn 4" = drawn(14, 60, entry = TRUE), "drawn 5" = drawn(15, 120, entry = TRUE, strata = 3),
  "drawn 6" = drawn(16, 90, arms = 3, digits = 0), "drawn 7" = drawn(17, 150, arms = 4, strata = 4),
  "drawn 8" = drawn(18, 90, arms = 3, entry = TRUE, digits = 0)
)

surv <- function(d) if (is.null(d$entry)) Surv(d$time, d$status) else Surv(d$entry, d$time, d$status)
values <- list()
add <- function(id, measure, method, ...) {
  values[[length(values) + 1]] <<- list(id = id, measure = measure, method = method, ...)
}

# --- Kaplan-Meier -----------------------------------------------------------------------------------------------------

# a time that is not reached is infinite; where only limits are missing the curve falls to 0 at once
reached <- function(x) {
  missing <- is.na(x)
  x[missing] <- Inf
  if (length(x) > 1 && !missing[1] && missing[2]) x[2] <- NA
  unname(as.numeric(x))
}
curves <- list()
points <- list()
for (name in names(sets)) {
  d <- sets[[name]]
  for (arm in sort(unique(d$arm))) {
    who <- d$arm == arm
    s <- surv(d)[who]
    fit <- survfit(s ~ 1)
    last <- max(d$time[who])
    at <- sort(unique(c(min(d$time) / 2, quantile(d$time[who], c(0.2, 0.5, 0.8), type = 1, names = FALSE), last * 0.9,
      last)))
    f <- summary(fit, times = at, extend = TRUE)
    # survfit counts no one after the last time, and those who enter later as at risk: count here
    entry <- if (is.null(d$entry)) rep(-1, length(d$time)) else d$entry
    curves[[length(curves) + 1]] <- list(
      set = name, arm = arm, times = I(at), survival = I(f$surv),
      se = I(ifelse(f$surv == 0, NA, f$std.err)),
      at_risk = I(sapply(at, function(t) sum(d$time[who] >= t & entry[who] < t | (d$time[who] == t & t == 0)))),
      events = sum(d$status[who])
    )
    for (level in levels_of(name)) {
      fits <- lapply(SCALES, function(type) survfit(s ~ 1, conf.type = type, conf.int = level))
      for (i in if (level == 0.95) c(2, 4, length(at)) else 3) {
        if (i > length(at)) next
        limits <- lapply(names(SCALES), function(key) {
          f <- summary(fits[[key]], times = at[i], extend = TRUE)
          # at a survival of 1 summary() and survfit_confint differ in what does not exist: the formula's is taken
          found <- survival:::survfit_confint(f$surv, f$std.err / f$surv, TRUE, SCALES[[key]], level)
          if (f$surv == 0) found <- list(lower = NA, upper = NA)
          if (!is.na(f$lower) && f$surv > 0 && f$surv < 1) same(c(f$lower, f$upper), unlist(found))
          I(as.numeric(unlist(found)))
        })
        points[[length(points) + 1]] <- list(measure = "survival", set = name, arm = arm, time = at[i], conf = level,
          estimate = f$surv[i], se = if (f$surv[i] == 0) NA else f$std.err[i], limits = setNames(limits, names(SCALES)))
      }
      table <- lapply(fits, function(fit) reached(summary(fit)$table[c("median", paste0(level, c("LCL", "UCL")))]))
      points[[length(points) + 1]] <- list(measure = "median time", set = name, arm = arm, conf = level,
        estimate = table[[1]][1], limits = lapply(table, function(x) x[2:3]))
    }
    # print() is followed here: quantile() differs from it where a curve ends on the level, or limits are not monotone
    fit <- survfit(s ~ 1, conf.type = "log-log")
    ends <- 1 - min(fit$surv)
    falls <- function(x) all(diff(x[!is.na(x)]) < 1e-12)
    for (p in if (length(s) > 20 && falls(fit$lower) && falls(fit$upper)) c(0.25, 0.75)) if (abs(p - ends) > 1e-6) {
      q <- quantile(fit, p)
      add(sprintf("%s, arm %d, %g", name, arm, p), "quantile", "log-log-s", set = name, arm = arm, quantile = p,
          conf = 0.95, estimate = reached(q$quantile), lower = reached(c(q$quantile, q$lower))[2], upper = reached(q$upper))
    }
  }
}

# --- tests ------------------------------------------------------------------------------------------------------------

score <- function(d, weight, rho = 0, gamma = 0) {
  arms <- sort(unique(d$arm)); K <- length(arms)
  strata <- if (is.null(d$strata)) rep(0, length(d$time)) else d$strata
  entry <- if (is.null(d$entry)) rep(-1, length(d$time)) else d$entry
  O <- E <- U <- rep(0, K); V <- matrix(0, K, K)
  for (g in unique(strata)) {
    before <- 1; peto <- 1
    for (t in sort(unique(d$time[d$status == 1 & strata == g]))) {
      risk <- strata == g & entry < t & d$time >= t
      dead <- risk & d$time == t & d$status == 1
      n <- sum(risk); e <- sum(dead)
      nk <- sapply(arms, function(a) sum(risk & d$arm == a)); dk <- sapply(arms, function(a) sum(dead & d$arm == a))
      peto <- peto * (1 - e / (n + 1))
      w <- switch(weight, "log-rank" = 1, "gehan-breslow" = n, "tarone-ware" = sqrt(n), "peto-peto" = peto,
                  "peto-peto-andersen" = peto * n / (n + 1), "fleming-harrington" = before^rho * (1 - before)^gamma)
      O <- O + dk; E <- E + nk * e / n; U <- U + w * (dk - nk * e / n)
      if (n > 1) V <- V + w^2 * e * (n - e) / (n - 1) * (diag(nk / n, K) - outer(nk / n, nk / n))
      before <- before * (1 - e / n)
    }
  }
  list(O = O, E = E, U = U, V = V)
}
chisq <- function(s) {
  used <- which(s$E > 0)[-1]
  if (!length(used) || qr(s$V[used, used, drop = FALSE])$rank < length(used)) return(c(NA, max(length(used), 1), NA))
  x <- sum(s$U[used] * solve(s$V[used, used, drop = FALSE], s$U[used]))
  c(x, length(used), pchisq(x, length(used), lower.tail = FALSE))
}
quiet <- function(expr) { sink(nullfile()); on.exit(sink()); force(expr) }
SURVMISC <- c("log-rank" = "1", "gehan-breslow" = "n", "tarone-ware" = "sqrtN", "peto-peto" = "S1",
              "peto-peto-andersen" = "S2", "fleming-harrington" = "FH_p=1_q=0")
for (name in names(sets)) {
  d <- sets[[name]]
  K <- length(unique(d$arm))
  for (key in names(SURVMISC)) {
    found <- chisq(score(d, key, rho = 1))
    add(name, "survival curves", key, set = name, statistic = found[1], df = found[2], p = found[3])
  }
  for (rg in list(c(0, 1), c(0.5, 2))) {
    found <- chisq(score(d, "fleming-harrington", rg[1], rg[2]))
    add(sprintf("%s, rho %g, gamma %g", name, rg[1], rg[2]), "survival curves", "fleming-harrington", set = name,
        rho = rg[1], gamma = rg[2], statistic = found[1], df = found[2], p = found[3])
  }
  s <- score(d, "log-rank")
  scores <- if (K > 1) c(seq_len(K - 1), 0) else 0
  variance <- c(scores %*% s$V %*% scores)
  z2 <- if (variance > 1e-12) sum(scores * s$U)^2 / variance else NA
  add(name, "survival curves", "log-rank-trend", set = name, statistic = z2, df = 1,
      p = pchisq(z2, 1, lower.tail = FALSE))
  add(name, "observed and expected", "log-rank", set = name, observed = I(s$O), expected = I(s$E), variance = s$V[1, 1])
  if (is.null(d$entry) && sum(d$status) && !is.na(chisq(s)[1])) {
    f <- if (is.null(d$strata)) Surv(d$time, d$status) ~ d$arm else Surv(d$time, d$status) ~ d$arm + strata(d$strata)
    fit <- survdiff(f)
    same(if (is.matrix(fit$obs)) rowSums(fit$obs) else fit$obs, s$O)
    same(if (is.matrix(fit$exp)) rowSums(fit$exp) else fit$exp, s$E)
    same(fit$var, s$V)
    same(fit$chisq, chisq(s)[1])
    same(survdiff(f, rho = 1)$chisq, chisq(score(d, "fleming-harrington", 1, 0))[1])
    # survMisc leaves out the correction for ties where there are two arms: used for more arms, or without ties
    tied <- anyDuplicated(d$time[d$status == 1]) > 0
    if (is.null(d$strata) && !is.na(chisq(s)[1]) && (K > 2 || (!tied && length(d$time) > 6))) {
      x <- ten(survfit(Surv(time, status) ~ arm, data = as.data.frame(d[c("time", "status", "arm")])))
      quiet(comp(x, p = 1, q = 0))
      got <- as.data.frame(attr(x, "lrt"))
      for (key in names(SURVMISC)) {
        same(got$chiSq[got$W == SURVMISC[[key]]], chisq(score(d, key, 1))[1], 1e-7)
      }
      if (K > 2) {
        trend <- as.data.frame(attr(x, "tft")$tft)
        add(paste(name, "(survMisc)"), "survival curves", "log-rank-trend", set = name, scores = I(seq_len(K)),
            statistic = trend$chiSq[trend$W == "1"], df = 1, p = pchisq(trend$chiSq[trend$W == "1"], 1, lower.tail = FALSE))
      }
    }
  } else if (sum(d$status) && !is.na(chisq(s)[1]) && length(d$time) < 200) {
    g <- if (is.null(d$strata)) rep(1, length(d$time)) else d$strata
    fit <- suppressWarnings(coxph(surv(d) ~ factor(d$arm) + strata(g), ties = "exact"))
    same(fit$score, chisq(s)[1], 1e-6)
  }
  # hazard ratios of the first of two arms
  if (K == 2) for (level in levels_of(name)) {
    z <- qnorm(1 - (1 - level) / 2)
    v1 <- s$V[1, 1]
    wald <- function(b, se) list(estimate = exp(b), se = se, lower = exp(b - z * se), upper = exp(b + z * se),
                                 statistic = b / se, p = 2 * pnorm(-abs(b / se)))
    none <- list(estimate = NA, se = NA, lower = NA, upper = NA, statistic = NA, p = NA)
    peto <- if (v1 > 0) wald(s$U[1] / v1, 1 / sqrt(v1)) else none
    pike <- wald(log((s$O[1] / s$E[1]) / (s$O[2] / s$E[2])), sqrt(sum(1 / s$E)))
    if (any(s$O == 0)) {
      pike <- modifyList(none, list(estimate = if (all(s$O == 0)) NA else if (s$O[1] == 0) 0 else "Infinity"))
    }
    do.call(add, c(list(name, "hazard ratio, from patients", "peto", set = name, conf = level), peto))
    do.call(add, c(list(name, "hazard ratio, from patients", "pike", set = name, conf = level), pike))
  }
}

# --- restricted means -------------------------------------------------------------------------------------------------

rmean <- function(s, tau) {
  fit <- survfit(s ~ 1)
  table <- survival:::survmean(fit, rmean = tau)$matrix
  c(mean = table[["rmean"]], se = table[["se(rmean)"]])
}
for (name in names(sets)) {
  d <- sets[[name]]
  if (length(unique(d$arm)) != 2) next
  ends <- sapply(0:1, function(a) max(d$time[d$arm == a]))
  for (part in if (name %in% SOME) c(0.5, 1) else 1) {
    tau <- min(ends) * part
    one <- rmean(surv(d)[d$arm == 0], tau); two <- rmean(surv(d)[d$arm == 1], tau)
    id <- sprintf("%s, tau %s", name, format(tau, digits = 15))
    for (level in levels_of(name)) {
      z <- qnorm(1 - (1 - level) / 2)
      common <- list(set = name, tau = tau, conf = level)
      put <- function(measure, est, b, se, log, arm = NULL) {
        lim <- if (log) exp(b + c(-1, 1) * z * se) else b + c(-1, 1) * z * se
        row <- c(list(id, measure, "kaplan-meier"), common, list(estimate = est, se = se, lower = lim[1], upper = lim[2]))
        if (is.null(arm)) row <- c(row, list(statistic = b / se, p = 2 * pnorm(-abs(b / se)))) else {
          row$arm <- arm; row[[1]] <- paste0(id, ", arm ", arm)
        }
        do.call(add, row)
      }
      put("restricted mean survival time", one[["mean"]], one[["mean"]], one[["se"]], FALSE, 0)
      put("restricted mean survival time", two[["mean"]], two[["mean"]], two[["se"]], FALSE, 1)
      put("restricted mean survival time difference", one[["mean"]] - two[["mean"]], one[["mean"]] - two[["mean"]],
          sqrt(one[["se"]]^2 + two[["se"]]^2), FALSE)
      b <- log(one[["mean"]] / two[["mean"]])
      put("restricted mean survival time ratio", exp(b), b,
          sqrt((one[["se"]] / one[["mean"]])^2 + (two[["se"]] / two[["mean"]])^2), TRUE)
      lost <- tau - c(one[["mean"]], two[["mean"]])
      if (all(lost > 1e-9 * tau)) {
        b <- log(lost[1] / lost[2])
        put("restricted mean time lost ratio", exp(b), b, sqrt(sum((c(one[["se"]], two[["se"]]) / lost)^2)), TRUE)
      }
    }
  }
}

# --- survival of two arms at one time ---------------------------------------------------------------------------------

g <- list(plain = list(function(s) s, function(s) 1), log = list(log, function(s) 1 / s),
          "log-log-s" = list(function(s) log(-log(s)), function(s) 1 / (s * log(s))),
          "arcsine-sqrt" = list(function(s) asin(sqrt(s)), function(s) 0.5 / sqrt(s * (1 - s))),
          logit = list(qlogis, function(s) 1 / (s * (1 - s))))
for (name in names(sets)) {
  d <- sets[[name]]
  if (length(unique(d$arm)) != 2) next
  for (part in if (name %in% SOME) c(0.3, 0.6) else 0.6) {
    at <- min(sapply(0:1, function(a) max(d$time[d$arm == a]))) * part
    f <- lapply(0:1, function(a) summary(survfit(surv(d)[d$arm == a] ~ 1), times = at, extend = TRUE))
    s <- sapply(f, `[[`, "surv"); se <- sapply(f, `[[`, "std.err")
    se[s == 0] <- NA
    id <- sprintf("%s, %s", name, format(at, digits = 15))
    D <- s[1] - s[2]; SE <- sqrt(sum(se^2))
    for (level in levels_of(name)) {
      z <- qnorm(1 - (1 - level) / 2)
      add(id, "survival difference", "wald", set = name, time = at, conf = level, estimate = D, se = SE,
          lower = D - z * SE, upper = D + z * SE, statistic = D / SE, p = 2 * pnorm(-abs(D / SE)))
    }
    for (key in names(g)) {
      x <- if (all(s > 0 & s < 1)) diff(g[[key]][[1]](s))^2 / sum((se * g[[key]][[2]](s))^2) else NA
      if (any(s == 0 | s == 1)) next
      add(id, "survival difference test", key, set = name, time = at, statistic = x, df = 1,
          p = pchisq(x, 1, lower.tail = FALSE))
    }
  }
}

# --- out --------------------------------------------------------------------------------------------------------------

sources <- list(
  survival = "survival::survfit, survfit_confint", "median time" = "summary(survfit)$table",
  "survival curves" = "sums over event times, held against survdiff, survMisc comp and coxph (score)",
  "hazard ratio, from patients" = "O, E and V of survdiff", "restricted mean survival time" = "print(survfit, rmean)",
  "restricted mean survival time difference" = "rmean and its SE, formulas of survRM2::rmst2",
  "restricted mean survival time ratio" = "rmean and its SE, formulas of survRM2::rmst2",
  "restricted mean time lost ratio" = "rmean and its SE, formulas of survRM2::rmst2",
  "survival difference" = "survfit, Klein et al. 2007"
)
header <- list(R = R.version.string, packages = versions_of(c("survival", "survMisc")),
               sources = sources, checks = checks)
tidy <- function(row) lapply(row, function(x) {
  if (is.list(x)) return(tidy(x))
  if (!is.numeric(x)) return(x)
  named <- function(y) if (is.na(y) || is.finite(y)) y else "Infinity"
  if (any(is.infinite(x))) return(if (length(x) == 1) named(x) else lapply(x, named))
  if (identical(x, row$time) || identical(x, row$tau)) x else signif(x, 8)  # held to 1e-6
})
writeLines(toJSON(list(header = header, sets = lapply(sets, function(d) Filter(Negate(is.null), d)),
                       curves = lapply(curves, tidy), points = lapply(points, tidy), values = lapply(values, tidy)),
                  digits = NA, auto_unbox = TRUE, na = "null", null = "null"),
           output)
cat(length(values) + 5 * length(points), "values,", checks, "checks\n")
