"""What an editor should mend before publishing: one file for each kind of finding."""
