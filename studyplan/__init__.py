"""A study-plan scheduler and tracker. Imports nothing: each part is imported where it is used."""
