"""Results in words: numbers, names, and what each kind of result says."""
