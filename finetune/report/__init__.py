"""What a run did, to look at: its curve, its settings, and answers before and after."""
