"""A result on its way to a person or a program: tables, JSON, explanations, plots."""
