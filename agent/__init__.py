"""What a customer turn needs: understanding, evidence, wording, audit, handoff and the conversation store."""
