# Reference values for cumulative incidence from individual data with competing events, and from life tables.
#
#   Rscript tests/reference/cuminc_data.R [OUTPUT]      (default: cuminc_data.json beside this script)
#
# Needs R with survival, cmprsk, etm, prodlim, KMsurv and jsonlite (Debian: r-cran-survival r-cran-cmprsk r-cran-etm
# r-cran-prodlim r-cran-kmsurv r-cran-jsonlite) and the data sets of tests/data.
#
# Routes, none of which shares code with gvhdcalc:
#   aalen       F and variance of cmprsk::cuminc and timepoints
#   greenwood   F and variance of survival::survfit (multi-state) and etm::etmCIF, which the script holds together
#   jackknife   survival::survfit with left truncation (entry); its influence by cluster
#   limits      survfit's own where it has the scale, else the transformation and its derivative (stats::D) in R
#   gray        cmprsk::cuminc, with rho and strata
#   pepe-mori   the definition, one event at a time, in this script (no package of Debian's R has it)
#   time lost   the area under survfit's curve, and survfit's influence matrix integrated over time
#   life table  KMsurv::lifetab (all causes together); by cause the gradient over multinomial hazards, numerically

suppressPackageStartupMessages({
  library(survival)
  library(cmprsk)
  library(etm)
  library(prodlim)
  library(KMsurv)
  library(jsonlite)
})

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "cuminc_data.json"))
z <- qnorm(0.975)
checks <- 0
hold <- function(a, b, tolerance = 1e-9) {
  ok <- all(abs(a - b) <= tolerance * pmax(abs(a), abs(b)) + 1e-14)
  if (!ok) stop("routes disagree: ", paste(format(c(a, b), digits = 12), collapse = " "))
  checks <<- checks + 1
}

# --- the data sets: from files, and made by hand
read <- function(name) read.csv(file.path(here, "..", "data", paste0(name, ".csv")))
pbc <- subset(read("pbc"), !is.na(trt))
mgus <- read("mgus2")
graft <- read("transplant")
veteran <- read("veteran")
graft <- subset(graft, !is.na(abo) & !is.na(futime))
sets <- list(
  pbc = list(time = pbc$time, status = pbc$status, arm = pbc$trt, at = c(500, 1000, 2000, 3000)),
  mgus2 = list(time = mgus$etime, status = mgus$event, arm = ifelse(mgus$sex == "F", 1, 2), at = c(12, 60, 120, 300)),
  transplant = list(
    time = graft$futime, status = match(graft$event, c("ltx", "death", "withdraw"), nomatch = 0),
    arm = match(graft$abo, c("A", "B", "AB", "O")), at = c(90, 365)
  ),
  veteran = list(time = veteran$time, status = veteran$status, arm = veteran$trt, at = c(30, 100, 200))
)
by_hand <- list(
  ties = list(
    time = c(1, 1, 2, 2, 2, 3, 4, 4, 5, 5, 6, 7, 7, 8), status = c(1, 2, 1, 1, 0, 2, 1, 1, 2, 0, 1, 1, 0, 2),
    arm = rep(1:2, 7), at = c(1, 2, 4, 7)
  ),
  last = list( # everyone at risk has an event at the last time
    time = c(2, 3, 3, 5, 5, 5, 1, 3, 4, 6, 6, 6), status = c(1, 2, 1, 1, 2, 1, 0, 1, 2, 2, 1, 0),
    arm = rep(1:2, each = 6), at = c(2, 3, 4, 5)
  ),
  wide_times = list(
    time = c(1e-3, 2e-3, 3, 4e3, 5e4, 6e4, 7e4, 2e-3, 3, 4, 4e3, 1e5), status = c(1, 2, 1, 2, 1, 0, 1, 0, 1, 1, 2, 1),
    arm = c(rep(1, 7), rep(2, 5)), at = c(2e-3, 3, 4e3)
  ),
  one_cause = list(time = c(1, 2, 3, 4, 5, 6, 7, 8), status = c(1, 1, 0, 1, 1, 0, 1, 1), arm = rep(1:2, 4), at = c(2, 5)),
  no_events_of_interest = list(time = c(1, 2, 3, 4, 5, 6), status = c(2, 2, 0, 2, 0, 2), arm = rep(1:2, 3), at = c(2, 4)),
  everyone_censored = list(time = c(1, 2, 3, 4), status = c(0, 0, 0, 0), arm = c(1, 1, 2, 2), at = 2),
  one_patient = list(time = 5, status = 1, arm = 1, at = c(1, 5)),
  one_patient_other_cause = list(time = 5, status = 2, arm = 1, at = c(1, 5))
)
all_sets <- c(sets, by_hand)

