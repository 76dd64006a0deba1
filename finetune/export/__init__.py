"""Export: an adapter merged into its base, and the merged model in the formats of other servers."""
