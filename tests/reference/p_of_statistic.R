# Reference P values of test statistics: normal, t, F, chi-squared, correlation coefficient.
#
#   Rscript tests/reference/p_of_statistic.R [OUTPUT]      (default: p_of_statistic.json beside this script)
#
# Needs R with jsonlite (Debian: r-cran-jsonlite). pnorm, pchisq, pt and pf give the values.

suppressWarnings(suppressPackageStartupMessages(library(jsonlite)))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "p_of_statistic.json"))

rows <- list()
add <- function(kind, statistic, df1, df2, p) {
  rows[[length(rows) + 1]] <<- list(kind = kind, statistic = statistic, df1 = df1, df2 = df2, p = p)
}
statistics <- c(0, 1e-6, 0.01, 0.38, 1, 2.1, 2.86, 3.84, 4.82, 10, 97.69, 300)
for (x in statistics) {
  add("normal", x / 10, NA, NA, 2 * pnorm(-x / 10))
  for (df in c(1, 2, 3, 4.827, 10, 57, 1000)) add("chi_squared", x, df, NA, pchisq(x, df, lower.tail = FALSE))
  for (df in c(1, 2, 11, 121.2, 4000)) {
    add("t", x / 3, df, NA, 2 * pt(-x / 3, df))
    for (df1 in c(1, 2, 2.6, 40)) add("f", x, df1, df, pf(x, df1, df, lower.tail = FALSE))
  }
}
for (r in c(-0.999, -0.7, -0.1, 0, 1e-5, 0.2, 0.54, 0.9)) for (df in c(1, 2, 10, 98, 5000)) {
  add("correlation", r, df, NA, 2 * pt(-abs(r) * sqrt(df / (1 - r^2)), df))
}

about <- list(R = R.version.string,
              jsonlite = as.character(packageVersion("jsonlite")))
write_json(list(header = about, source = "pnorm, pchisq, pt, pf", cases = rows), output,
           digits = NA, auto_unbox = TRUE, na = "null")
