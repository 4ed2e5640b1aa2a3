# The data sets of this folder and of examples/, from R's survival.
#
#   Rscript tests/data/data.R

suppressMessages(library(survival))
file_argument <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- if (length(file_argument)) dirname(sub("^--file=", "", file_argument)) else "."
write <- function(data, ...) write.csv(data, file.path(here, ...), row.names = FALSE, quote = FALSE)

write(veteran, "veteran.csv")
write(lung, "lung.csv")
write(pbc, "pbc.csv")
write(transplant, "transplant.csv")
# time to progression, or to death without it (event 1 and 2; 0 is censored), beside the columns that it is made from
with_events <- mgus2[c("age", "sex", "hgb", "creat", "mspike", "ptime", "pstat", "futime", "death")]
with_events$etime <- ifelse(mgus2$pstat == 0, mgus2$futime, mgus2$ptime)
with_events$event <- ifelse(mgus2$pstat == 0, 2 * mgus2$death, 1)
write(with_events, "mgus2.csv")

# codes in words, as trials have them
v <- veteran
write(
  data.frame(
    arm = c("standard", "test")[v$trt], time = v$time, status = ifelse(v$status == 1, "dead", "alive"),
    celltype = v$celltype, karno = v$karno, age = v$age, prior = ifelse(v$prior == 10, "yes", "no")
  ),
  "..", "..", "examples", "veteran.csv"
)
