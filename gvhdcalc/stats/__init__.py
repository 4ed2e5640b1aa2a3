"""The pure core: counts and numbers in, results out. No input or output, no click, no rich, no global state."""
