"""The page in the browser: the same plans, rules and words as on the command line, over HTTP.

``app`` builds the application, ``serving`` runs it; ``guard`` decides what a request may do before anything reads it.
"""
