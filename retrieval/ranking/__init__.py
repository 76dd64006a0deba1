"""Tuning the embedded encoder on questions of customers: data, network, training. Nothing here is needed to serve."""