# --- scales: g, its way back, and its derivative by R
scales <- list(
  "plain" = list(quote(f), function(y) y),
  "log" = list(quote(log(f)), exp),
  "log-s" = list(quote(log(1 - f)), function(y) 1 - exp(y)),
  "log-log-f" = list(quote(log(-log(f))), function(y) exp(-exp(y))),
  "log-log-s" = list(quote(log(-log(1 - f))), function(y) 1 - exp(-exp(y))),
  "logit" = list(quote(log(f / (1 - f))), plogis),
  "arcsine-sqrt" = list(quote(asin(sqrt(f))), function(y) sin(pmin(pmax(y, 0), pi / 2))^2)
)
limits <- function(f, se, key) {
  if (key == "plain" && (f == 0 || f == 1)) return(c(max(f - z * se, 0), min(f + z * se, 1)))
  if (is.na(f) || is.na(se) || f <= 0 || f >= 1) return(NULL)
  g <- scales[[key]][[1]]
  ends <- sort(scales[[key]][[2]](eval(g) + c(-1, 1) * z * se * eval(D(g, "f"))))
  c(max(ends[1], 0), min(ends[2], 1))
}
# not "arcsin": for several states survfit gives the limits of the first only (survival 3.5-3)
survfit_type <- c(plain = "plain", log = "log", "log-log-f" = "log-log", logit = "logit")

points <- list()
add_points <- function(set, arm, cause, at, f, variance, key, own = NULL, extra = list()) {
  for (i in seq_along(at)) {
    if (is.na(f[i]) || is.na(variance[i])) next
    row <- list(set = set, arm = arm, cause = cause, at = at[i], variance_key = key, f = f[i], variance = variance[i])
    found <- list()
    for (scale in names(scales)) {
      ends <- limits(f[i], sqrt(variance[i]), scale)
      if (is.null(ends)) next
      if (!is.null(own) && scale %in% names(own) && variance[i] > 0) hold(ends, own[[scale]][i, ], 1e-7)
      found[[scale]] <- ends
    }
    row$limits <- found
    points[[length(points) + 1]] <<- c(row, extra)
  }
}

# --- curves by arm: cmprsk, survfit, etm, prodlim
for (name in names(all_sets)) {
  set <- all_sets[[name]]
  causes <- sort(unique(set$status[set$status > 0]))
  for (arm in sort(unique(set$arm))) {
    chosen <- set$arm == arm
    time <- set$time[chosen]; status <- set$status[chosen]
    at <- set$at[set$at <= max(time)]
    mine <- intersect(causes, status)
    if (!length(mine) || !length(at)) next
    fit <- cuminc(time, status)
    gray <- timepoints(fit, at)
    # beyond the last event of its own cause timepoints has NA, where F stays as it is
    mine <- sort(mine)
    state <- factor(status, c(0, mine), c("censored", paste0("cause", mine)))
    for (cause in mine) {
      curve <- fit[[paste(1, cause)]]
      place <- vapply(at, function(t) max(which(curve$time <= t)), 1)
      f <- curve$est[place]; v <- curve$var[place]
      same <- !is.na(gray$est[paste(1, cause), ])
      hold(f[same], gray$est[paste(1, cause), same])
      hold(v[same], gray$var[paste(1, cause), same])
      add_points(name, arm, cause, at, f, v, "aalen")
      column <- match(cause, mine) + 1
      own <- list()
      for (scale in names(survfit_type)) {
        got <- summary(survfit(Surv(time, state) ~ 1, conf.type = survfit_type[[scale]]), times = at)
        own[[scale]] <- cbind(matrix(got$lower, length(at))[, column], matrix(got$upper, length(at))[, column])
      }
      got <- summary(survfit(Surv(time, state) ~ 1), times = at)
      g <- matrix(got$std.err, length(at))[, column]^2
      hold(matrix(got$pstate, length(at))[, column], f)
      if (name %in% names(sets) && length(mine) > 1 && all(time > 0)) { # etm takes no time of 0
        data <- data.frame(time = time, status = status)
        one <- summary(etmCIF(Surv(time, status != 0) ~ 1, data = data, etype = status, failcode = cause))[[1]]
        one <- one[[paste("CIF", cause)]]
        where <- vapply(at, function(t) max(c(0, which(one$time <= t))), 1)
        hold(one$P[where], f); hold(one$var[where], g)
        own[["log-log-s"]] <- cbind(one$lower, one$upper)[where, , drop = FALSE]
        p <- prodlim(Hist(time, status) ~ 1, data = data)
        where <- vapply(at, function(t) max(which(p$time <= t)), 1)
        hold(p$se.cuminc[[as.character(cause)]][where]^2, g)
      }
      add_points(name, arm, cause, at, f, g, "greenwood", own)
    }
  }
}

