"""What a replay showed, for people and machines."""
