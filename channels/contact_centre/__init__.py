"""What the channels of contact centres share: taking messages on, and carrying answers and handoffs back."""