# --- left truncation: mgus2 on the scale of age in months; survfit's infinitesimal jackknife, etm's Greenwood type
old <- subset(mgus, etime > 0)
entry <- old$age * 12; exit <- entry + old$etime
state <- factor(old$event, 0:2, c("censored", "cause1", "cause2"))
at <- c(720, 780, 840, 960, 1020)
for (sex in c("F", "M")) {
  keep <- old$sex == sex & entry >= 600
  data <- data.frame(entry = entry[keep], exit = exit[keep], state = state[keep], event = old$event[keep], id = seq_len(sum(keep)))
  got <- lapply(survfit_type, function(type) {
    summary(survfit(Surv(entry, exit, state) ~ 1, data = data, id = id, conf.type = type, start.time = 600), times = at)
  })
  for (cause in 1:2) {
    f <- got$log$pstate[, cause + 1]
    v <- got$log$std.err[, cause + 1]^2
    own <- lapply(got, function(one) cbind(one$lower[, cause + 1], one$upper[, cause + 1]))
    add_points("mgus2 by age", sex, cause, at, f, v, "jackknife", own)
    one <- summary(etmCIF(Surv(entry, exit, event != 0) ~ 1, data = data, etype = event, failcode = cause))[[1]]
    one <- one[[paste("CIF", cause)]]
    where <- vapply(at, function(t) max(which(one$time <= t)), 1)
    hold(one$P[where], f)
    add_points("mgus2 by age", sex, cause, at, f, one$var[where], "greenwood")
  }
}
# clusters: pbc, four patients after another as one. survfit (3.5-3) leaves cluster out for several states: its influence
# matrix is added up by cluster here
state <- factor(pbc$status, 0:2, c("censored", "cause1", "cause2"))
cluster <- (seq_len(nrow(pbc)) - 1) %/% 4
at <- c(500, 1000, 2000, 3000)
fit <- survfit(Surv(pbc$time, state) ~ 1, id = seq_len(nrow(pbc)), influence = TRUE)
where <- vapply(at, function(t) max(which(fit$time <= t)), 1)
offset <- dim(fit$influence.pstate)[2] - length(fit$time)
for (cause in 1:2) {
  by_cluster <- rowsum(fit$influence.pstate[, where + offset, cause + 1], cluster)
  add_points("pbc in fours", 0, cause, at, fit$pstate[where, cause + 1], unname(colSums(by_cluster^2)), "jackknife")
}

# --- 1 - Kaplan-Meier of a cause
km <- list()
for (name in c("pbc", "mgus2", "transplant", "ties", "last")) {
  set <- all_sets[[name]]
  for (arm in sort(unique(set$arm))) for (cause in sort(unique(set$status[set$status > 0]))) {
    chosen <- set$arm == arm
    at <- set$at[set$at <= max(set$time[chosen])]
    got <- summary(survfit(Surv(set$time[chosen], set$status[chosen] == cause) ~ 1), times = at)
    for (i in seq_along(at)) {
      km[[length(km) + 1]] <- list(set = name, arm = arm, cause = cause, at = at[i], f = 1 - got$surv[i],
        se = if (got$surv[i] > 0) got$std.err[i] else NA, at_risk = got$n.risk[i])
    }
  }
}

