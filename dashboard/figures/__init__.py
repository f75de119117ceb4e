"""Small pictures as SVG text: pure functions from numbers to markup, one file per question.

Colours come from the style sheet by class, so a change of theme needs no new bytes. Labels are escaped.
"""
