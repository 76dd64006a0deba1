"""Skills: one function for each thing a customer can want; it gathers evidence and says which answer it supports."""
