"""Imports: reading tables people send, guessing what their columns mean, showing the difference, applying, taking back."""
