"""What many worlds say: summaries, sources of the spread, patterns. No Mesa here."""
