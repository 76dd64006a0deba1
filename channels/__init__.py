"""The ways in: HTTP, terminal and contact-center adapters."""
