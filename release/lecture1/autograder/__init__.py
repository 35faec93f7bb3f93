"""Autograding of course notebooks: an exercise is declared once, everything else is derived from it."""