# --- Gray's test
tests <- list()
add_test <- function(set, method, cause, statistic, df, p, rho = 0, strata = NULL) {
  tests[[length(tests) + 1]] <<- list(set = set, method = method, cause = cause, rho = rho, strata = strata,
    statistic = unname(statistic), df = unname(df), p = unname(p))
}
more <- list(
  "pbc by stage" = list(time = pbc$time, status = pbc$status, arm = pbc$stage),
  "mgus2 by decade" = list(time = mgus$etime, status = mgus$event, arm = pmin(pmax(mgus$age %/% 10, 5), 8) - 4)
)
for (name in c(names(all_sets), names(more))) {
  set <- c(all_sets, more)[[name]]
  if (length(unique(set$arm)) < 2 || all(set$status == 0)) next
  for (rho in c(0, 1, 0.5)) {
    got <- cuminc(set$time, set$status, set$arm, rho = rho)$Tests
    for (cause in rownames(got)) {
      # a statistic of -1 says that the covariance is singular
      stat <- got[cause, "stat"]
      if (stat < 0) next
      add_test(name, "gray", as.integer(cause), stat, got[cause, "df"], pchisq(stat, got[cause, "df"], lower.tail = FALSE), rho)
    }
  }
}
for (rho in c(0, 1)) {
  got <- cuminc(pbc$time, pbc$status, pbc$trt, strata = pbc$stage, rho = rho)$Tests
  for (cause in 1:2) {
    add_test("pbc", "gray", cause, got[cause, "stat"], 1, pchisq(got[cause, "stat"], 1, lower.tail = FALSE), rho, "stage")
  }
}

# --- Pepe and Mori: step functions by their definition, one time and one event at a time
step_at <- function(times, values, first) function(t, before = FALSE) {
  hit <- if (before) times < t else times <= t
  if (any(hit)) values[max(which(hit))] else first
}
sample_of <- function(time, status, cause, printed) {
  times <- sort(unique(time))
  s <- f <- rival <- c_left <- numeric(length(times))
  s_now <- 1; f_now <- r_now <- 0; c_now <- 1
  risk <- d <- o <- numeric(length(times))
  for (i in seq_along(times)) {
    n <- sum(time >= times[i])
    d[i] <- sum(time == times[i] & status == cause)
    o[i] <- sum(time == times[i] & status != cause & status != 0)
    gone <- sum(time == times[i] & (if (printed) status != cause else status == 0))
    f_now <- f_now + s_now * d[i] / n
    r_now <- r_now + s_now * o[i] / n
    s_now <- s_now * (1 - (d[i] + o[i]) / n)
    c_now <- c_now * (1 - gone / n)
    risk[i] <- n; f[i] <- f_now; rival[i] <- r_now; s[i] <- c_now
  }
  list(times = times, n = length(time), risk = risk, d = d, o = o, f = f, rival = rival,
    f_at = step_at(times, f, 0), c_at = step_at(times, s, 1))
}
pepe_mori <- function(set, cause, printed) {
  one <- lapply(c(1, 2), function(arm) sample_of(set$time[set$arm == arm], set$status[set$arm == arm], cause, printed))
  end <- min(vapply(one, function(x) max(x$times), 1))
  grid <- sort(unique(c(one[[1]]$times, one[[2]]$times)))
  grid <- grid[grid <= end]
  width <- diff(grid); grid <- grid[-length(grid)]
  n <- c(one[[1]]$n, one[[2]]$n)
  w <- vapply(grid, function(t) {
    c1 <- one[[1]]$c_at(t, TRUE); c2 <- one[[2]]$c_at(t, TRUE)
    if (n[1] * c1 + n[2] * c2 > 0) c1 * c2 * sum(n) / (n[1] * c1 + n[2] * c2) else 0
  }, 1)
  f <- sapply(one, function(x) vapply(grid, x$f_at, 1))
  area <- sum(w * width * (f[, 1] - f[, 2]))
  v <- 0
  for (a in 1:2) {
    x <- one[[a]]
    for (i in which(x$d + x$o > 0 & x$times %in% grid)) {
      later <- grid >= x$times[i]
      if (x$risk[i] < 2) next
      mine <- sum((w * width * (1 - x$rival[i] - f[, a]))[later])
      other <- sum((w * width * (f[, a] - if (printed) 0 else x$f[i]))[later])
      v <- v + (mine^2 * x$d[i] + other^2 * x$o[i]) / (x$risk[i] * (x$risk[i] - 1))
    }
  }
  area^2 / v
}
two <- sets$transplant$arm %in% 1:2
paired <- c(all_sets[c("pbc", "mgus2", "veteran", "ties", "last", "wide_times", "one_cause")],
  list("transplant A v B" = lapply(sets$transplant[c("time", "status", "arm")], function(x) x[two])))
