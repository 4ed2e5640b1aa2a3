# Reference values for the t tests of two means with their standard deviations: Student's and Welch's.
#
#   Rscript tests/reference/means.R [OUTPUT]      (default: means.json beside this script)
#
# Needs R with jsonlite (Debian: r-cran-jsonlite). Samples are made that have exactly the means and standard deviations
# of each row, and stats::t.test is asked for their P values.

suppressPackageStartupMessages(library(jsonlite))

here <- dirname(sub("^--file=", "", c(grep("^--file=", commandArgs(FALSE), value = TRUE), ".")[1]))
source(file.path(here, "common.R"))
output <- output_or(file.path(here, "means.json"))

rows <- read.csv(strip.white = TRUE, text = "
mean1, sd1, n1, mean0, sd0, n0
17.8, 6.4, 40, 11.7, 3.5, 35
3.1, 2.5, 40, 9.8, 6.7, 35
77.5, 12.1, 151, 64.5, 12.1, 154
9.5, 2.8, 60, 10.7, 1.8, 59
90.3, 5.4, 23, 80.4, 11.5, 23
0.7, 0.9, 62, 1.5, 1.5, 60
-29.5, 23.3, 48, -17.2, 19.6, 51
5.06, 0.52, 30, 5.10, 0.49, 30
100, 15, 2, 130, 20, 3
1.25, 0.001, 500, 1.2501, 0.002, 500
12, 30, 9, 45, 2, 400
0, 1, 1000, 0.5, 1, 1000
")

sample_of <- function(mean, sd, n) {
  z <- sin(seq_len(n) * 1.7) + seq_len(n) / n
  mean + sd * (z - mean(z)) / stats::sd(z)
}

values <- lapply(seq_len(nrow(rows)), function(i) {
  r <- rows[i, ]
  x <- sample_of(r$mean1, r$sd1, r$n1)
  y <- sample_of(r$mean0, r$sd0, r$n0)
  stopifnot(abs(mean(x) - r$mean1) < 1e-9, abs(sd(x) - r$sd1) < 1e-9)
  c(as.list(r), list(student = t.test(x, y, var.equal = TRUE)$p.value, welch = t.test(x, y)$p.value))
})
header <- list(about = "Two-sided P of t tests of two means with their standard deviations, made by means.R.",
               R = R.version.string, packages = list(jsonlite = as.character(packageVersion("jsonlite"))))
cat(toJSON(list(header = header, values = values), auto_unbox = TRUE, pretty = TRUE, digits = NA), "\n", sep = "",
    file = output)
