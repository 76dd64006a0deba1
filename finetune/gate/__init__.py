"""The gate: an adapter beside the untuned base, measure by measure."""
