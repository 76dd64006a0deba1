"""What editors see before they publish: changed answers, open questions, a look after each save."""
