"""What bench/run is made of: each section measures in a module of its own; bench/README.md."""
