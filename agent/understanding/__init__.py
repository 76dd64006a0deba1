"""Understanding of one customer message: what is wanted, about which thing, in which mood."""
