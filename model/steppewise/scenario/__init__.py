"""Scenario files: read, checked, resolved into a frozen specification."""
