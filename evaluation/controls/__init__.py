"""Agents that a suite is proven with: three that must fail nearly everything, and one that must pass everything."""
