"""A company at work for hours while everything around it goes wrong: `make soak`."""
