"""What a paper prints: numbers with the interval that rounds to them, the reader of pasted text, and the verdicts."""
