"""Privacy: personal data found in any text and masked before it is logged, traced, exported or noted."""
