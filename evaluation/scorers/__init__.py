"""What is measured in a replay: one file a score, each with its formula, unit, direction and source."""