early <- list("mgus2 first hundred" = lapply(sets$mgus2[c("time", "status", "arm")], head, 100),
  "pbc first hundred" = lapply(sets$pbc[c("time", "status", "arm")], head, 100),
  "veteran first hundred" = lapply(sets$veteran[c("time", "status", "arm")], head, 100))
for (name in c(names(paired), names(early))) {
  set <- c(paired, early)[[name]]
  for (cause in sort(unique(set$status[set$status > 0]))) for (printed in c(FALSE, TRUE)) {
    stat <- pepe_mori(set, cause, printed)
    if (is.finite(stat)) add_test(name, if (printed) "pepe-mori-compcif" else "pepe-mori", cause, stat, 1, pchisq(stat, 1, lower.tail = FALSE))
  }
}

# --- restricted mean time lost: the area under survfit's curve and its influence integrated
lost <- list()
taus <- list(pbc = c(1000, 3000, 4000), mgus2 = c(60, 240), transplant = c(365, 700), ties = c(3, 6), last = c(3, 5))
for (name in names(taus)) {
  set <- all_sets[[name]]
  causes <- sort(unique(set$status[set$status > 0]))
  for (arm in sort(unique(set$arm))) {
    chosen <- set$arm == arm
    state <- factor(set$status[chosen], c(0, causes), c("censored", paste0("cause", causes)))
    fit <- survfit(Surv(set$time[chosen], state) ~ 1, influence = TRUE)
    for (tau in taus[[name]]) {
      if (tau > max(set$time[chosen])) next
      table <- summary(fit, rmean = tau)$table
      inside <- fit$time < tau
      widths <- diff(c(fit$time[inside], tau))
      for (cause in causes) {
        column <- match(cause, causes) + 1
        # the influence is (patients, times with the start first, states)
        influence <- fit$influence.pstate
        times <- dim(influence)[2]
        offset <- times - length(fit$time)
        by_patient <- influence[, which(inside) + offset, column, drop = FALSE]
        of_area <- matrix(by_patient, nrow = dim(influence)[1]) %*% widths
        area <- sum(fit$pstate[inside, column] * widths)
        hold(area, table[column, "rmean"], 1e-7)
        lost[[length(lost) + 1]] <- list(set = name, arm = arm, cause = cause, tau = tau, area = area, se = sqrt(sum(of_area^2)))
      }
    }
  }
}

