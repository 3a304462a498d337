"""`tools/examples`: the code that pages show is run, or listed with a reason."""
