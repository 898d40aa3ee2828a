"""What the articles, public figures and the modellers say: every value with its evidence, as data."""