# --- life tables
lives <- list()
tables <- list(
  list(ends = c(1, 2, 3, 4, 5), censored = c(4, 6, 0, 10, 3), events = list(c(5, 7, 4, 2, 1))),
  list(ends = 1:4, censored = c(0, 0, 0, 0), events = list(c(3, 0, 2, 1))),
  list(ends = c(6, 12, 24, 36), censored = c(10, 15, 20, 9), events = list(c(12, 9, 5, 2), c(4, 6, 3, 1))),
  list(ends = c(1, 2, 5), censored = c(1, 0, 3), events = list(c(2, 1, 1), c(0, 0, 0), c(1, 2, 0))),
  list(ends = c(100, 200, 300), censored = c(1000, 2500, 400), events = list(c(30000, 20000, 1000), c(100, 200, 300)))
)
for (table in tables) {
  d <- Reduce(`+`, table$events)
  n <- rev(cumsum(rev(d + table$censored))) # all leave in the end
  n <- n + 7 # and some are still there
  for (kind in c("actuarial", "aalen-johansen")) {
    at_risk <- if (kind == "actuarial") n - table$censored / 2 else n
    s <- cumprod(1 - d / at_risk); before <- c(1, head(s, -1))
    if (kind == "actuarial") {
      life <- lifetab(c(0, table$ends, Inf), n[1], c(table$censored, 7), c(d, 0))
      hold(life$surv[-1], s)
      all_se <- life$se.surv[-1]
    } else all_se <- s * sqrt(cumsum(d / (at_risk * (at_risk - d))))
    for (k in seq_along(table$events)) {
      dk <- table$events[[k]]
      f <- cumsum(before * dk / at_risk)
      # the variance by the gradient in the hazards, whose covariance is multinomial: numerically
      variance <- vapply(seq_along(dk), function(t) {
        value <- function(h) {
          mine <- h[seq_along(dk)]; other <- h[length(dk) + seq_along(dk)]
          alive <- cumprod(1 - mine - other)
          sum((c(1, head(alive, -1)) * mine)[seq_len(t)])
        }
        mine <- dk / at_risk; other <- (d - dk) / at_risk
        h <- c(mine, other)
        # F is linear in each hazard alone: one difference of any width is exact
        gradient <- vapply(seq_along(h), function(i) value(replace(h, i, h[i] + 0.5)) - value(replace(h, i, h[i] - 0.5)), 1)
        m <- length(dk)
        sum(vapply(seq_len(m), function(i) {
          a <- gradient[i]; b <- gradient[m + i]
          (a^2 * mine[i] * (1 - mine[i]) + b^2 * other[i] * (1 - other[i]) - 2 * a * b * mine[i] * other[i]) / at_risk[i]
        }, 1))
      }, 1)
      if (length(table$events) == 1) hold(sqrt(variance), all_se, 1e-7)
      lives[[length(lives) + 1]] <- list(kind = kind, cause = k, ends = table$ends, at_risk = n, censored = table$censored,
        events = table$events, f = f, variance = variance, survival = s, survival_se = all_se)
    }
  }
}

packages <- c("survival", "cmprsk", "etm", "prodlim", "KMsurv", "jsonlite")
header <- list(
  about = paste("Reference values for cumulative incidence from individual data, made by cuminc_data.R. Fractions; the limits",
    "are 95%; arms are the values of the column (mgus2: 1 F, 2 M; transplant: 1 A, 2 B, 3 AB, 4 O, status 1 ltx, 2 death,",
    "3 withdraw)."),
  R = R.version.string,
  packages = versions_of(packages),
  sources = list(
    aalen = "cmprsk::cuminc", greenwood = "survival::survfit, held to etm::etmCIF and prodlim",
    jackknife = "survival::survfit with id and entry; its influence added up by cluster",
    limits = "survival::survfit by conf.type, etm (cloglog); else the transformation and stats::D",
    km = "survival::survfit", gray = "cmprsk::cuminc, Tests", "pepe-mori" = "the definition (Pepe & Mori 1993), in the script",
    "pepe-mori-compcif" = "the same with what the SAS macro PEPEMORI (after Pintilie's compCIF) does",
    lost = "the area under survival::survfit's pstate, influence.pstate integrated",
    lives = "KMsurv::lifetab for all causes together; the gradient over multinomial hazards for one of them"
  ),
  checks = checks
)
plain <- lapply(by_hand, function(set) set[c("time", "status", "arm")])
one_a_line <- function(name, rows) block(name, vapply(rows, json_line, "", digits = 12))
write_blocks(header, sprintf("\"by_hand\": %s", toJSON(plain, digits = NA)), one_a_line("points", points),
             one_a_line("km", km), one_a_line("tests", tests), one_a_line("lost", lost), one_a_line("lives", lives))
message(sprintf("%d points, %d tests, %d times lost, %d life tables; routes held together %d times", length(points), length(tests), length(lost), length(lives), checks))
